// Package diag holds positioned problems: what is wrong with an input, where, what was found, what was wanted
// and how to mend it. Problems are data; they are collected in a List, sorted, and printed once, by [Print].
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Position is a place in an input file. Line and Col count from 1; Line 0 means the file as a whole, and an
// empty File means the command line or the run as a whole.
type Position struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"column,omitempty"`
}

// String is "file:line:col", shortened to the parts that are known.
func (p Position) String() string {
	switch {
	case p.File == "":
		return "msgen"
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
	}
}

// Severity says whether a problem stops a run.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that is wrong with an input. Message says what, in lower case and without a full stop.
// Found, Want and Fix may be empty; Found is printed quoted.
type Problem struct {
	Position
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	Found    string   `json:"found,omitempty"` // the value found, unquoted
	Want     string   `json:"want,omitempty"`  // what would have been right: "a DNS-1123 label"
	Fix      string   `json:"fix,omitempty"`   // how to mend it, as an instruction: `write "orders"`
}

// Text is the problem in one line without its position: `message: found "x", want y; fix`. It can be printed anywhere: see
// [Printable] and [Masked].
func (p Problem) Text() string {
	p = p.masked()
	var b strings.Builder
	if p.Severity == Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.Message)
	sep := ": "
	if p.Found != "" {
		fmt.Fprintf(&b, "%sfound %q", sep, p.Found)
		sep = ", "
	}
	if p.Want != "" {
		fmt.Fprintf(&b, "%swant %s", sep, p.Want)
	}
	if p.Fix != "" {
		fmt.Fprintf(&b, "; %s", p.Fix)
	}
	return Printable(b.String())
}

// String is the problem as compilers print it: `file:line:col: text`.
func (p Problem) String() string { return Printable(p.Position.String()) + ": " + p.Text() }

// List collects problems. The zero List is empty and ready for use.
type List struct{ problems []Problem }

// Add appends problems as they are; one without a severity becomes an error.
func (l *List) Add(problems ...Problem) {
	for _, p := range problems {
		if p.Severity == "" {
			p.Severity = Error
		}
		l.problems = append(l.problems, p)
	}
}

// Errorf adds an error that is only a message.
func (l *List) Errorf(at Position, format string, args ...any) {
	l.Add(Problem{Position: at, Message: fmt.Sprintf(format, args...)})
}

// Merge adds every problem of other.
func (l *List) Merge(other List) { l.problems = append(l.problems, other.problems...) }

// All returns the problems by file, line and column, each once.
func (l *List) All() []Problem {
	seen := map[Problem]bool{}
	var out []Problem
	for _, p := range l.problems {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return out
}

// HasErrors reports whether a problem in the list stops the run.
func (l *List) HasErrors() bool {
	return slices.ContainsFunc(l.problems, func(p Problem) bool { return p.Severity == Error })
}

// Err returns the list as an error, or nil when it holds no error.
func (l *List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return &ListError{problems: l.All()}
}

// ListError is a List that stopped a run.
type ListError struct{ problems []Problem }

// Problems returns what the list held, sorted.
func (e *ListError) Problems() []Problem { return e.problems }

// Error is the problems, one a line.
func (e *ListError) Error() string {
	lines := make([]string, len(e.problems))
	for i, p := range e.problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
