package consul

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/consul/api"
)

func TestRefusalsSayWhatIsNeeded(t *testing.T) {
	const right = `service:read on "orders"`
	for err, want := range map[error]string{
		api.StatusError{Code: 403, Body: "ACL not found"}: "consul: Unexpected response code: 403 (ACL not found): " +
			`CONSUL_HTTP_TOKEN needs service:read on "orders"`,
		api.StatusError{Code: 500, Body: "No cluster leader"}: "consul: Unexpected response code: 500 (No cluster leader)",
		errors.New("connection refused"):                      "consul: connection refused",
	} {
		if got := explain(err, right); got == nil || got.Error() != want || !errors.Is(got, err) {
			t.Errorf("%v is explained as %v, want %s", err, got, want)
		}
	}
	if explain(nil, right) != nil {
		t.Error("no error is explained as one")
	}
}

func TestUnknownIsToldFromOtherErrors(t *testing.T) {
	for err, want := range map[error]bool{
		fmt.Errorf("confirm: %w", api.StatusError{Code: 404}): true,
		api.StatusError{Code: 403}:                            false,
		errors.New("connection refused"):                      false,
	} {
		if got := isUnknown(err); got != want {
			t.Errorf("isUnknown(%v) is %v", err, got)
		}
	}
}

func TestTokenFileIsReadEachTime(t *testing.T) {
	t.Setenv("CONSUL_HTTP_TOKEN_FILE", "/no/such/file")
	if _, err := connect(Config{Address: "127.0.0.1:8500"}); err == nil {
		t.Error("a token that cannot be read is no error")
	}
}
