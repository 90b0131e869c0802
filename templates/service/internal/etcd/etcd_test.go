package etcd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

func TestFilesThatCannotBeUsedAreNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	gone := path + ".gone"
	if err := os.WriteFile(gone, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	password := secretIn(gone)
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	for name, cfg := range map[string]Config{
		"no certificate": {CAFile: path},
		"no CA":          {CAFile: gone},
		"no key":         {CertFile: path, KeyFile: gone},
		"no password":    {Password: password},
	} {
		if _, err := connect(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: the error is %v, want one that names the file", name, err)
		}
	}
}

func TestRefusalsSayWhatIsNeeded(t *testing.T) {
	for err, want := range map[error]string{
		rpctypes.ErrPermissionDenied: `etcd: etcdserver: permission denied: the user "orders" lacks read of "/services/"`,
		rpctypes.ErrUserEmpty: "etcd: etcdserver: user name is empty: " +
			`set ETCD_USERNAME and ETCD_PASSWORD to a user who has read of "/services/"`,
		rpctypes.ErrAuthFailed: "etcd: etcdserver: authentication failed, invalid user ID or password: " +
			`ETCD_USERNAME "orders" or its password is wrong`,
		errors.New("watch: etcdserver: permission denied"): "etcd: watch: etcdserver: permission denied: " +
			`the user "orders" lacks read of "/services/"`,
		errors.New("anything else"): "etcd: anything else",
	} {
		got := explain(err, "orders", `read of "/services/"`)
		if got == nil || got.Error() != want || !errors.Is(got, err) {
			t.Errorf("%v is explained as %v, want %s", err, got, want)
		}
	}
	if explain(nil, "", "") != nil {
		t.Error("no error is explained as one")
	}
}
