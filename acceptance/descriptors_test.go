package acceptance

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// descriptorsIn reads, from the stubs below dir, the descriptors of the protos that a module was made from. Many modules ship
// their stubs alone: the descriptor of each proto stands in one of them, as the variable or constant file_..._rawDesc.
func descriptorsIn(t *testing.T, dir string) []*descriptorpb.FileDescriptorProto {
	t.Helper()
	var files []*descriptorpb.FileDescriptorProto
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".pb.go") {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), "_rawDesc") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		file, err := rawDescriptor(parsed)
		if file != nil {
			files = append(files, file)
		}
		return err
	})
	require.NoError(t, err)
	return files
}

// rawDescriptor is the descriptor in a stub; nil if it has none.
func rawDescriptor(stub *ast.File) (*descriptorpb.FileDescriptorProto, error) {
	for _, decl := range stub.Decls {
		general, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok || len(value.Values) != 1 || !strings.HasSuffix(value.Names[0].Name, "_rawDesc") {
				continue
			}
			encoded, err := constant(value.Values[0])
			if err != nil {
				return nil, err
			}
			file := &descriptorpb.FileDescriptorProto{}
			return file, proto.Unmarshal(encoded, file)
		}
	}
	return nil, nil
}

// constant is the value of one of the expressions that releases of protoc-gen-go write descriptors as: a sum of strings, a
// []byte of numbers, or a string of those.
func constant(expression ast.Expr) ([]byte, error) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return []byte(text), err
	case *ast.CallExpr: // string([]byte{...})
		return constant(e.Args[0])
	case *ast.BinaryExpr:
		left, err := constant(e.X)
		if err != nil {
			return nil, err
		}
		right, err := constant(e.Y)
		return append(left, right...), err
	case *ast.CompositeLit:
		var out []byte
		for _, element := range e.Elts {
			number, ok := element.(*ast.BasicLit)
			if !ok {
				return nil, errors.New("a descriptor holds something else than numbers")
			}
			value, err := strconv.ParseUint(number.Value, 0, 8)
			if err != nil {
				return nil, err
			}
			out = append(out, byte(value))
		}
		return out, nil
	default:
		return nil, errors.New("a descriptor is neither a string nor bytes")
	}
}

// inOrder sorts descriptors so that each comes after those that it imports, with all of these, as protoc wants them.
func inOrder(t *testing.T, targets []*descriptorpb.FileDescriptorProto, known map[string]*descriptorpb.FileDescriptorProto) []*descriptorpb.FileDescriptorProto {
	t.Helper()
	var ordered []*descriptorpb.FileDescriptorProto
	seen := map[string]bool{}
	var visit func(file *descriptorpb.FileDescriptorProto)
	visit = func(file *descriptorpb.FileDescriptorProto) {
		if seen[file.GetName()] {
			return
		}
		seen[file.GetName()] = true
		for _, imported := range file.GetDependency() {
			found, ok := known[imported]
			require.True(t, ok, "%s is in none of the modules, and %s imports it", imported, file.GetName())
			visit(found)
		}
		ordered = append(ordered, file)
	}
	for _, file := range targets {
		visit(file)
	}
	return ordered
}
