package build

import (
	"fmt"
	"go/token"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
)

// goPackage is the Go package that owns the stubs of a proto file.
type goPackage struct {
	path, name string
	emitted    bool // its stubs stand in the tree
}

// plugin settles the Go package of every proto file and links the files for protogen. Descriptors are never edited:
// a package that is not the file's go_package is passed as protoc passes it, by an M parameter.
func (b *builder) plugin() {
	if b.problems.HasErrors() {
		return
	}
	b.packages = map[string]goPackage{}
	var generate, params []string
	for _, file := range b.Set.Files {
		pkg := b.goPackage(file)
		b.packages[file.GetName()] = pkg
		params = append(params, fmt.Sprintf("M%s=%s;%s", file.GetName(), pkg.path, pkg.name))
		if pkg.emitted {
			generate = append(generate, file.GetName())
		}
	}
	b.checkPackages()
	if b.problems.HasErrors() {
		return
	}
	plugin, err := protogen.Options{}.New(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: generate,
		Parameter:      new(strings.Join(params, ",")),
		ProtoFile:      b.Set.Files,
	})
	if err != nil {
		b.problems.Errorf(diag.Position{}, "%v", err)
		return
	}
	b.names = map[protogen.GoImportPath]string{}
	for _, file := range plugin.Files {
		b.names[file.GoImportPath] = string(file.GoPackageName)
		file.GeneratedFilenamePrefix = buildable(file.GeneratedFilenamePrefix)
	}
	b.result.Plugin = plugin
}

// goPackage decides who owns the stubs of file: the package that its go_package names, unless that is missing, or
// lies outside the tree although this run is the one that must emit them.
func (b *builder) goPackage(file *descriptorpb.FileDescriptorProto) goPackage {
	if owner, ok := linkedOwner(file.GetName()); ok {
		return owner
	}
	declared := declaredPackage(file)
	root := b.service().Root
	if strings.HasPrefix(declared.path, "./") {
		declared.path = path.Join(root, declared.path)
	}
	inside := declared.path == root || strings.HasPrefix(declared.path, root+"/")
	target := slices.Contains(b.Set.Targets, file.GetName())
	switch {
	case declared.path != "" && !inside && !target:
		return declared
	case inside:
		declared.emitted = true
		return declared
	}
	derived := b.derivedPackage(file)
	reason := "has no go_package"
	if declared.path != "" {
		reason = fmt.Sprintf("has go_package %q, outside %s", declared.path, root)
	}
	b.result.Notes = append(b.result.Notes, fmt.Sprintf("%s %s: its stubs are in %s", b.shownPath(file.GetName()), reason, derived.path))
	return derived
}

// declaredPackage is what the file's go_package says, read as protoc-gen-go reads it: "path;name", or a path whose
// last part is the name.
func declaredPackage(file *descriptorpb.FileDescriptorProto) goPackage {
	importPath, name, named := strings.Cut(file.GetOptions().GetGoPackage(), ";")
	if !named {
		name = packageName(path.Base(importPath))
	}
	return goPackage{path: importPath, name: name}
}

// derivedPackage is gen/<proto package> under the root: shop.orders.v1 becomes gen/shop/orders/v1, named ordersv1.
func (b *builder) derivedPackage(file *descriptorpb.FileDescriptorProto) goPackage {
	parts := strings.Split(strings.ToLower(file.GetPackage()), ".")
	if file.GetPackage() == "" {
		parts = []string{b.service().Name}
	}
	name := parts[len(parts)-1]
	if len(parts) > 1 && version.MatchString(name) {
		name = parts[len(parts)-2] + name
	}
	for i, part := range parts {
		parts[i] = folder(part)
	}
	return goPackage{
		path:    path.Join(b.service().Root, "gen", path.Join(parts...)),
		name:    packageName(name),
		emitted: true,
	}
}

// folder makes a path element that the go command gives no meaning of its own.
func folder(part string) string {
	switch {
	case slices.Contains([]string{"internal", "vendor", "testdata", "con", "prn", "aux", "nul"}, part):
		return part + "pb"
	case strings.HasPrefix(part, "_"):
		return "x" + part // `./...` passes over folders that begin with an underscore
	default:
		return part
	}
}

// packageName makes a Go package name that can be declared and imported.
func packageName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
	switch {
	case name == "" || name[0] >= '0' && name[0] <= '9':
		return "_" + name // protoc-gen-go's own rule
	case token.IsKeyword(name) || name == "main" || name == "_" || strings.HasSuffix(name, "_test"):
		return name + "pb"
	default:
		return name
	}
}

// buildable keeps the go command from reading meaning into the name of a stub: `x_windows.pb.go` would be built on
// Windows alone, and a name that begins with an underscore never.
func buildable(prefix string) string {
	dir, base := path.Split(prefix)
	if strings.HasPrefix(base, "_") || strings.HasPrefix(base, ".") {
		base = "x" + base
	}
	stem, _, _ := strings.Cut(base, ".")
	if i := strings.LastIndexByte(stem, '_'); i >= 0 && platforms[stem[i+1:]] {
		base = stem + "_proto" + base[len(stem):]
	}
	return dir + base
}
