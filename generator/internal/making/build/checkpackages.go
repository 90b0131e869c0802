package build

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/module"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// checkPackages refuses Go packages that could not be built: a path or a name that Go does not take, two names for one
// path, two protos for one file, a package in a folder that msgen fills itself, and packages that import each other.
func (b *builder) checkPackages() {
	c := packageCheck{builder: b, spelled: spellings{}, named: map[string]string{}, files: map[string]string{}}
	if b.sharing == nil {
		c.spelled.add(emittedFolders...)
		for name := range ownPackages {
			c.spelled.add("internal/" + name)
		}
	}
	for _, file := range b.Set.Files {
		c.fileName(file)
		pkg := b.packages[file.GetName()]
		if !pkg.emitted {
			continue
		}
		if pkg.refused = !c.importPath(file, pkg) || !c.folder(file, pkg); pkg.refused {
			b.packages[file.GetName()] = pkg
			continue
		}
		c.name(file, pkg)
		c.goFile(file, pkg)
	}
	if !b.doubts.root {
		b.checkCycles()
	}
}

// packageCheck remembers what the Go packages of earlier files took.
type packageCheck struct {
	*builder
	spelled spellings         // folders of the tree
	named   map[string]string // the first proto file of each Go package
	files   map[string]string // the proto file of each stub, whose path is in lower case
}

// fileName refuses what cannot stand in the parameter that hands protogen the file's Go package, or in the comments of
// the stubs.
func (c *packageCheck) fileName(file *descriptorpb.FileDescriptorProto) {
	name := file.GetName()
	if strings.Trim(path.Base(name), ".") == "proto" || strings.ContainsAny(name, ",=") || !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable) {
		c.problemIn(file, syntaxStatement, diag.Problem{
			Message: "the name of the file cannot be passed to the generator of its stubs",
			Found:   name,
			Want:    "a name before .proto, without a comma, an equals sign or what cannot be seen",
			Fix:     "rename the file",
		})
	}
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// importPath refuses a go_package that the go command does not import.
func (c *packageCheck) importPath(file *descriptorpb.FileDescriptorProto, pkg goPackage) bool {
	base := path.Base(pkg.path)
	switch {
	case module.CheckImportPath(pkg.path) != nil, strings.ContainsRune("-+~", rune(base[0])):
		c.problemIn(file, goPackageOption, diag.Problem{
			Message: "go_package is not an import path that Go takes",
			Found:   pkg.path,
			Want:    "elements of letters, digits, '-', '_', '.' and '~' that begin with a letter or digit, and none that Windows keeps, such as con",
			Fix:     fmt.Sprintf("write option go_package = %q", c.suggested(file)),
		})
	case !strings.ContainsAny(pkg.path, "./"): // protogen takes it for a package name in the wrong place
		c.problemIn(file, goPackageOption, diag.Problem{
			Message: "go_package is a single word, which protoc-gen-go refuses",
			Found:   pkg.path,
			Want:    "an import path with a slash or a dot",
			Fix:     fmt.Sprintf("write option go_package = %q", c.suggested(file)),
		})
	default:
		return true
	}
	return false
}

// suggested is a go_package that can be had.
func (b *builder) suggested(file *descriptorpb.FileDescriptorProto) string {
	return b.derivedPackage(file).path
}

// name refuses a package name that Go does not take, and a second name for one package.
func (c *packageCheck) name(file *descriptorpb.FileDescriptorProto, pkg goPackage) {
	if !isPackageName(pkg.name) {
		c.problemIn(file, goPackageOption, diag.Problem{
			Message: "go_package names a Go package that cannot be imported",
			Found:   pkg.name,
			Want:    "an identifier that is no keyword, and not main, init or ..._test",
			Fix:     fmt.Sprintf("write option go_package = %q", pkg.path+";"+packageName(pkg.name)),
		})
		return
	}
	first, ok := c.named[pkg.path]
	if !ok {
		c.named[pkg.path] = file.GetName()
	} else if other := c.packages[first].name; other != pkg.name {
		c.problemIn(file, goPackageOption, diag.Problem{
			Message: fmt.Sprintf("two names for the Go package %s", pkg.path),
			Found:   pkg.name,
			Want:    fmt.Sprintf("%q, as %s has it", other, c.shownPath(first)),
			Fix:     "give both files the same go_package",
		})
	}
}

// goFile refuses two protos whose stubs would be one Go file.
func (c *packageCheck) goFile(file *descriptorpb.FileDescriptorProto, pkg goPackage) {
	name := file.GetName()
	prefix := strings.ToLower(buildable(path.Join(pkg.path, strings.TrimSuffix(path.Base(name), ".proto"))))
	stubs := []string{prefix + ".pb.go"}
	if len(file.GetService()) > 0 {
		stubs = append(stubs, prefix+"_grpc.pb.go")
	}
	for _, stub := range stubs {
		if first, ok := c.files[stub]; ok {
			c.problemIn(file, syntaxStatement, diag.Problem{
				Message: fmt.Sprintf("same Go file %s as %s", path.Base(stub), c.shownPath(first)),
				Found:   path.Base(name),
				Want:    "one base name for each proto file of a Go package",
				Fix:     "rename one of the two files, or give them different packages",
			})
			return
		}
		c.files[stub] = name
	}
}
