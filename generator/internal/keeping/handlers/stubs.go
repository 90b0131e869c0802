package handlers

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/methods"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// stubs are what the emitted type embeds: of which service, and from where. Both are empty for subscribers.
type stubs struct {
	service string // "Orders" of UnsafeOrdersServer
	path    string // the import path
}

// stubs finds what the emitted files of a folder embed.
func (f *folder) stubs() stubs {
	var found stubs
	for _, t := range f.sortedTypes() {
		for _, embedded := range t.embedded {
			if idents := t.file.packagesIn(embedded); found.path == "" && len(idents) > 0 {
				found.path = t.file.packages[idents[0]].Path
			}
			if name, ok := strings.CutPrefix(t.file.selectedBy(embedded), "Unsafe"); ok && found.service == "" {
				found.service = strings.TrimSuffix(name, "Server")
			}
		}
	}
	return found
}

// orStubs finds other packages, and of stubs that nobody has what a server can embed.
func (s *sides) orStubs(find methods.Find) methods.Find {
	return func(importPath string) map[string][]byte {
		files := find(importPath)
		if len(files) == 0 && importPath == s.stubs.path && s.stubs.service != "" {
			return map[string][]byte{importPath + "/stubs.go": s.stubsText()}
		}
		return files
	}
}

// stubsText is Go that declares the names which a server can embed, with the names of the RPCs.
func (s *sides) stubsText() []byte {
	service := s.stubs.service
	var listed, declared bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(s.next.funcs)) {
		if s.next.funcs[name][0].isMethod() {
			fmt.Fprintf(&listed, "%s()\n", name)
			fmt.Fprintf(&declared, "func (Unimplemented%sServer) %s() {}\n", service, name)
		}
	}
	return fmt.Appendf(nil, "package stubs\ntype Unsafe%[1]sServer interface{}\ntype Unimplemented%[1]sServer struct{}\ntype %[1]sServer interface {\n%[2]s}\n%[3]s",
		service, &listed, &declared)
}

// succession says which stubs replace the stubs that msgen emitted last. The zero succession changes nothing.
type succession struct {
	from, to string         // import paths, if they differ
	names    *regexp.Regexp // names that the stubs derive from the service's old name, if that differs
	now      stubs          // if that differs
}

// succeed compares the stubs of two sides. Stubs that next still imports from the old path have not moved.
func succeed(was, now stubs, next *folder) succession {
	var s succession
	if was.path != "" && now.path != "" && was.path != now.path && !next.imports(was.path) {
		s.from, s.to = was.path, now.path
	}
	if was.service != "" && now.service != "" && was.service != now.service {
		s.now, s.names = now, regexp.MustCompile(`^(Unsafe|Unimplemented|New|Register|)`+was.service+`(Server|Client|_\w+)$`)
	}
	return s
}

// moved is an import with the new path of the stubs, under the name that its file has for it.
func (s succession) moved(i splice.Import) splice.Import {
	if s.from == "" || i.Path != s.from {
		return i
	}
	moved := splice.Import{Name: i.Local(), Path: s.to}
	if i.Name == "" && splice.PackageName(s.to) == i.Local() {
		moved.Name = ""
	}
	return moved
}

// renamed is what a name that is selected from an import is called now.
func (s succession) renamed(from splice.Import, name string) string {
	if s.names == nil || from.Path != s.now.path {
		return name
	}
	return s.names.ReplaceAllString(name, "${1}"+s.now.service+"${2}")
}
