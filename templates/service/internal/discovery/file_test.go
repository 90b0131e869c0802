package discovery

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFileIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "endpoints")
		conn := build(t, File(path))
		synctest.Wait()
		for _, step := range []struct {
			text, addresses, err string
		}{
			{"one:80\n\n# staging\n  two:80", "one:80 two:80", "no such file"},
			{"one:80\n", "one:80", ""},
			{"one:80\ntw", "one:80", `endpoints:2: found "tw", want host:port`},
			{"", "one:80", "no instances"},
			{"two:80\n", "two:80", ""},
		} {
			if err := os.WriteFile(path, []byte(step.text), 0o600); err != nil {
				t.Fatal(err)
			}
			time.Sleep(readInterval + longestRetry)
			synctest.Wait()
			if got := conn.addresses(); got != step.addresses {
				t.Errorf("%q: the connection knows %q, want %q", step.text, got, step.addresses)
			}
			if step.err != "" && !strings.Contains(conn.err().Error(), step.err) {
				t.Errorf("%q: the error is %v, want %s", step.text, conn.err(), step.err)
			}
		}
	})
}
