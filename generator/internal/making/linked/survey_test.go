package linked

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// survey is what `go list` and the generated Go of the pinned modules say.
type survey struct {
	t        *testing.T
	packages map[string]*surveyed
}

// surveyed is one package that some emitted tree may link.
type surveyed struct {
	ImportPath, Name string
	Dir              string
	GoFiles, Imports []string
	Module           struct{ Path, Version string }
	Error            *struct{ Err string }
	files            []*descriptorpb.FileDescriptorProto // that it registers, by name
}

// surveyPins is the text of the table.
func surveyPins(t *testing.T) string {
	t.Helper()
	s := &survey{t: t, packages: map[string]*surveyed{}}
	importable := s.list()
	for _, pkg := range s.packages {
		s.read(pkg)
	}
	var b strings.Builder
	b.WriteString(tableHeader)
	for _, path := range slices.Sorted(maps.Keys(s.packages)) {
		pkg := s.packages[path]
		if links := s.links(path); len(pkg.files) > 0 || len(links) > 0 && slices.Contains(importable, path) {
			pkg.encode(&b, links)
		}
	}
	return b.String()
}

// pinned are the lines of the other table that name a module that a tree may require, and a package of it.
var pinned = regexp.MustCompile(`(?m)^pinned (\S+) (\S+)$|^\tpackage (\S+)$`)

// list asks the go command for all packages that the importable ones need, in a module that requires every pinned one.
func (s *survey) list() (importable []string) {
	s.t.Helper()
	table, err := os.ReadFile("../gomod/table.txt")
	require.NoError(s.t, err)
	goMod, module := "module example.com/all\n\ngo 1.26.0\n", ""
	for _, line := range pinned.FindAllStringSubmatch(string(table), -1) {
		if line[1] != "" {
			module = line[1]
			goMod += fmt.Sprintf("require %s %s\n", module, line[2])
		} else if path := strings.TrimSuffix(module+"/"+line[3], "/."); !strings.Contains(path, "/internal/") {
			importable = append(importable, path)
		}
	}
	dir := s.t.TempDir()
	require.NoError(s.t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(goMod), 0o644))
	args := append([]string{"list", "-mod=mod", "-e", "-deps", "-json=ImportPath,Name,Dir,GoFiles,Imports,Module,Error"}, importable...)
	decoder := json.NewDecoder(strings.NewReader(s.goCommand(dir, args...)))
	for {
		pkg := new(surveyed)
		err := decoder.Decode(pkg)
		if errors.Is(err, io.EOF) {
			return importable
		}
		require.NoError(s.t, err)
		if pkg.Error != nil {
			require.Contains(s.t, pkg.Error.Err, "build constraints exclude all Go files", pkg.ImportPath)
		}
		if pkg.Module.Path != "" { // otherwise it is of the standard library
			s.packages[pkg.ImportPath] = pkg
		}
	}
}

func (s *survey) goCommand(dir string, args ...string) string {
	s.t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOOS=linux")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(s.t, err, "go %s\n%s", strings.Join(args[:4], " "), &stderr)
	return string(out)
}

// read finds the descriptors that a package registers when it is linked: protoc-gen-go writes each down as a constant or a
// variable whose name ends in _rawDesc.
func (s *survey) read(pkg *surveyed) {
	s.t.Helper()
	registrars := map[string]bool{}
	for _, name := range pkg.GoFiles {
		if !strings.HasSuffix(name, ".pb.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, name), nil, parser.SkipObjectResolution)
		require.NoError(s.t, err)
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				registrars[decl.Name.Name] = true
			case *ast.GenDecl:
				pkg.files = append(pkg.files, s.descriptors(decl)...)
			}
		}
	}
	slices.SortFunc(pkg.files, func(a, b *descriptorpb.FileDescriptorProto) int { return strings.Compare(a.GetName(), b.GetName()) })
	for _, file := range pkg.files {
		for _, service := range file.GetService() {
			require.True(s.t, registrars["Register"+service.GetName()+"Server"], "%s has no gRPC stubs of %s", pkg.ImportPath, service.GetName())
		}
	}
}

// descriptors are those among the values of a declaration.
func (s *survey) descriptors(decl *ast.GenDecl) []*descriptorpb.FileDescriptorProto {
	s.t.Helper()
	var files []*descriptorpb.FileDescriptorProto
	for _, spec := range decl.Specs {
		value, ok := spec.(*ast.ValueSpec)
		if !ok || len(value.Values) != 1 || !strings.HasSuffix(value.Names[0].Name, "_rawDesc") {
			continue
		}
		file := new(descriptorpb.FileDescriptorProto)
		require.NoError(s.t, proto.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(s.bytes(value.Values[0]), file))
		files = append(files, file)
	}
	return files
}

// bytes evaluates a sum of string literals, or a list of bytes as older stubs have it.
func (s *survey) bytes(expr ast.Expr) []byte {
	s.t.Helper()
	switch x := expr.(type) {
	case *ast.BinaryExpr:
		return append(s.bytes(x.X), s.bytes(x.Y)...)
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			text, err := strconv.Unquote(x.Value)
			require.NoError(s.t, err)
			return []byte(text)
		}
		number, err := strconv.ParseUint(x.Value, 0, 8)
		require.NoError(s.t, err)
		return []byte{byte(number)}
	case *ast.CompositeLit:
		var all []byte
		for _, element := range x.Elts {
			all = append(all, s.bytes(element)...)
		}
		return all
	default:
		require.Fail(s.t, "a descriptor that is written down in another way", "%T", expr)
		return nil
	}
}

// links are the packages with descriptors that a package brings along. What another of them brings along is left out.
func (s *survey) links(path string) []string {
	direct := s.reached(path, func(pkg *surveyed) bool { return len(pkg.files) == 0 })
	return slices.DeleteFunc(slices.Clone(direct), func(found string) bool {
		return slices.ContainsFunc(direct, func(other string) bool {
			return other != found && slices.Contains(s.reached(other, func(*surveyed) bool { return true }), found)
		})
	})
}

// reached are the packages with descriptors that the imports of a package lead to, through packages for which through is true.
func (s *survey) reached(path string, through func(*surveyed) bool) []string {
	seen, found := map[string]bool{path: true}, []string(nil)
	queue := slices.Clone(s.packages[path].Imports)
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		pkg := s.packages[next]
		if pkg == nil || seen[next] {
			continue
		}
		seen[next] = true
		if len(pkg.files) > 0 {
			found = append(found, next)
		}
		if through(pkg) {
			queue = append(queue, pkg.Imports...)
		}
	}
	slices.Sort(found)
	return found
}

func (pkg *surveyed) encode(b *strings.Builder, links []string) {
	fmt.Fprintf(b, "package %s\n", pkg.ImportPath)
	for _, path := range links {
		fmt.Fprintf(b, "\tlinks %s\n", path)
	}
	if len(pkg.files) == 0 {
		return
	}
	fmt.Fprintf(b, "\tmodule %s %s\n\tname %s\n", pkg.Module.Path, pkg.Module.Version, pkg.Name)
	for _, file := range pkg.files {
		fmt.Fprintf(b, "file %s\n", strings.TrimSpace(file.GetName()+" "+file.GetPackage()))
		for _, declared := range declarations(file) {
			fmt.Fprintf(b, "\t%s\n", declared)
		}
	}
}
