package build

import (
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
)

// checkIdempotency is the gate: only a method that somebody declares idempotent is called twice.
func (c *caller) checkIdempotency() {
	if !c.ownWrites("retry") || c.isNull("retry") || c.call.Idempotent || !c.sound("idempotent") {
		return
	}
	if c.call.DeclaredBy == model.ByPolicy {
		c.fault(diag.Problem{
			Message: "contradicts idempotent: false " + c.refusedAt(),
			Fix:     "remove one of the two",
		}, "retry")
		return
	}
	if c.calling != nil {
		c.fault(diag.Problem{
			Message: fmt.Sprintf("neither the proto nor the policy of %s declares %s idempotent, and a second attempt may do its work twice", c.client().Name, c.rpc.Name),
			Want:    "a method that may safely be called twice",
			Fix:     fmt.Sprintf("if it may, that is for %s to say, such as by option idempotency_level = IDEMPOTENT at %s; else remove the retry", c.client().Name, c.declared()),
		}, "retry")
		return
	}
	c.fault(diag.Problem{
		Message: fmt.Sprintf("neither the proto nor the policy declares %s idempotent, and a second attempt may do its work twice", c.rpc.Name),
		Want:    "a method that may safely be called twice",
		Fix: fmt.Sprintf("if it may, write idempotent: true beside the retry, or option idempotency_level = IDEMPOTENT at %s; else remove the retry",
			c.declared()),
	}, "retry")
}

// refusedAt is where the policy says that a method is not idempotent.
func (c *caller) refusedAt() string {
	at := c.Policy.At(c.rpc.PolicyPath + ".idempotent")
	if at.File == c.Policy.At(c.source("retry")).File {
		return fmt.Sprintf("on line %d", at.Line)
	}
	return "at " + at.String()
}

// checkNarrowed holds callers to what the callee says: they know no better whether a call may be made twice.
func (c *caller) checkNarrowed() {
	path := c.rpc.PolicyPath + ".idempotent"
	if c.calling == nil || c.rpc.PolicyPath == "" || !c.call.Idempotent || !c.Policy.Overrides(path) || !c.sound("idempotent") {
		return
	}
	recommended := c.calling.idempotent[strings.TrimPrefix(c.rpc.PolicyPath, methodsPath+".")]
	if recommended == nil && c.rpc.Idempotency != model.IdempotencyUnknown || recommended != nil && *recommended {
		return
	}
	reason := "neither its proto nor its policy does"
	if recommended != nil {
		reason = "its policy says that it is not"
	}
	c.fault(diag.Problem{
		Message: fmt.Sprintf("a caller cannot declare %s of %s idempotent: %s", c.rpc.Name, c.client().Name, reason),
		Want:    "false, or what the callee says",
		Fix:     fmt.Sprintf("remove it, or have %s declare it, such as by option idempotency_level = IDEMPOTENT at %s", c.client().Name, c.declared()),
	}, "idempotent")
}

// checkEffects holds fallbacks to what a caller may be told: an old answer only where answers change nothing, and a
// success that did not happen only where the policy says that this is meant.
func (c *caller) checkEffects() {
	harmless := c.rpc.Idempotency == model.NoSideEffects && c.call.Idempotent
	fallback := c.wanted.Fallback
	switch {
	case !c.sound("idempotent"):
	case fallback.Cache != nil && !harmless:
		c.fault(diag.Problem{
			Message: fmt.Sprintf("an answer from the cache would hide that %s did not happen", c.rpc.Name),
			Found:   string(c.effects()),
			Want:    "a method without side effects",
			Fix:     fmt.Sprintf("if it has none, write option idempotency_level = NO_SIDE_EFFECTS at %s; else remove the cache", c.declared()),
		}, "fallback.cache")
	case fallback.Value != nil && !harmless && !fallback.AllowOnWrites && c.sound("fallback.allowOnWrites"):
		c.fault(diag.Problem{
			Message: fmt.Sprintf("a fixed response would tell the caller that %s has happened when it has not", c.rpc.Name),
			Found:   string(c.effects()),
			Want:    "a method without side effects",
			Fix: fmt.Sprintf("if it has none, write option idempotency_level = NO_SIDE_EFFECTS at %s; if that is meant, write allowOnWrites: true; else remove the value",
				c.declared()),
		}, "fallback.value")
	case fallback.AllowOnWrites && harmless:
		c.fault(diag.Problem{
			Message: fmt.Sprintf("has no effect: %s has no side effects, says %s", c.rpc.Name, c.declared()),
			Fix:     "remove it",
		}, "fallback.allowOnWrites")
	}
}

// effects is what is known of the RPC's side effects.
func (c *caller) effects() model.Idempotency {
	if c.call.DeclaredBy == model.ByPolicy && !c.call.Idempotent {
		return "idempotent: false"
	}
	return c.rpc.Idempotency
}

// declared is where the proto declares the RPC.
func (c *caller) declared() diag.Position { return c.result.Declared[c.rpc].RPC }
