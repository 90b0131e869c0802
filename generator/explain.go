package generator

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/showing/explain"
	"github.com/msgen/msgen/generator/internal/showing/explaindraw"
	"github.com/msgen/msgen/internal/nearest"
)

// Explanation is what calls of a service do: one method of it, or all.
type Explanation struct {
	Warnings []diag.Problem // about the inputs, sorted

	calls []explain.Call
}

// Text writes it for a terminal.
func (e *Explanation) Text(w io.Writer) error { return explaindraw.Text(w, e.calls) }

// JSON writes it for programs.
func (e *Explanation) JSON(w io.Writer) error { return explaindraw.JSON(w, e.calls) }

// SVG writes it as a picture that needs no other file.
func (e *Explanation) SVG(w io.Writer) error { return explaindraw.SVG(w, e.calls) }

// Explain says what calls of a method really do. The method is named as in a policy, Method or pkg.Service/Method, or
// dependency/Method for how a method of a dependency is called; empty is all methods of the service. Nothing is written. The error is a [diag.ListError] when the inputs have problems, or no such
// method.
func Explain(ctx context.Context, opts Options, method string) (*Explanation, error) {
	m, err := modelOf(ctx, opts)
	if err != nil {
		return nil, err
	}
	declared := func(rpc *model.RPC) (at, idempotency diag.Position) {
		declared := m.made.Declared[rpc]
		return declared.RPC, declared.Idempotency
	}
	all := explain.Calls(m.made.Service, declared)
	if label, rest, ok := strings.Cut(method, "/"); ok {
		for _, dependency := range m.made.Service.Dependencies {
			if dependency.Name == label {
				all, method = explain.Calls(dependency.Service, declared), rest
				break
			}
		}
	}
	calls, err := picked(all, method)
	if err != nil {
		return nil, err
	}
	return &Explanation{Warnings: m.warnings, calls: calls}, nil
}

// picked are the calls of one method, or all of them when method is empty.
func picked(all []explain.Call, method string) ([]explain.Call, error) {
	if method == "" {
		return all, nil
	}
	var found []explain.Call
	var known, fullNames []string
	for _, call := range all {
		_, short, _ := strings.Cut(call.Method, "/")
		known = append(known, short, call.Method)
		if method == short || method == call.Method {
			found = append(found, call)
			fullNames = append(fullNames, call.Method)
		}
	}
	if len(found) == 1 {
		return found, nil
	}
	var problems diag.List
	if len(found) == 0 {
		problems.Add(diag.Problem{Message: "no such method", Found: method, Want: "one of " + strings.Join(known, ", "), Fix: nearest.DidYouMean(method, known)})
	} else {
		problems.Add(diag.Problem{Message: "more than one method of that name", Found: method, Want: fmt.Sprintf("one of %s", strings.Join(fullNames, ", "))})
	}
	return nil, problems.Err()
}
