package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// maxFileBytes bounds a file: YAML takes much more memory than its text.
const maxFileBytes = 1 << 20

// parse returns the value of the only document in src, nil when src holds none, or else what is wrong with its YAML.
func parse(noun, file string, src []byte) (*yaml.Node, *diag.Problem) {
	if problem := unreadable(noun, file, src); problem != nil {
		return nil, problem
	}
	loader, err := yaml.NewLoader(bytes.NewReader(src))
	if err != nil {
		return nil, syntaxProblem(file, src, err)
	}
	var first, second yaml.Node
	switch err := loader.Load(&first); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, syntaxProblem(file, src, err)
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
		value := first.Content[0]
		value.FootComment += "\n" + first.FootComment // what is said behind the document is said behind its value
		return value, nil
	case err != nil:
		return nil, syntaxProblem(file, src, err)
	}
	return nil, &diag.Problem{
		Position: diag.Position{File: file, Line: second.Content[0].Line, Col: second.Content[0].Column},
		Message:  "more than one YAML document", Want: "one " + noun + " in a file", Fix: "remove the line --- and what follows",
	}
}

// unreadable returns the first thing in src that is no text, at which the YAML library would stop without a position.
func unreadable(noun, file string, src []byte) *diag.Problem {
	if len(src) > maxFileBytes {
		return &diag.Problem{Position: diag.Position{File: file}, Message: "too large for a " + noun, Found: fmt.Sprintf("%d bytes", len(src)), Want: "at most 1 MiB"}
	}
	if line := checkout.Conflict(src); line > 0 {
		return &diag.Problem{Position: diag.Position{File: file, Line: line, Col: 1}, Message: "has conflict markers", Fix: "resolve them, and remove the markers"}
	}
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return &diag.Problem{Position: placeOf(file, src[:i]), Message: "not UTF-8 text", Found: string(src[i : i+1]), Fix: "save the file as UTF-8"}
		case unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r):
			return &diag.Problem{Position: placeOf(file, src[:i]), Message: "control character", Found: string(r), Fix: "remove it"}
		}
		i += size
	}
	return nil
}

// placeOf is the position right after text.
func placeOf(file string, text []byte) diag.Position {
	line := text[bytes.LastIndexByte(text, '\n')+1:]
	return diag.Position{File: file, Line: bytes.Count(text, []byte("\n")) + 1, Col: utf8.RuneCount(line) + 1}
}

func syntaxProblem(file string, src []byte, err error) *diag.Problem {
	problem := &diag.Problem{Position: diag.Position{File: file, Line: 1, Col: 1}, Message: "not YAML: " + err.Error()}
	var fault *yaml.LoadError
	if !errors.As(err, &fault) {
		return problem
	}
	problem.Message = "not YAML: " + fault.Message
	if fault.Mark.Line > 0 {
		problem.Line, problem.Col = fault.Mark.Line, fault.Mark.Column
	}
	if begin := fault.ContextMark.Line; begin > 0 && begin < problem.Line {
		problem.Message += fmt.Sprintf(" %s that begins on line %d", fault.ContextMsg, begin)
	}
	switch found := runeAt(src, problem.Line, problem.Col); found {
	case '\t':
		problem.Message, problem.Fix = "not YAML: a tab cannot indent", "indent with spaces"
	case '@', '`', '%':
		problem.Fix = fmt.Sprintf("put what begins with %c in quotes", found)
	}
	return problem
}

// runeAt is the character at a line and column that count from 1, or 0 beyond the text.
func runeAt(src []byte, line, col int) rune {
	lines := bytes.Split(src, []byte("\n"))
	if line < 1 || line > len(lines) {
		return 0
	}
	runes := []rune(string(lines[line-1]))
	if col < 1 || col > len(runes) {
		return 0
	}
	return runes[col-1]
}
