package handlers

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// typeDecl is a type that a file declares at its top.
type typeDecl struct {
	name     string
	file     *source
	decl     *ast.GenDecl
	spec     *ast.TypeSpec
	embedded []ast.Expr // in a struct
}

// types are the types that the file declares at its top.
func (s *source) types() []*typeDecl {
	var types []*typeDecl
	for _, decl := range s.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok {
				types = append(types, &typeDecl{spec.Name.Name, s, gen, spec, embeddedIn(spec)})
			}
		}
	}
	return types
}

func embeddedIn(spec *ast.TypeSpec) []ast.Expr {
	body, ok := spec.Type.(*ast.StructType)
	if !ok {
		return nil
	}
	var embedded []ast.Expr
	for _, field := range body.Fields.List {
		if len(field.Names) == 0 {
			embedded = append(embedded, field.Type)
		}
	}
	return embedded
}

// embeds reports whether the type embeds a type of another package that has one of the names.
func (t *typeDecl) embeds(names ...string) bool {
	return slices.ContainsFunc(t.embedded, func(embedded ast.Expr) bool { return slices.Contains(names, t.file.selectedBy(embedded)) })
}

// server is the type of a folder that answers a service's RPCs, or handles its subscriptions.
type server struct {
	decl          *typeDecl       // nil if the folder does not declare it
	methodsOf     map[string]bool // the types whose methods it has: itself, and the types of the folder that it embeds
	unimplemented bool            // it embeds the stub that answers UNIMPLEMENTED for RPCs without a method
	promotes      bool            // it may have methods of other types
}

// server finds the type by what it embeds of the service's stubs. Otherwise it is the type that New returns, otherwise
// the one that is called Server.
func (f *folder) server(service string) *server {
	name := f.serverName(service)
	t := f.types[name]
	for range f.types { // as often as there can be an alias of an alias
		if t != nil && t.spec.Assign.IsValid() {
			t = f.types[splice.TypeName(t.spec.Type)]
		}
	}
	if t == nil {
		return &server{methodsOf: map[string]bool{name: true}}
	}
	s := &server{decl: t, methodsOf: map[string]bool{}, unimplemented: t.embeds("Unimplemented" + service + "Server"), promotes: t.promotes(service)}
	s.addEmbedded(f.types, t.name)
	return s
}

func (f *folder) serverName(service string) string {
	made, embedders := f.types[f.madeByNew()], f.embedders(service)
	switch {
	case len(embedders) > 0 && !slices.Contains(embedders, made): // a fake in the user's tests may embed the same
		return embedders[0].name
	case made != nil:
		return made.name
	default:
		return "Server"
	}
}

// embedders are the types that embed a stub of the service.
func (f *folder) embedders(service string) []*typeDecl {
	if service == "" {
		return nil
	}
	return slices.DeleteFunc(f.sortedTypes(), func(t *typeDecl) bool {
		return !t.embeds(stubNames(service)...)
	})
}

// madeByNew is the name of the type that the folder's New returns first: by its signature, or by its body where that names an
// interface.
func (f *folder) madeByNew() string {
	for _, fn := range f.funcs["New"] {
		results := fn.decl.Type.Results
		if !fn.isConstructor() || results == nil || len(results.List) == 0 {
			continue
		}
		name := splice.TypeName(results.List[0].Type)
		if t := f.types[name]; t == nil || isInterface(t.spec) {
			name = cmp.Or(returned(fn.decl), name)
		}
		return name
	}
	return ""
}

func isInterface(spec *ast.TypeSpec) bool {
	_, ok := spec.Type.(*ast.InterfaceType)
	return ok
}

// returned is the name of the type of a literal that a function returns first: Server of "return &Server{}, nil".
func returned(decl *ast.FuncDecl) (name string) {
	ast.Inspect(decl, func(n ast.Node) bool {
		if statement, ok := n.(*ast.ReturnStmt); ok && len(statement.Results) > 0 {
			value := statement.Results[0]
			if address, ok := value.(*ast.UnaryExpr); ok {
				value = address.X
			}
			if literal, ok := value.(*ast.CompositeLit); ok {
				name = splice.TypeName(literal.Type)
			}
		}
		return true
	})
	return name
}

// addEmbedded adds a type and, at any depth, the types of the folder that it embeds.
func (s *server) addEmbedded(types map[string]*typeDecl, name string) {
	t := types[name]
	if t == nil || s.methodsOf[name] {
		return
	}
	s.methodsOf[name] = true
	for _, embedded := range t.embedded {
		s.addEmbedded(types, splice.TypeName(embedded))
	}
}

// body is the struct that the server is; nil if it is something else.
func (s *server) body() *ast.StructType {
	if s.decl == nil {
		return nil
	}
	body, _ := s.decl.spec.Type.(*ast.StructType)
	return body
}

// fields are the fields of the struct, by each of their names.
func (s *server) fields() map[string]*ast.Field {
	fields := map[string]*ast.Field{}
	if body := s.body(); body != nil {
		for _, field := range body.Fields.List {
			for _, name := range field.Names {
				fields[name.Name] = field
			}
		}
	}
	return fields
}

// has reports whether f is a method of the server, or of a type of the folder that it embeds. The program has no method that a test
// file declares.
func (s *server) has(f *function) bool {
	return f.isMethod() && s.methodsOf[f.recv] && !f.file.isTest()
}

// declares reports whether f is a method of the server itself.
func (s *server) declares(f *function) bool {
	return s.has(f) && s.decl != nil && f.recv == s.decl.name
}

// receiver is how a method of the type names its receiver: "s *Server[K, V]".
func (t *typeDecl) receiver() string {
	receiver := "s *" + t.name
	if t.spec.TypeParams == nil {
		return receiver
	}
	var names []string
	for _, field := range t.spec.TypeParams.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return receiver + "[" + strings.Join(names, ", ") + "]"
}
