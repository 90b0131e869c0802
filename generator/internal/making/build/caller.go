package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// caller settles and checks how one RPC is called.
type caller struct {
	*builder
	rpc    *model.RPC
	call   *model.Call
	wanted policy.Method // what the policy says of the method, with the defaults in it
}

// settle takes of what the policy says what applies to the RPC.
func (c *caller) settle() {
	c.call.WaitForReady = c.wanted.WaitForReady
	c.call.Breaker = c.wanted.Breaker
	c.call.Bulkhead = c.wanted.Bulkhead
	c.settleIdempotency()
	if c.call.Idempotent {
		c.call.Retry = c.wanted.Retry
	}
	if c.rpc.IsUnary() {
		c.settleUnary()
	} else {
		c.settleStream()
	}
}

func (c *caller) settleIdempotency() {
	switch declared := c.rpc.Idempotency != model.IdempotencyUnknown; {
	case c.wanted.Idempotent != nil:
		c.call.Idempotent, c.call.DeclaredBy = *c.wanted.Idempotent, model.ByPolicy
	case declared:
		c.call.Idempotent, c.call.DeclaredBy = true, model.ByProto
	default:
		c.call.DeclaredBy = model.ByNobody
	}
}

// settleUnary gives the call the server's bound where nobody wrote another one. An inherited bound of one attempt is
// there to leave time for another: where there is none, it would only cut the call short of its timeout.
func (c *caller) settleUnary() {
	c.call.Timeout = c.wanted.Timeout
	if c.call.Timeout == 0 {
		c.call.Timeout = c.Policy.Server.RequestTimeout
	}
	if c.call.Retry != nil || c.ownWrites("attemptTimeout") {
		c.call.AttemptTimeout = min(c.wanted.AttemptTimeout, c.call.Timeout)
	}
	c.call.Fallback = c.wanted.Fallback
}

// settleStream takes only the bounds that the method itself has: those of the defaults are for answers, and a stream
// may be meant to last.
func (c *caller) settleStream() {
	if c.ownWrites("timeout") {
		c.call.Timeout = c.wanted.Timeout
	}
	c.call.IdleTimeout = c.wanted.IdleTimeout
	if retry := c.call.Retry; retry != nil && len(retry.RetryableStatusCodes) == 0 && !c.ownWrites("retry") {
		c.call.Retry = nil // it is for attempts that run into their bound, which those of streams do not have
	}
}

// known reports whether it is known what the policy has for the method.
func (c *caller) known() bool {
	own := c.rpc.PolicyPath
	if own == "" {
		return !c.doubts.hosts && !c.doubts.ofMethod[c.rpc] && !c.Policy.Faulty(methodsPath)
	}
	return !c.Policy.Faulty(own)
}

// sound reports whether no fault is known of keys, whether in the method's own or in inherited ones.
func (c *caller) sound(keys ...string) bool {
	for _, key := range keys {
		if c.rpc.PolicyPath != "" && !c.Policy.Sound(c.rpc.PolicyPath+"."+key) {
			return false
		}
		inherits := policy.DefaultsHave(key) && (mergedSections[key] || !c.ownWrites(key))
		if inherits && !c.Policy.Sound(defaultsPath+"."+key) {
			return false
		}
	}
	return true
}

// mergedSections are the keys of a call of which a method replaces a part.
var mergedSections = set("retry", "breaker", "bulkhead")

// bounded reports whether no fault is known of what bounds a call and its attempts.
func (c *caller) bounded() bool {
	return c.sound("timeout", "attemptTimeout", "retry", "idempotent") && (c.wanted.Timeout > 0 || c.Policy.Sound("server.requestTimeout"))
}

// check finds what contradicts the proto, the kind of RPC, or itself.
func (c *caller) check() {
	c.checkKind()
	c.checkNarrowed()
	c.checkIdempotency()
	c.checkFallback()
	if c.rpc.IsUnary() {
		c.checkBounds()
		c.checkAttempts()
	} else {
		c.checkStream()
	}
	c.checkBreaker()
}

// ownWrites reports whether the method itself has a key.
func (c *caller) ownWrites(key string) bool {
	return c.rpc.PolicyPath != "" && c.Policy.Written(c.rpc.PolicyPath+"."+key)
}

// source is the path in the policy of the first of the keys that the method has, else of the first that the defaults
// have. Where nobody wrote any of them, it is the section that they are in.
func (c *caller) source(keys ...string) string {
	var sections []string
	for _, key := range keys {
		if section, _, inside := strings.Cut(key, "."); inside {
			sections = append(sections, section)
		}
	}
	paths := slices.Concat(c.sources(keys), c.sources(sections))
	for _, says := range []func(path string) bool{c.Policy.Overrides, c.Policy.Written} { // who changes a callee's policy answers for it
		if i := slices.IndexFunc(paths, says); i >= 0 {
			return paths[i]
		}
	}
	return c.rpc.PolicyPath
}

// sources are the paths of keys that the method may have, and then those of the ones that the defaults may have.
func (c *caller) sources(keys []string) []string {
	var own, inherited []string
	for _, key := range keys {
		if c.rpc.PolicyPath != "" {
			own = append(own, c.rpc.PolicyPath+"."+key)
		}
		if policy.DefaultsHave(key) {
			inherited = append(inherited, defaultsPath+"."+key)
		}
	}
	return append(own, inherited...)
}

// overrides reports whether it is the caller's policy that has a key, of the method or of the defaults, of a callee's.
func (c *caller) overrides(key string) bool {
	if c.ownWrites(key) {
		return c.Policy.Overrides(c.rpc.PolicyPath + "." + key)
	}
	return c.Policy.Overrides(defaultsPath + "." + key)
}

// fault adds an error at the first of the keys that is written. One check finds a fault of the defaults once, in the
// first method that has it.
func (c *caller) fault(p diag.Problem, keys ...string) {
	path := c.source(keys...)
	if strings.HasPrefix(path, defaultsPath) {
		check := path + " " + strings.Join(keys, " ")
		if c.told[check] {
			return
		}
		c.told[check] = true
		p.Message = fmt.Sprintf("for %s, %s", c.rpc.Name, p.Message)
	}
	p.Message = c.Policy.Path(path) + ": " + p.Message
	c.policyProblem(path, p)
}

// warn adds a warning at the first of the keys that is written.
func (c *caller) warn(p diag.Problem, keys ...string) {
	p.Severity = diag.Warning
	c.fault(p, keys...)
}
