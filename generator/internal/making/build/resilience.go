package build

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/internal/nearest"
)

// The paths of the policy that say how methods are called.
const (
	defaultsPath = "resilience.defaults"
	methodsPath  = "resilience.methods"
)

// resilience settles how each RPC is called, and checks what the policy says of it.
func (b *builder) resilience() {
	named := b.namedMethods()
	var callers []*caller
	for _, host := range b.client().Hosts {
		for _, rpc := range host.RPCs {
			c := &caller{builder: b, rpc: rpc, call: &rpc.Call}
			if name, ok := named[rpc]; ok {
				rpc.PolicyPath = methodsPath + "." + name
				c.wanted = b.Policy.Resilience.Methods[name]
			} else if b.client().Resilient() {
				c.wanted.Call = b.Policy.Resilience.Defaults
			}
			c.settle()
			if c.known() {
				c.check()
			}
			callers = append(callers, c)
		}
	}
	if !b.doubts.hosts && !b.doubts.methods && b.Policy.Sound("resilience") {
		b.checkUnused(callers)
		b.checkBudget(callers)
	}
}

// namedMethods finds the RPC of each name under resilience.methods, and refuses names that mean none, or several.
func (b *builder) namedMethods() map[*model.RPC]string {
	named := map[*model.RPC]string{}
	if !b.client().Resilient() {
		return named
	}
	known := methodNames(b.client().Hosts)
	for _, name := range slices.Sorted(maps.Keys(b.Policy.Resilience.Methods)) {
		rpcs, path := known[name], methodsPath+"."+name
		switch {
		case len(rpcs) == 0 && b.calling != nil && !b.Policy.Overrides(path):
			// of a service of the callee's that this one does not call
		case len(rpcs) == 0:
			b.unknownMethod(path, name, known)
		case len(rpcs) > 1:
			b.ambiguousMethod(path, name, rpcs)
		case named[rpcs[0]] != "":
			b.keyProblem(path, diag.Problem{
				Message: b.Policy.Path(path) + ": means the same method as " + named[rpcs[0]],
				Found:   name,
				Want:    "one entry for each method",
				Fix:     "put the keys of both into one",
			})
		default:
			named[rpcs[0]] = name
		}
	}
	return named
}

// methodNames are the RPCs by their names, in short and in full.
func methodNames(hosts []*model.Host) map[string][]*model.RPC {
	known := map[string][]*model.RPC{}
	for _, host := range hosts {
		for _, rpc := range host.RPCs {
			known[rpc.Name] = append(known[rpc.Name], rpc)
			known[rpc.PolicyName()] = append(known[rpc.PolicyName()], rpc)
		}
	}
	return known
}

// ambiguousMethod refuses a short name that methods of several services have, once it is known which ones there are.
func (b *builder) ambiguousMethod(path, name string, rpcs []*model.RPC) {
	b.doubts.methods = true
	for _, rpc := range rpcs {
		b.doubts.ofMethod[rpc] = true
	}
	if !b.doubts.hosts {
		b.keyProblem(path, diag.Problem{Message: b.Policy.Path(path) + ": means more than one method", Found: name, Want: "one of " + strings.Join(fullNames(rpcs), ", ")})
	}
}

// unknownMethod names the methods that there are: in short, or in full where the policy does so.
func (b *builder) unknownMethod(path, name string, known map[string][]*model.RPC) {
	if len(b.client().Hosts) == 0 || b.partial() {
		return // a missing service is reported already
	}
	inFull := strings.Contains(name, "/")
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(other string) bool {
		return strings.Contains(other, "/") != inFull
	})
	if near, ok := nearest.Of(name, names); ok {
		b.doubts.methods = true
		for _, rpc := range known[near] {
			b.doubts.ofMethod[rpc] = true // it may be meant
		}
	}
	b.keyProblem(path, diag.Problem{
		Message: fmt.Sprintf("%s: no such method in %s", b.Policy.Path(path), b.client().Served()),
		Found:   name,
		Want:    "one of " + strings.Join(names, ", "),
		Fix:     nearest.DidYouMean(name, names),
	})
}

func fullNames(rpcs []*model.RPC) []string {
	names := make([]string, len(rpcs))
	for i, rpc := range rpcs {
		names[i] = rpc.PolicyName()
	}
	return names
}
