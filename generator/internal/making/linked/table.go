package linked

import (
	_ "embed" // table.txt
	"slices"
	"strings"
	"sync"
)

// table.txt lists what the Go packages of the pinned modules register when a program starts:
//
//	package go.etcd.io/etcd/api/v3/authpb          a Go package that a tree may come to link
//		links google.golang.org/protobuf/...       another one that it brings along, with all that this one links
//		module go.etcd.io/etcd/api/v3 v3.7.3       where it comes from, if it registers anything itself
//		name authpb                                what Go calls it
//		file auth.proto authpb                     a proto file and its proto package; what it declares follows
//		message UserAddOptions                     names are those below the proto package
//		field UserAddOptions.no_password 1 bool    with what another version of the file could have differently
//
//go:embed table.txt
var embeddedTable string

// Package is a Go package that registers protos.
type Package struct {
	Path, Name      string
	Module, Version string
}

// File is a proto file that a Go package registers.
type File struct {
	*Package
	Proto        string // its name
	ProtoPackage string
	lines        []string // what it declares, as declaration.String has it
}

// Named is something that a linked file declares.
type Named struct {
	*File
	Name string // in full
}

// table is the text with what is looked up in it. It does not change once it is made.
type table struct {
	links     map[string][]string // by Go package
	registers map[string]bool     // the Go packages that register protos themselves
	files     map[string]*File    // by name
	inside    map[string][]*File  // by proto package
	names     map[string]Named    // those in the scopes of proto packages
	packages  map[string]*File    // by proto package, and by each that is around one: the first file
	numbers   map[string]Named    // extensions, by the message that they extend and their number
}

var embedded = sync.OnceValue(func() *table { return readTable(embeddedTable) })

func readTable(text string) *table {
	t := &table{
		links: map[string][]string{}, registers: map[string]bool{}, files: map[string]*File{}, inside: map[string][]*File{},
		names: map[string]Named{}, packages: map[string]*File{}, numbers: map[string]Named{},
	}
	var pkg *Package
	var file *File
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		kind, rest, _ := strings.Cut(strings.TrimPrefix(line, "\t"), " ")
		switch kind {
		case "#":
		case "package":
			pkg = &Package{Path: rest}
		case "links":
			t.links[pkg.Path] = append(t.links[pkg.Path], rest)
		case "module":
			pkg.Module, pkg.Version, _ = strings.Cut(rest, " ")
			t.registers[pkg.Path] = true
		case "name":
			pkg.Name = rest
		case "file":
			file = &File{Package: pkg}
			file.Proto, file.ProtoPackage, _ = strings.Cut(rest, " ")
			t.addFile(file)
		default:
			file.lines = append(file.lines, line[1:])
			t.addName(file, kind, rest)
		}
	}
	return t
}

func (t *table) addFile(file *File) {
	t.files[file.Proto] = file
	t.inside[file.ProtoPackage] = append(t.inside[file.ProtoPackage], file)
	for around := range around(file.ProtoPackage) {
		if t.packages[around] == nil {
			t.packages[around] = file
		}
	}
}

func (t *table) addName(file *File, kind, rest string) {
	if kind == "field" || kind == "method" {
		return
	}
	name, means, _ := strings.Cut(rest, " ")
	named := Named{file, inPackage(file.ProtoPackage, name)}
	if scoped(kind, name) {
		t.names[named.Name] = named
	}
	if kind == "extension" {
		t.numbers[extends(means)] = named
	}
}

// around yields a proto package and those around it, the innermost first.
func around(pkg string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for pkg != "" && yield(pkg) {
			pkg = pkg[:max(0, strings.LastIndexByte(pkg, '.'))]
		}
	}
}

// inPackage is the full name of what a proto package declares.
func inPackage(pkg, name string) string { return strings.TrimPrefix(pkg+"."+name, ".") }

// importable reports whether a tree can import the stubs.
func (p *Package) importable() bool { return !slices.Contains(strings.Split(p.Path, "/"), "internal") }
