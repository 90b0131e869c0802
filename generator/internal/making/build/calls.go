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

// calls finds the methods of dependencies that the policy says methods of this service call.
func (b *builder) calls() {
	for _, host := range b.tree().Hosts {
		for _, rpc := range host.RPCs {
			if rpc.PolicyPath == "" {
				b.forwardedCall(host, rpc)
				continue
			}
			method := b.Policy.Resilience.Methods[strings.TrimPrefix(rpc.PolicyPath, methodsPath+".")]
			for i, name := range method.Calls {
				path := fmt.Sprintf("%s.calls[%d]", rpc.PolicyPath, i)
				if called := b.call(path, name); called != nil {
					rpc.Calls = append(rpc.Calls, *called)
				}
			}
			if len(method.Calls) == 0 {
				b.forwardedCall(host, rpc)
			}
		}
	}
}

// call is the method that a name such as inventory/Reserve means; nil where it means none, which is a problem.
func (b *builder) call(path, name string) *model.Called {
	label, method, _ := strings.Cut(name, "/")
	dependencies := b.tree().Dependencies
	i := slices.IndexFunc(dependencies, func(d *model.Dependency) bool { return d.Name == label })
	if i < 0 {
		b.unknownDependency(path, label, method)
		return nil
	}
	dependency := dependencies[i]
	if len(dependency.Hosts) == 0 {
		return nil // as is reported already
	}
	known := methodNames(dependency.Hosts)
	switch rpcs := known[method]; len(rpcs) {
	case 1:
		return &model.Called{Dependency: dependency, RPC: rpcs[0], Path: path}
	case 0:
		inFull := strings.Contains(method, "/")
		names := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(other string) bool { return strings.Contains(other, "/") != inFull })
		for i, known := range names {
			names[i] = label + "/" + known
		}
		b.policyProblem(path, diag.Problem{
			Message: fmt.Sprintf("%s: no such method in %s", path, dependency.Served()),
			Found:   name,
			Want:    "one of " + strings.Join(names, ", "),
			Fix:     nearest.DidYouMean(name, names),
		})
	default:
		if b.doubts.called[label] {
			return nil
		}
		names := fullNames(rpcs)
		for i := range names {
			names[i] = label + "/" + names[i]
		}
		b.policyProblem(path, diag.Problem{Message: path + ": means more than one method", Found: name, Want: "one of " + strings.Join(names, ", ")})
	}
	return nil
}

// unknownDependency names the dependencies that there are.
func (b *builder) unknownDependency(path, label, method string) {
	var labels []string
	for i, dependency := range b.tree().Dependencies {
		if b.Policy.Faulty(fmt.Sprintf("dependencies[%d].name", i)) {
			return // it may be the one
		}
		labels = append(labels, dependency.Name)
	}
	if b.Policy.Faulty("dependencies") || b.partial() {
		return
	}
	problem := diag.Problem{Message: path + ": no such dependency", Found: label, Want: "a name under dependencies, which the policy does not have"}
	if len(labels) > 0 {
		problem.Want = "one of " + strings.Join(labels, ", ")
		if near, ok := nearest.Of(label, labels); ok {
			problem.Fix = fmt.Sprintf("did you mean %q?", near+"/"+method)
		}
	}
	b.policyProblem(path, problem)
}
