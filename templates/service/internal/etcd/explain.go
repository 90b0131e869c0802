package etcd

import (
	"fmt"
	"strings"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
)

// explain returns err, which etcd answered to a request of the user, and says how to fix it where etcd refused the
// request. The right is the one that the request needs, such as `read of "/services/orders/"`. A nil err stays nil.
func explain(err error, user, right string) error {
	switch {
	case err == nil:
		return nil
	case says(err, rpctypes.ErrPermissionDenied):
		return fmt.Errorf("etcd: %w: the user %q lacks %s", err, user, right)
	case says(err, rpctypes.ErrUserEmpty):
		return fmt.Errorf("etcd: %w: set ETCD_USERNAME and ETCD_PASSWORD to a user who has %s", err, right)
	case says(err, rpctypes.ErrAuthFailed):
		return fmt.Errorf("etcd: %w: ETCD_USERNAME %q or its password is wrong", err, user)
	default:
		return fmt.Errorf("etcd: %w", err)
	}
}

// says reports whether err is the known error. The error of a watch has only its text in common with it.
func says(err, known error) bool { return strings.Contains(err.Error(), known.Error()) }
