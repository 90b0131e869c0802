package handlers

import (
	"bytes"
	"errors"
	"go/ast"
	"go/build/constraint"
	"go/scanner"
	"maps"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// folder is the Go files of one folder, sorted by path.
type folder struct{ files []*source }

// source is one Go file.
type source struct {
	*splice.File

	path  string
	funcs []*function
}

// function is a function or a method of a file.
type function struct {
	file       *source
	decl       *ast.FuncDecl
	recv       string // name of the receiver's type; empty for a function
	start, end int    // with the comment before it
}

// readFolder reads files; those that do not parse are told of.
func readFolder(files map[string][]byte) (*folder, []Note) {
	var out folder
	var faults []Note
	for _, path := range slices.Sorted(maps.Keys(files)) {
		parsed, err := splice.Parse(path, files[path])
		if err != nil {
			faults = append(faults, unreadable(path, err))
			continue
		}
		file := &source{File: parsed, path: path}
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				file.funcs = append(file.funcs, file.function(f))
			}
		}
		out.files = append(out.files, file)
	}
	return &out, faults
}

func unreadable(path string, err error) Note {
	note := Note{Path: path, Text: err.Error()}
	if list, ok := errors.AsType[scanner.ErrorList](err); ok && len(list) > 0 {
		note.Line, note.Text = list[0].Pos.Line, list[0].Msg
	}
	note.Text = "is no Go that can be read, so that no handler beside it was brought up to date: " + note.Text
	return note
}

func (s *source) function(decl *ast.FuncDecl) *function {
	start := decl.Pos()
	if decl.Doc != nil {
		start = decl.Doc.Pos()
	}
	return &function{s, decl, splice.Receiver(decl), s.Offset(start), s.Offset(decl.End())}
}

// file is the file at path; nil if there is none.
func (f *folder) file(path string) *source {
	i := slices.IndexFunc(f.files, func(s *source) bool { return s.path == path })
	if i < 0 {
		return nil
	}
	return f.files[i]
}

// has reports whether some type of the folder has the method.
func (f *folder) has(method string) bool {
	return slices.ContainsFunc(f.files, func(s *source) bool {
		return slices.ContainsFunc(s.funcs, func(fn *function) bool { return fn.isMethod() && fn.decl.Name.Name == method })
	})
}

// find lists the functions of the user's folder that are what an emitted one is, in every file: the method of the
// service's type, or the function of that name.
func (f *folder) find(emitted *function) []*function {
	var found []*function
	server := f.server(nil)
	if emitted.isMethod() {
		server = f.server(&folder{[]*source{emitted.file}})
	}
	for _, file := range f.files {
		for _, mine := range file.funcs {
			sameKind := mine.isMethod() == emitted.isMethod() && (!mine.isMethod() || server.methodsOf[mine.recv])
			if sameKind && mine.decl.Name.Name == emitted.decl.Name.Name {
				found = append(found, mine)
			}
		}
	}
	return found
}

// all is the functions of a file that may not be known.
func (s *source) all() []*function {
	if s == nil {
		return nil
	}
	return s.funcs
}

// named is the function of a file that is called as f is; nil if there is none.
func (s *source) named(f *function) *function {
	for _, other := range s.all() {
		if other.isMethod() == f.isMethod() && other.decl.Name.Name == f.decl.Name.Name {
			return other
		}
	}
	return nil
}

// constrained reports whether some builds leave the file out.
func (s *source) constrained() bool {
	for _, group := range s.Comments {
		if group.Pos() > s.Package {
			break
		}
		if slices.ContainsFunc(group.List, func(c *ast.Comment) bool { return constraint.IsGoBuild(c.Text) }) {
			return true
		}
	}
	name := strings.TrimSuffix(s.path, ".go")
	_, suffix, found := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], "_")
	return found && suffix != "test" && slices.Contains(platforms(), suffix[strings.LastIndexByte(suffix, '_')+1:])
}

// platforms are the systems and processors by which a file's name may constrain it.
func platforms() []string {
	return strings.Fields("aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 " +
		"windows 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm")
}

func (f *function) isMethod() bool { return f.decl.Recv != nil }

func (f *function) isTest() bool {
	return !f.isMethod() && strings.HasPrefix(f.decl.Name.Name, "Test") && strings.HasSuffix(f.file.path, "_test.go")
}

// same reports whether two functions are the same text, comments before and behind them included. A method is also where
// it has come into a file of the user's: with another receiver, and other names of packages.
func (f *function) same(other *function) bool {
	if sameText(f.file.Src[f.start:f.endOfLine()], other.file.Src[other.start:other.endOfLine()]) {
		return true
	}
	if !f.isMethod() || !other.isMethod() || f.decl.Body == nil || other.decl.Body == nil {
		return false
	}
	mine, theirs := f.aroundSignature(), other.aroundSignature()
	return sameText(mine[0], theirs[0]) && sameText(mine[1], theirs[1]) && slices.Equal(f.parameters(), other.parameters())
}

// aroundSignature is a method's text before its receiver, and from its body on.
func (f *function) aroundSignature() [2][]byte {
	return [2][]byte{
		f.file.Src[f.start:f.file.Offset(f.decl.Recv.Pos())], f.file.Src[f.file.Offset(f.decl.Body.Pos()):f.endOfLine()],
	}
}

// parameters are those of a function and its results, with their names, the same for the same ones in every file.
func (f *function) parameters() []string {
	var out []string
	for _, list := range []*ast.FieldList{f.decl.Type.Params, f.decl.Type.Results} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			text := canonical(f.file, field.Type)
			for _, name := range field.Names {
				text = name.Name + " " + text
			}
			out = append(out, text)
		}
	}
	return out
}

// endOfLine is where the line ends on which the function does.
func (f *function) endOfLine() int {
	if i := bytes.IndexByte(f.file.Src[f.end:], '\n'); i >= 0 {
		return f.end + len(bytes.TrimSuffix(f.file.Src[f.end:f.end+i], []byte("\r")))
	}
	return len(f.file.Src)
}

// receiver is the receiver as it is written: "s *Server".
func (f *function) receiver() string {
	if !f.isMethod() || len(f.decl.Recv.List) == 0 {
		return ""
	}
	return f.file.Text(f.decl.Recv.List[0])
}

// sameText compares texts whatever their line ends.
func sameText(a, b []byte) bool {
	return bytes.Equal(a, b) || bytes.Equal(bytes.ReplaceAll(a, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")))
}
