package generator

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"

	"github.com/msgen/msgen/generator/internal/model"
	"github.com/msgen/msgen/generator/internal/plan"
)

// missingHandlers notes the RPCs that the handlers' package will have no method for, because the file that a method
// would go to is its user's by now. The compiler would say so too, without the line to add.
func (r *run) missingHandlers(planned *plan.Plan) {
	for _, host := range r.result.Service.Hosts {
		if !keepsHandlers(planned, host) {
			continue
		}
		has := methods(filepath.Join(r.inputs.out, "internal", host.Package))
		for _, rpc := range host.RPCs {
			if !has[rpc.GoName] {
				r.notes = append(r.notes, fmt.Sprintf("internal/%s has no method for the RPC %s, and is yours: add func (s *Server) %s(%s) %s",
					host.Package, rpc.Name, rpc.GoName, rpc.ServerParams(), rpc.ServerResults()))
			}
		}
	}
}

func keepsHandlers(planned *plan.Plan, host *model.Host) bool {
	file := path.Join("internal", host.Package, host.Package+".go")
	for _, action := range planned.Actions {
		if action.Path == file {
			return action.Kind == plan.Keep
		}
	}
	return false
}

// methods are the names of all methods that the Go files of a folder declare. A file that does not parse has none.
func methods(dir string) map[string]bool {
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return names
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			continue // the compiler tells where
		}
		for _, decl := range parsed.Decls {
			if function, ok := decl.(*ast.FuncDecl); ok && function.Recv != nil {
				names[function.Name.Name] = true
			}
		}
	}
	return names
}
