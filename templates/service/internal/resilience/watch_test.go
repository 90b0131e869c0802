package resilience

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
)

// takes returns how long a call takes that nobody answers.
func (f *fixture) takes() time.Duration {
	f.t.Helper()
	f.answer = hang
	began := time.Now()
	f.want(f.t.Context(), codes.DeadlineExceeded)
	return time.Since(began)
}

func TestFileIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "resilience.yaml")
		f := start(t, Policy{Timeout: 10 * time.Second}, path)
		for _, step := range []struct {
			text    string
			timeout time.Duration
			errors  float64
			log     string
		}{
			{"defaults: {timeout: 20s}", 20 * time.Second, 1, "no such file"},
			{"methods: {Call: {timeout: 30s}}", 30 * time.Second, 1, "calls go by the resilience file"},
			{"methods: {Call: {timeout: 4", 30 * time.Second, 2, "not used"},
			{"methods: {Call: {timeout: 0s}}", 30 * time.Second, 3, "timeout: found 0s, want more than 0s"},
			{"# nothing", 10 * time.Second, 3, "calls go by the resilience file"},
			{"methods: {Call: {timeout: 30s}}", 30 * time.Second, 3, "calls go by the resilience file"},
			{"", 10 * time.Second, 3, "calls go by the resilience file"},
		} {
			f.takes() // what is in use is used for some time, which ends at a time when the file is read
			time.Sleep(readInterval / 2)
			if err := os.WriteFile(path, []byte(step.text), 0o600); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * readInterval)
			synctest.Wait()
			if got := f.takes(); got != step.timeout {
				t.Errorf("%q: a call takes %s, want %s", step.text, got, step.timeout)
			}
			f.wantValue("grpc_client_resilience_file_errors_total", step.errors)
			if log := f.log.take(); !strings.Contains(log, step.log) {
				t.Errorf("%q: the log is %s", step.text, log)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * readInterval)
		f.wantValue("grpc_client_resilience_file_errors_total", 4)
		f.engine.Close()
		if err := os.WriteFile(path, []byte("defaults: {timeout: 20s}"), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * readInterval)
		if got := f.takes(); got != 10*time.Second {
			t.Errorf("the file is followed after Close: a call takes %s", got)
		}
	})
}

// TestFileThatIsBeingWrittenIsNotUsed: it is not the same for long enough.
func TestFileThatIsBeingWrittenIsNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "resilience.yaml")
		write := func(text string) {
			t.Helper()
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("defaults: {timeout: 20s}")
		f := start(t, Policy{Timeout: 10 * time.Second}, path)
		time.Sleep(readInterval / 2)
		write("defaults: {timeout: 3s}") // and 30s is meant
		time.Sleep(readInterval)
		write("defaults: {timeout: 30s}")
		time.Sleep(readInterval)
		if got := f.takes(); got != 20*time.Second {
			t.Errorf("a call takes %s, want 20s still", got)
		}
		if got := f.takes(); got != 30*time.Second {
			t.Errorf("a call takes %s, want 30s", got)
		}
	})
}
