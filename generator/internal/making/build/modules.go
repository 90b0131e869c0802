package build

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// name settles the service's name: the policy's, else for a gateway that of its folder, else the last part of the first
// hosted proto package that is not a version, else the proto file's base name.
func (b *builder) name() {
	file := b.firstHosted()
	b.doubts.name = b.Policy.Faulty("service.name") || b.Set == nil && b.Policy.Service.Name == ""
	if file == nil && b.Gateway == nil && b.Set != nil {
		b.problems.Add(diag.Problem{
			Position: diag.Position{File: b.shownPath(b.Set.Targets[0])},
			Message:  "no service in the given proto files",
			Want:     "at least one `service` for the binary to serve",
			Fix:      "declare a service, or name the proto file that does",
		})
	}
	switch b.tree().Name = b.Policy.Service.Name; {
	case b.tree().Name != "":
	case b.Gateway != nil:
		b.tree().Name = b.Gateway.Name
	default:
		b.tree().Name = defaultName(file)
	}
	if name := b.tree().Name; !portable(name) {
		b.policyProblem("service.name", diag.Problem{
			Message: "service.name: no folder can have this name on Windows, and the go command imports none",
			Found:   name,
			Want:    "any other name",
			Fix:     fmt.Sprintf("write %q", ServiceName(name)),
		})
	}
}

// firstHosted is the first target with a service, if there is one with another than those that every emitted server
// registers itself; nil when there is none.
func (b *builder) firstHosted() *descriptorpb.FileDescriptorProto {
	if b.Set == nil {
		return nil
	}
	byName := map[string]*descriptorpb.FileDescriptorProto{}
	for _, file := range b.Set.Files {
		byName[file.GetName()] = file
	}
	var linked *descriptorpb.FileDescriptorProto
	for _, name := range b.Set.Targets {
		services := b.Set.Services(name)
		switch {
		case slices.ContainsFunc(services, func(service string) bool { return linkedServices[service] == "" }):
			return byName[name]
		case len(services) > 0 && linked == nil:
			linked = byName[name]
		}
	}
	return linked
}

var version = regexp.MustCompile(`^v[0-9]+((alpha|beta|p|test)[0-9]*)*$`)

func defaultName(file *descriptorpb.FileDescriptorProto) string {
	parts := strings.Split(file.GetPackage(), ".")
	for len(parts) > 1 && version.MatchString(parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	name := parts[len(parts)-1]
	if name == "" {
		name = strings.TrimSuffix(path.Base(file.GetName()), ".proto")
	}
	return ServiceName(name)
}

// ServiceName makes of any name one that a service can have: a DNS-1123 label (RFC 1123: lower-case letters, digits and
// inner hyphens, 63 at most) that is also a folder which the go command builds.
func ServiceName(name string) string {
	label := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		default:
			return '-'
		}
	}, name)
	label = strings.Trim(label[:min(len(label), 63)], "-")
	switch {
	case label == "":
		return "service"
	case goFolders[label], !portable(label), version.MatchString(label): // a module example.com/v1 is refused
		return label + "-service"
	default:
		return label
	}
}

// module settles which module the tree belongs to.
func (b *builder) module() {
	s, wanted := b.tree(), b.Policy.Service.Module
	b.doubts.root = b.Module.Unknown || !b.Policy.Sound("service.module")
	switch around := path.Join(b.Module.Path, b.Module.Dir); {
	case b.Module.Path == "" && wanted == "":
		s.Module, s.OwnModule = "example.com/"+ServiceName(s.Name), true
		b.doubts.root = b.doubts.root || b.doubts.name
	case b.Module.Path == "" || b.Module.Owned && wanted != "":
		s.Module, s.OwnModule = wanted, true
	case wanted == "" || wanted == b.Module.Path || wanted == around:
		s.Module, s.OwnModule = b.Module.Path, b.Module.Owned
	case b.Module.Dir != ".":
		s.Module, s.OwnModule = wanted, true // a module of its own inside a bigger repository
	default:
		b.moduleProblem(diag.Problem{
			Message: "not the module of the go.mod in the output folder",
			Found:   wanted,
			Want:    fmt.Sprintf("%q", around),
			Fix:     fmt.Sprintf("leave %s out, or generate into another folder", b.moduleKey()),
		})
		b.doubts.root = true
	}
	s.Root, s.Dir = s.Module, "."
	if !s.OwnModule {
		s.Root, s.Dir = path.Join(s.Module, b.Module.Dir), b.Module.Dir
	}
	if !b.doubts.root {
		b.checkRoot()
	}
	if b.doubts.root { // one that Go takes stands in
		s.Module, s.OwnModule, s.Dir = "example.com/"+ServiceName(s.Name), true, "."
		s.Root = s.Module
	}
}

// checkRoot refuses an import path for the tree that Go does not take.
func (b *builder) checkRoot() {
	s, wanted := b.tree(), b.Policy.Service.Module
	first, _, _ := strings.Cut(wanted, "/")
	b.doubts.root = true
	switch {
	case standardRoots[first]:
		b.moduleProblem(diag.Problem{
			Message: "begins as packages of the standard library do",
			Found:   wanted,
			Want:    "a module path whose first element is a domain, or no name of the standard library's",
			Fix:     fmt.Sprintf("write %q", "example.com/"+wanted),
		})
	case b.moduleFlag != "" && wanted != "" && !policy.IsModule(wanted): // of a policy, its reader has checked that
		b.moduleProblem(diag.Problem{
			Message: "no Go module can have this path", Found: wanted, Want: "a Go module path such as example.com/platform/runtime", Fix: "pass another " + b.moduleFlag,
		})
	case module.CheckImportPath(s.Root) != nil:
		fix := "write a service.module of its own into the policy"
		if b.moduleFlag != "" {
			fix = "pass " + b.moduleFlag + " with a module of its own"
		}
		b.problems.Add(diag.Problem{
			Message: "the output folder cannot be a package of the module around it",
			Found:   s.Root,
			Want:    "an import path: elements of letters, digits, '-', '_', '.' and '~'",
			Fix:     "generate into a folder of another name, or " + fix,
		})
	default:
		b.doubts.root = false
	}
}

// moduleProblem adds a problem with the module that the tree is wanted in, where that was said.
func (b *builder) moduleProblem(p diag.Problem) {
	p.Message = b.moduleKey() + ": " + p.Message
	if b.moduleFlag != "" {
		b.problems.Add(p)
		return
	}
	b.policyProblem("service.module", p)
}

// moduleKey is what says the module.
func (b *builder) moduleKey() string { return cmp.Or(b.moduleFlag, "service.module") }

// standardRoots are the first elements of the standard library's import paths, and those that Go reserves
// (https://go.dev/ref/mod#module-path).
var standardRoots = set(
	"archive", "bufio", "builtin", "bytes", "cmd", "cmp", "compress", "container", "context", "crypto", "database", "debug",
	"embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "internal", "io", "iter",
	"log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect", "regexp", "runtime", "slices", "sort", "std",
	"strconv", "strings", "structs", "sync", "syscall", "testing", "text", "time", "unicode", "unique", "unsafe", "vendor",
	"weak",
)
