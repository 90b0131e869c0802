package build

import (
	"cmp"
	"fmt"
	"go/token"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
)

// goPackage is the Go package that owns the stubs of a proto file.
type goPackage struct {
	path, name string
	emitted    bool // its stubs stand in the tree
	doubtful   bool // it would be another one if the root of the tree were known
	refused    bool // a problem is reported with its path
}

// plugin settles the Go package of every proto file and links the files for protogen. Descriptors are never edited:
// a package that is not the file's go_package is passed as protoc passes it, by an M parameter.
func (b *builder) plugin() {
	b.packages = map[string]goPackage{}
	before := b.problems
	b.problems = diag.List{}
	b.dependencyStubs()
	b.goPackages()
	b.checkPackages()
	b.doubts.stubs = b.doubts.root || b.problems.HasErrors()
	before.Merge(b.problems)
	b.problems = before
	b.link()
}

// link links the files for protogen. Where their Go packages have problems, others stand in for them, so that the rest of
// the protos can be checked.
func (b *builder) link() {
	request := &pluginpb.CodeGeneratorRequest{ProtoFile: withoutDirectives(b.Set.Files)}
	var params []string
	for _, file := range b.Set.Files {
		pkg := b.packages[file.GetName()]
		params = append(params, fmt.Sprintf("M%s=%s;%s", file.GetName(), pkg.path, pkg.name))
		if pkg.emitted || b.isTarget(file.GetName()) { // protogen forgets what no generated file imports
			request.FileToGenerate = append(request.FileToGenerate, file.GetName())
		}
	}
	if b.doubts.stubs {
		request.ProtoFile, params = standIns(request.ProtoFile), nil
	}
	request.Parameter = new(strings.Join(params, ","))
	plugin, err := protogen.Options{}.New(request)
	if err != nil {
		b.notLinked(err)
		return
	}
	b.names = map[protogen.GoImportPath]string{}
	for _, file := range plugin.Files {
		b.names[file.GoImportPath] = string(file.GoPackageName)
		file.Generate = file.Generate && b.holdsStubs(file.Desc.Path())
		file.GeneratedFilenamePrefix = buildable(file.GeneratedFilenamePrefix)
	}
	b.result.Plugin = plugin
}

// standIns are files with a Go package each.
func standIns(files []*descriptorpb.FileDescriptorProto) []*descriptorpb.FileDescriptorProto {
	out := make([]*descriptorpb.FileDescriptorProto, len(files))
	for i, file := range files {
		out[i] = proto.CloneOf(file)
		if out[i].Options == nil {
			out[i].Options = &descriptorpb.FileOptions{}
		}
		out[i].Options.GoPackage = new(fmt.Sprintf("example.com/standin/p%d", i))
	}
	return out
}

// holdsStubs reports whether the tree holds the stubs of a file.
func (b *builder) holdsStubs(name string) bool {
	pkg := b.packages[name]
	return pkg.emitted || pkg.doubtful && b.isTarget(name) && !b.Stubs.Foreign
}

// goPackages decides who owns the stubs of each file: the package that its go_package names, or the run, unless that is
// missing, or lies outside the tree although nobody else can emit them. A decision about one file of a Go package holds for
// all of its files.
func (b *builder) goPackages() {
	o := newOwners(b.Set.Files, b.claim)
	for _, of := range o.all {
		b.place(of)
	}
	if b.Stubs.Foreign {
		b.checkRequest(o)
	} else {
		b.fixImports(o)
		o.pullIn()
	}
	b.folders(o)
	b.noteOwners(o)
}

// claim is the Go package that a file says it is of, or that somebody says who knows better. It is false, and settled, where the
// file has a well-known one.
func (b *builder) claim(file *descriptorpb.FileDescriptorProto) (goPackage, bool) {
	name := file.GetName()
	if owner, ok := b.owner(file); ok {
		b.noteOwner(file, owner)
		b.packages[name] = owner
		return goPackage{}, false
	}
	if shared, ok := b.Shared.packageOf(name); ok {
		b.packages[name] = shared
		return goPackage{}, false
	}
	if given, ok := b.givenPackage(name); ok {
		return parsePackage(given), true
	}
	if written := declaredPackage(file); b.doubts.root && written.path != "" && b.inTree(written) == written {
		written.doubtful = true
		b.packages[name] = written
		return goPackage{}, false
	}
	declared := b.inTree(declaredPackage(file))
	if _, onDisk := b.Set.Source(name); !onDisk && b.provided(declared.path) {
		b.packages[name] = declared // msgen has the file in itself
		return goPackage{}, false
	}
	return declared, true
}

// givenPackage is the Go package of a file that a parameter of the plugin or the policy names.
func (b *builder) givenPackage(name string) (string, bool) {
	if given, ok := b.Stubs.Packages[name]; ok {
		return given, true
	}
	given, ok := b.given[name]
	return given, ok
}

// statedPackage is the Go package that the user, or otherwise the file, says has its stubs.
func (b *builder) statedPackage(file *descriptorpb.FileDescriptorProto) goPackage {
	if given, ok := b.givenPackage(file.GetName()); ok {
		return parsePackage(given)
	}
	return b.inTree(declaredPackage(file))
}

// place settles where the stubs of a Go package are, as far as its own files say.
func (b *builder) place(of *owner) {
	given := false
	of.rank = unasked
	for _, file := range of.files {
		_, isGiven := b.givenPackage(file.GetName())
		given = given || isGiven
		of.rank = min(of.rank, b.rank(file.GetName()))
	}
	provided := b.provided(of.declared.path)
	switch {
	case within(b.tree().Root, of.declared.path):
		of.place = inside
	case b.Stubs.Foreign:
		of.fixed = true
		if !provided {
			b.noPackage(of)
		}
	case given && provided:
		of.fixed = true
	case of.rank < unasked || !provided:
		of.place = moved
	}
	if !of.fixed && !b.Stubs.Foreign {
		b.useStanding(of)
	}
}

// fixImports has the tree import what packages import that are taken from elsewhere: their stubs do so.
func (b *builder) fixImports(o *owners) {
	var fixed []*owner
	for _, of := range o.all {
		if of.fixed {
			fixed = append(fixed, of)
		}
	}
	for ; len(fixed) > 0; fixed = fixed[1:] {
		for _, other := range o.imports(fixed[0]) {
			switch {
			case other.fixed || other.place == inside:
			case b.provided(other.declared.path) && !other.absent:
				other.place, other.fixed = imported, true
				fixed = append(fixed, other)
			default:
				b.unknownImport(fixed[0], other)
			}
		}
	}
}

// unknownImport is the problem of stubs that are taken from elsewhere and import others of which nobody knows where they are.
func (b *builder) unknownImport(of, other *owner) {
	for _, file := range of.files {
		for i, name := range file.GetDependency() {
			if _, told := b.given[file.GetName()]; told || !slices.ContainsFunc(other.files, func(f *descriptorpb.FileDescriptorProto) bool { return f.GetName() == name }) {
				continue
			}
			problem := diag.Problem{
				Message: fmt.Sprintf("the stubs in %s need stubs of what this file imports, and nobody says which Go package has them", of.declared.path),
				Found:   name,
				Want:    "an option go_package in it, which names a package of another module",
				Fix:     "write one, or let msgen generate the stubs of both files",
			}
			if other.absent {
				problem.Message = fmt.Sprintf("the stubs in %s need stubs of what this file imports, which do not exist", of.declared.path)
				problem.Want, problem.Fix = "stubs in "+other.declared.path, "generate them there with protoc-gen-go"
			}
			b.problemIn(file, []int32{importField, int32(i)}, problem)
			return
		}
	}
}

// importField is the number of FileDescriptorProto.dependency.
const importField = 3

// isTarget reports whether a proto is one that the tree is for: its own, or one of another service's.
func (b *builder) isTarget(name string) bool {
	return slices.Contains(b.Set.Targets, name) || b.isOthers(name)
}

// isOthers reports whether a proto is that of a service that the tree's calls, or whose events it has.
func (b *builder) isOthers(name string) bool {
	for _, proto := range b.EventProtos {
		if proto == name {
			return true
		}
	}
	if b.sharing != nil && slices.Contains(b.sharing.Set.Dependencies, name) {
		return true
	}
	return slices.ContainsFunc(b.Dependencies, func(d Dependency) bool { return slices.Contains(d.Protos, name) })
}

// declaredPackage is what the file's go_package says, read as protoc-gen-go reads it: "path;name", or a path whose
// last part is the name.
func declaredPackage(file *descriptorpb.FileDescriptorProto) goPackage {
	return parsePackage(file.GetOptions().GetGoPackage())
}

func parsePackage(text string) goPackage {
	importPath, name, named := strings.Cut(text, ";")
	if !named {
		name = packageName(path.Base(importPath))
	}
	return goPackage{path: importPath, name: name}
}

// inTree takes a go_package that begins with "./" as relative to the tree.
func (b *builder) inTree(declared goPackage) goPackage {
	if declared.path != "." && !strings.HasPrefix(declared.path, "./") {
		return declared
	}
	absolute := path.Join(b.tree().Root, declared.path)
	if declared.name == packageName(path.Base(declared.path)) {
		declared.name = packageName(path.Base(absolute)) // the last part of "." is no name
	}
	declared.path = absolute
	return declared
}

// provided reports whether another module, or this one outside the tree, can have the package.
func (b *builder) provided(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return module.CheckImportPath(importPath) == nil && (strings.Contains(first, ".") || within(b.tree().Module, importPath))
}

// within reports whether an import path is root or lies below it.
func within(root, importPath string) bool {
	return importPath == root || strings.HasPrefix(importPath, root+"/")
}

// noPackage is the problem of protos of which nobody knows where another generator puts their stubs.
func (b *builder) noPackage(of *owner) {
	message := "no go_package says which Go package of another plugin's the stubs are in"
	if fault := pathFault(of.declared.path); of.declared.path != "" && fault != "" {
		message = "go_package is " + fault + ", so that another plugin's stubs cannot be imported"
	}
	for _, file := range of.files {
		b.problemIn(file, goPackageOption, diag.Problem{
			Message: message,
			Found:   of.declared.path,
			Want:    "an import path whose first element has a dot",
			Fix:     fmt.Sprintf("write option go_package = %q, or pass stubs=true to have msgen write the stubs", b.suggested(file)),
		})
	}
}

// checkFolder holds a Go package to the folder that source-relative stubs have.
func (b *builder) checkFolder(file *descriptorpb.FileDescriptorProto, declared goPackage) {
	want := path.Join(b.tree().Root, path.Dir(file.GetName()))
	if !b.Stubs.SourceRelative || declared.path == want {
		return
	}
	b.problemIn(file, goPackageOption, diag.Problem{
		Message: "with paths=source_relative the stubs stand in another folder than their Go package",
		Found:   declared.path,
		Want:    fmt.Sprintf("%q", want),
		Fix:     "leave paths out: the stubs then stand where their Go package is",
	})
}

// derivedPackage is gen/<proto package> under the root: shop.orders.v1 becomes gen/shop/orders/v1, named ordersv1. A shared tree
// has no gen in between. That of source-relative stubs is the folder of the proto.
func (b *builder) derivedPackage(file *descriptorpb.FileDescriptorProto) goPackage {
	if dir := path.Dir(file.GetName()); b.Stubs.SourceRelative {
		importPath := path.Join(b.tree().Root, dir)
		return goPackage{path: importPath, name: stubName(strings.Split(importPath, "/")), emitted: true}
	}
	parts := strings.Split(strings.ToLower(file.GetPackage()), ".")
	if file.GetPackage() == "" {
		parts = []string{cmp.Or(b.tree().Name, defaultName(file))} // a shared tree has no name
	}
	for i, part := range parts {
		parts[i] = folder(part)
	}
	importPath := path.Join(b.tree().Root, b.genDir(), path.Join(parts...))
	return goPackage{path: importPath, name: stubName(parts), emitted: true}
}

// genDir is the folder of the tree for stubs whose go_package is of another module; empty: the tree has nothing else.
func (b *builder) genDir() string {
	if b.sharing != nil {
		return ""
	}
	return "gen"
}

// stubName is the name of a Go package of stubs in a folder: its last part, with the one before it if that is a version.
func stubName(folders []string) string {
	name := folders[len(folders)-1]
	if len(folders) > 1 && version.MatchString(name) {
		name = folders[len(folders)-2] + name
	}
	return packageName(name)
}

// folder makes a path element that Go, and the stubs which import it, give no meaning of their own.
func folder(part string) string {
	switch {
	case goFolders[part], stubVariables[part], !portable(part):
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
	case !isPackageName(name):
		return name + "pb"
	default:
		return name
	}
}

// isPackageName reports whether a Go package of this name can be declared and imported.
func isPackageName(name string) bool {
	return token.IsIdentifier(name) && name != "_" && name != "main" && name != "init" && !strings.HasSuffix(name, "_test")
}
