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
//		links google.golang.org/protobuf/...       what it brings along, with all that this links
//		module go.etcd.io/etcd/api/v3 v3.7.3       where it comes from, if it registers anything itself
//		name authpb                                what Go calls it
//	file auth.proto authpb                         a proto file of the package, and its proto package
//		message UserAddOptions                     what it declares, by the names below the proto package,
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
	lines        string // what it declares: a line each, with a tab before and a line break after it
}

// Named is something that a linked file declares.
type Named struct {
	*File
	Name string // in full
}

// table is the text as it is looked up. Each run reads it, so that no line about a field is looked at before a given file is
// compared with the file that has it.
type table struct {
	links     map[string][]string // by Go package
	registers map[string]bool     // the Go packages that register protos themselves
	files     map[string]*File    // by name
	inside    map[string][]*File  // by proto package
	packages  map[string][]*File  // by proto package, and by each that is around one
	numbers   map[string]Named    // extensions, by the message that they extend and their number
}

var embedded = sync.OnceValue(func() *table { return readTable(embeddedTable) })

func readTable(text string) *table {
	t := &table{
		links: map[string][]string{}, registers: map[string]bool{}, files: map[string]*File{}, inside: map[string][]*File{},
		packages: map[string][]*File{}, numbers: map[string]Named{},
	}
	var pkg *Package
	for text != "" {
		var block string
		block, text = cutBlock(text)
		head, body, _ := strings.Cut(block, "\n")
		kind, rest, _ := strings.Cut(head, " ")
		switch kind {
		case "package":
			pkg = &Package{Path: rest}
			t.addPackage(pkg, body)
		case "file":
			file := &File{Package: pkg, lines: body}
			file.Proto, file.ProtoPackage, _ = strings.Cut(rest, " ")
			t.addFile(file)
		}
	}
	return t
}

// cutBlock splits off the first line and those below it that begin with a tab.
func cutBlock(text string) (block, rest string) {
	for i := 0; ; {
		end := strings.IndexByte(text[i:], '\n')
		if end < 0 {
			return text, ""
		}
		i += end + 1
		if i == len(text) || text[i] != '\t' {
			return text[:i], text[i:]
		}
	}
}

func (t *table) addPackage(pkg *Package, body string) {
	for line := range strings.Lines(body) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), " "); key {
		case "links":
			t.links[pkg.Path] = append(t.links[pkg.Path], value)
		case "module":
			pkg.Module, pkg.Version, _ = strings.Cut(value, " ")
			t.registers[pkg.Path] = true
		case "name":
			pkg.Name = value
		}
	}
}

func (t *table) addFile(file *File) {
	t.files[file.Proto] = file
	t.inside[file.ProtoPackage] = append(t.inside[file.ProtoPackage], file)
	for around := range around(file.ProtoPackage) {
		t.packages[around] = append(t.packages[around], file)
	}
	const extension = "\textension "
	for rest := file.lines; ; {
		_, after, ok := strings.Cut(rest, extension)
		if !ok {
			return
		}
		line, next, _ := strings.Cut(after, "\n")
		name, means, _ := strings.Cut(line, " ")
		t.numbers[extends(means)] = Named{file, inPackage(file.ProtoPackage, name)}
		rest = next
	}
}

// named finds what a linked file declares in the scope of its proto package.
func (t *table) named(pkg, name string) (Named, bool) {
	for _, file := range t.inside[pkg] {
		for line := range strings.Lines(file.lines) {
			words := strings.Fields(line)
			if scoped(words[0], words[1]) && words[1] == name {
				return Named{file, inPackage(pkg, name)}, true
			}
		}
	}
	return Named{}, false
}

// around yields a proto package and those around it, the innermost first.
func around(pkg string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for pkg != "" && yield(pkg) {
			pkg, _ = cutLast(pkg)
		}
	}
}

// cutLast splits off the last element of a full name.
func cutLast(name string) (before, last string) {
	dot := strings.LastIndexByte(name, '.')
	return name[:max(0, dot)], name[dot+1:]
}

// inPackage is the full name of what a proto package declares.
func inPackage(pkg, name string) string { return strings.TrimPrefix(pkg+"."+name, ".") }

// has reports whether a file declares something just so.
func (f *File) has(d declaration) bool { return strings.Contains(f.lines, "\t"+d.String()+"\n") }

// importable reports whether a tree can import the stubs.
func (p *Package) importable() bool { return !slices.Contains(strings.Split(p.Path, "/"), "internal") }
