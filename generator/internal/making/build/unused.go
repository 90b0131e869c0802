package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
)

// checkUnused warns of defaults that apply to no method.
func (b *builder) checkUnused(callers []*caller) {
	for _, unused := range []struct {
		key     string
		applies func(*caller) bool
		why     string
		fix     string
	}{
		{"timeout", func(c *caller) bool { return c.rpc.IsUnary() && !c.ownWrites("timeout") }, "every unary method has its own, and streams inherit none", "remove it"},
		{"attemptTimeout", func(c *caller) bool { return c.rpc.IsUnary() && c.call.Retry != nil && !c.ownWrites("attemptTimeout") }, "it is inherited by unary methods that are tried again, and there is none", "remove it, or declare methods idempotent and give them a retry"},
		{"retry", func(c *caller) bool { return c.call.Retry != nil }, "none is declared idempotent", b.declaringIdempotent(callers)},
	} {
		path := defaultsPath + "." + unused.key
		if b.Policy.Written(path) && !slices.ContainsFunc(callers, unused.applies) {
			b.policyProblem(path, diag.Problem{
				Severity: diag.Warning,
				Message:  fmt.Sprintf("%s: applies to no method: %s", b.Policy.Path(path), unused.why),
				Fix:      unused.fix,
			})
		}
	}
}

// declaringIdempotent is the advice for a retry that applies to no method. Most protos declare no idempotency_level and are not
// their user's to edit, so that the policy is the place to do so. A GET that the proto maps to a method is named as what speaks for it,
// and decides nothing: google.api.http promises a path alone.
func (b *builder) declaringIdempotent(callers []*caller) string {
	var undeclared, read []string
	for _, c := range callers {
		if c.call.DeclaredBy != model.ByNobody {
			continue
		}
		name := c.policyName()
		undeclared = append(undeclared, name)
		if slices.ContainsFunc(c.rpc.HTTP, func(rule model.HTTPRule) bool { return rule.Verb == "GET" }) {
			read = append(read, name)
		}
	}
	if len(undeclared) == 0 {
		return "remove it"
	}
	where := "write "
	if b.calling != nil {
		where = fmt.Sprintf("have the policy of %s say ", b.client().Name)
	}
	advice := fmt.Sprintf("remove it, or %s%s.X.idempotent: true for each method X that may safely be called twice: %s", where, methodsPath, some(undeclared))
	if len(read) > 0 {
		advice += fmt.Sprintf(" (google.api.http maps GET to %s)", some(read))
	}
	return advice
}

// policyName is what the policy calls the method: its name, and where another service has one of that name, its name in full.
func (c *caller) policyName() string {
	if len(methodNames(c.client().Hosts)[c.rpc.Name]) > 1 {
		return c.rpc.PolicyName()
	}
	return c.rpc.Name
}

// some is a list of names in words, which does not get longer than a line.
func some(names []string) string {
	const most = 6
	if len(names) > most {
		return fmt.Sprintf("%s and %d others", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
