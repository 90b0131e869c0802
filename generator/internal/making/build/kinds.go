package build

import (
	"fmt"

	"github.com/msgen/msgen/generator/diag"
)

// checkKind refuses what cannot apply to the kind of RPC.
func (c *caller) checkKind() {
	keys, belongs := []string{"attemptTimeout", "fallback"}, "only to unary RPCs"
	if c.rpc.IsUnary() {
		keys, belongs = []string{"idleTimeout"}, "only to streams"
	}
	for _, key := range keys {
		if c.ownWrites(key) && !c.isNull(key) {
			c.fault(diag.Problem{
				Message: fmt.Sprintf("applies %s, and %s is %s", belongs, c.rpc.Name, c.rpc.Kind),
				Fix:     "remove it",
			}, key)
		}
	}
}

// isNull reports whether the method has a key only to turn off what the defaults give.
func (c *caller) isNull(key string) bool {
	switch key {
	case "attemptTimeout":
		return c.wanted.AttemptTimeout == 0
	case "retry":
		return c.wanted.Retry == nil
	default:
		return false
	}
}
