package discovery

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/resolver"
)

func TestEnvironmentListsInstances(t *testing.T) {
	path := filepath.Join(t.TempDir(), "endpoints")
	if err := os.WriteFile(path, []byte("three:80\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		listed, file, want string
	}{
		{"", "", "zero:80"},
		{"one:80, [fd00::2]:80", "", "one:80 [fd00::2]:80"},
		{"", path, "three:80"},
		{"one:80", path, "three:80"},
	} {
		synctest.Test(t, func(t *testing.T) {
			found, err := Listed(variables(tt.listed, tt.file), "ORDERS", func() (resolver.Builder, error) { return Static("zero:80") })
			if err != nil {
				t.Fatal(err)
			}
			conn := build(t, found)
			synctest.Wait()
			if got := conn.addresses(); got != tt.want {
				t.Errorf("with %q and %q the connection knows %q, want %q", tt.listed, tt.file, got, tt.want)
			}
		})
	}
}

func TestErrorsOfListed(t *testing.T) {
	broken := errors.New("broken")
	policy := func() (resolver.Builder, error) { return nil, broken }
	if _, err := Listed(variables("", ""), "ORDERS", policy); !errors.Is(err, broken) {
		t.Errorf("the error is %v, want the policy's", err)
	}
	if _, err := Listed(variables("one", ""), "ORDERS", policy); err == nil || !strings.HasPrefix(err.Error(), `ORDERS_ENDPOINTS: found "one", want `) {
		t.Errorf("the error is %v, want one that names ORDERS_ENDPOINTS", err)
	}
}

// variables is an environment that lists the instances of orders.
func variables(listed, file string) func(string) string {
	return func(name string) string {
		return map[string]string{"ORDERS_ENDPOINTS": listed, "ORDERS_ENDPOINTS_FILE": file}[name]
	}
}
