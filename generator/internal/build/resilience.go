package build

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/model"
	"github.com/msgen/msgen/generator/internal/policy"
	"github.com/msgen/msgen/internal/nearest"
)

// The paths of the policy that say how methods are called.
const (
	defaultsPath = "resilience.defaults"
	methodsPath  = "resilience.methods"
)

// resilience settles how each RPC is called.
func (b *builder) resilience() {
	named := b.namedMethods()
	for _, host := range b.service().Hosts {
		for _, rpc := range host.RPCs {
			c := &caller{builder: b, rpc: rpc, call: &rpc.Call, path: defaultsPath}
			if name, ok := named[rpc]; ok {
				c.path = methodsPath + "." + name
				c.own = b.Policy.Resilience.Methods[name]
			} else if b.service().Resilient() {
				c.own.Call = b.Policy.Resilience.Defaults
			}
			c.settle()
		}
	}
}

// caller settles how one RPC is called.
type caller struct {
	*builder
	rpc  *model.RPC
	call *model.Call
	path string        // in the policy: of the method, or of the defaults where the method has no keys of its own
	own  policy.Method // what stands there, with the defaults in it
}

func (c *caller) settle() {
	c.call.WaitForReady = c.own.WaitForReady
	c.call.Breaker = c.own.Breaker
	c.call.Bulkhead = c.own.Bulkhead
	c.call.Idempotent = c.rpc.Idempotency != model.IdempotencyUnknown
	if c.own.Idempotent != nil {
		c.call.Idempotent = *c.own.Idempotent
	}
	if c.call.Idempotent {
		c.call.Retry = c.own.Retry
	}
	if c.rpc.IsUnary() {
		c.boundUnary()
	} else {
		c.boundStream()
	}
}

// boundUnary gives the call the server's bound where nobody wrote another one.
func (c *caller) boundUnary() {
	c.call.Timeout = c.own.Timeout
	if c.call.Timeout == 0 {
		c.call.Timeout = c.Policy.Server.RequestTimeout
	}
	if c.call.Retry != nil || c.ownWrites("attemptTimeout") {
		c.call.AttemptTimeout = min(c.own.AttemptTimeout, c.call.Timeout)
	}
	c.call.Fallback = c.own.Fallback
}

// boundStream takes only the bounds that the method itself has: those of the defaults are for answers, and a stream may
// be meant to last.
func (c *caller) boundStream() {
	if c.ownWrites("timeout") {
		c.call.Timeout = c.own.Timeout
	}
	c.call.IdleTimeout = c.own.IdleTimeout
}

// ownWrites reports whether the method itself has a key.
func (c *caller) ownWrites(key string) bool {
	return c.path != defaultsPath && c.Policy.Written(c.path+"."+key)
}

// namedMethods finds the RPC of each name under resilience.methods, and refuses names that mean none, or several.
func (b *builder) namedMethods() map[*model.RPC]string {
	named := map[*model.RPC]string{}
	if !b.service().Resilient() {
		return named
	}
	known := b.methodNames()
	for _, name := range slices.Sorted(maps.Keys(b.Policy.Resilience.Methods)) {
		rpcs, path := known[name], methodsPath+"."+name
		switch {
		case len(rpcs) == 0:
			b.unknownMethod(path, name, known)
		case len(rpcs) > 1:
			b.policyProblem(path, diag.Problem{Message: path + ": means more than one method", Found: name, Want: "one of " + strings.Join(fullNames(rpcs), ", ")})
		case named[rpcs[0]] != "":
			b.policyProblem(path, diag.Problem{
				Message: path + ": means the same method as " + named[rpcs[0]], Found: name,
				Want: "one entry for each method", Fix: "put the keys of both into one",
			})
		default:
			named[rpcs[0]] = name
		}
	}
	return named
}

// methodNames are the RPCs by their names, in short and in full.
func (b *builder) methodNames() map[string][]*model.RPC {
	known := map[string][]*model.RPC{}
	for _, host := range b.service().Hosts {
		for _, rpc := range host.RPCs {
			known[rpc.Name] = append(known[rpc.Name], rpc)
			known[fullName(rpc)] = append(known[fullName(rpc)], rpc)
		}
	}
	return known
}

// unknownMethod names the methods that there are: in short, or in full where the policy does so.
func (b *builder) unknownMethod(path, name string, known map[string][]*model.RPC) {
	inFull := strings.Contains(name, "/")
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(other string) bool {
		return strings.Contains(other, "/") != inFull
	})
	b.policyProblem(path, diag.Problem{
		Message: fmt.Sprintf("%s: no such method in %s", path, b.service().Served()),
		Found:   name,
		Want:    "one of " + strings.Join(names, ", "),
		Fix:     nearest.DidYouMean(name, names),
	})
}

// fullName is the RPC as policies name it in full: "shop.orders.v1.OrderService/GetOrder".
func fullName(rpc *model.RPC) string { return strings.TrimPrefix(rpc.FullMethod, "/") }

func fullNames(rpcs []*model.RPC) []string {
	names := make([]string, len(rpcs))
	for i, rpc := range rpcs {
		names[i] = fullName(rpc)
	}
	return names
}
