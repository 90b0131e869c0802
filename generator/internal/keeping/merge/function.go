package merge

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// function is a function of one of the three files, with what its names mean.
type function struct {
	file     *splice.File
	decl     *ast.FuncDecl
	packages map[string]string // import paths by the names that the file has for them
	calls    map[string]string // the names of variables in msgen's text, by those here, where they differ
	steps    []step            // of mine: the steps of inner blocks too
}

func newFunction(file *splice.File, decl *ast.FuncDecl) *function {
	f := &function{file: file, decl: decl, packages: map[string]string{}, calls: map[string]string{}}
	for _, spec := range file.Imports {
		if i := splice.ImportOf(spec); !nameless(i) {
			f.packages[i.Local()] = i.Path
		}
	}
	return f
}

// span is where a node starts and ends in the file.
func (f *function) span(node ast.Node) (start, end int) {
	return f.file.Offset(node.Pos()), f.file.Offset(node.End())
}

// wordsOf is the nodes as both sides would write them: by tokens, with the paths of packages and msgen's names of variables.
// White space, commas at the end of a line and comments make no difference.
func wordsOf[N ast.Node](f *function, nodes ...N) string {
	var out []string
	for _, node := range nodes {
		out = append(out, f.words(node)...)
	}
	return strings.Join(out, " ")
}

func (f *function) words(node ast.Node) []string {
	meant := map[int]string{}
	for _, ident := range namesIn(node) {
		if path, ok := f.packages[ident.Name]; ok {
			meant[f.file.Offset(ident.Pos())] = strconv.Quote(path)
		} else if name, ok := f.calls[ident.Name]; ok {
			meant[f.file.Offset(ident.Pos())] = name
		}
	}
	var out []string
	start, _ := f.span(node)
	text := []byte(f.file.Text(node))
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, 0)
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			return out
		}
		word := literal
		if word == "" || tok == token.SEMICOLON {
			word = tok.String()
		}
		if name := meant[start+file.Offset(pos)]; name != "" {
			word = name
		}
		if last := len(out) - 1; (word == ")" || word == "}") && last >= 0 && (out[last] == "," || out[last] == ";") {
			out = out[:last]
		}
		out = append(out, word)
	}
}

// namesIn lists what a node calls packages and variables by: not what it selects from them, and no fields of literals.
func namesIn(node ast.Node) []*ast.Ident {
	var names []*ast.Ident
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			names = append(names, namesIn(n.X)...)
			return false
		case *ast.KeyValueExpr:
			if _, field := n.Key.(*ast.Ident); !field {
				names = append(names, namesIn(n.Key)...)
			}
			names = append(names, namesIn(n.Value)...)
			return false
		case *ast.Ident:
			names = append(names, n)
		}
		return true
	})
	return names
}

// declares lists the names of the function's parameters and variables.
func (f *function) declares() map[string]bool {
	names := map[string]bool{}
	ast.Inspect(f.decl, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && ident.Obj != nil && ident.Obj.Kind == ast.Var {
			names[ident.Name] = true
		}
		return true
	})
	return names
}

// comments lists the comments that begin between two bytes of the file.
func (f *function) comments(start, end int) []string {
	var all []string
	for _, group := range f.file.Comments {
		for _, c := range group.List {
			if at := f.file.Offset(c.Pos()); at >= start && at < end {
				all = append(all, strings.TrimSpace(c.Text))
			}
		}
	}
	return all
}

// lineBefore is where the line of a byte begins, and lineAfter where the next line does.
func lineBefore(src []byte, at int) int { return strings.LastIndexByte(string(src[:at]), '\n') + 1 }

func lineAfter(src []byte, at int) int {
	if i := strings.IndexByte(string(src[at:]), '\n'); i >= 0 {
		return at + i + 1
	}
	return len(src)
}
