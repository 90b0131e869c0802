package resilience

import (
	"strings"
	"testing"
)

// wantWrong fails the test unless err says what is wrong.
func wantWrong(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want %s", err, want)
	}
}
