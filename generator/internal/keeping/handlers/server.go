package handlers

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// server is the type of a folder that answers a service's RPCs.
type server struct {
	name          string
	methodsOf     map[string]bool // the types whose methods it has: itself, and those of the folder that it embeds
	unimplemented bool            // it embeds the stub that answers UNIMPLEMENTED for RPCs without a method
	file          *source
	decl          *ast.GenDecl
	spec          *ast.TypeSpec
}

// server finds the type by what it embeds of the stubs: that the emitted files name. Else it is the type that New
// returns, else the one that is called Server.
func (f *folder) server(emitted *folder) *server {
	types := f.types()
	name := "Server"
	if made := f.madeByNew(); types[made] != nil {
		name = made
	}
	service := emitted.service()
	for typeName, t := range types {
		if service != "" && t.embeds("Unsafe"+service+"Server", "Unimplemented"+service+"Server") {
			name = typeName
		}
	}
	s := types[name]
	if s == nil {
		return &server{name: name, methodsOf: map[string]bool{name: true}}
	}
	s.methodsOf = map[string]bool{}
	s.addEmbedded(types, name)
	s.unimplemented = s.embeds("Unimplemented" + service + "Server")
	return s
}

// types are the types that the folder declares at its top.
func (f *folder) types() map[string]*server {
	out := map[string]*server{}
	for _, file := range f.files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			for _, spec := range gen.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok {
					out[t.Name.Name] = &server{name: t.Name.Name, file: file, decl: gen, spec: t}
				}
			}
		}
	}
	return out
}

// service is the Go name of the service whose stub the emitted type embeds: "Orders" of UnsafeOrdersServer.
func (f *folder) service() string {
	if f == nil {
		return ""
	}
	for _, t := range f.types() {
		for _, embedded := range t.embedded() {
			selector, ok := embedded.(*ast.SelectorExpr)
			if !ok {
				continue
			}
			if name, ok := strings.CutPrefix(selector.Sel.Name, "Unsafe"); ok {
				return strings.TrimSuffix(name, "Server")
			}
		}
	}
	return ""
}

// madeByNew is the name of the type that the folder's New returns first.
func (f *folder) madeByNew() string {
	for _, file := range f.files {
		for _, fn := range file.funcs {
			if results := fn.decl.Type.Results; !fn.isMethod() && fn.decl.Name.Name == "New" && results != nil && len(results.List) > 0 {
				return splice.TypeName(results.List[0].Type)
			}
		}
	}
	return ""
}

// embedded is what a struct type embeds.
func (s *server) embedded() []ast.Expr {
	structure, ok := s.spec.Type.(*ast.StructType)
	if !ok {
		return nil
	}
	var out []ast.Expr
	for _, field := range structure.Fields.List {
		if len(field.Names) == 0 {
			out = append(out, field.Type)
		}
	}
	return out
}

// embeds reports whether the type embeds a type of another package that has one of the names.
func (s *server) embeds(names ...string) bool {
	for _, embedded := range s.embedded() {
		if selector, ok := embedded.(*ast.SelectorExpr); ok {
			if slices.Contains(names, selector.Sel.Name) {
				return true
			}
		}
	}
	return false
}

// addEmbedded adds a type and, through and through, the types of the folder that it embeds.
func (s *server) addEmbedded(types map[string]*server, name string) {
	t := types[name]
	if t == nil || s.methodsOf[name] {
		return
	}
	s.methodsOf[name] = true
	for _, embedded := range t.embedded() {
		s.addEmbedded(types, splice.TypeName(embedded))
	}
}

// place is behind the type's own declaration, for a type without methods; nil if there is no type.
func (s *server) place() *place {
	if s.spec == nil {
		return nil
	}
	end := &function{file: s.file, end: s.file.Offset(s.decl.End())}
	return &place{s.file, end.endOfLine(), "s *" + s.name + typeArguments(s.spec)}
}

// typeArguments names a generic type's parameters, as a receiver does: "[K, V]".
func typeArguments(spec *ast.TypeSpec) string {
	if spec.TypeParams == nil {
		return ""
	}
	var names []string
	for _, field := range spec.TypeParams.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return "[" + strings.Join(names, ", ") + "]"
}
