package handlers

import (
	"bytes"
	"slices"
)

// same reports whether two functions are the same text, comments before and behind them included. A method is also the
// same if it stands in a file of the user's with another receiver, and with other names of packages.
func (f *function) same(other *function) bool {
	if sameText(f.file.Src[f.start:f.endOfLine()], other.file.Src[other.start:other.endOfLine()]) {
		return true
	}
	if !f.isMethod() || !other.isMethod() || f.decl.Body == nil || other.decl.Body == nil {
		return false
	}
	mine, theirs := f.aroundSignature(), other.aroundSignature()
	return sameText(mine[0], theirs[0]) && sameText(mine[1], theirs[1]) && slices.Equal(f.signature(), other.signature())
}

// aroundSignature is a method's text before its receiver, and from its body on.
func (f *function) aroundSignature() [2][]byte {
	return [2][]byte{
		f.file.Src[f.start:f.file.Offset(f.decl.Recv.Pos())], f.file.Src[f.file.Offset(f.decl.Body.Pos()):f.endOfLine()],
	}
}

// signature is the parameters and results with their names, the same for the same ones in every file.
func (f *function) signature() []string {
	var out []string
	for _, field := range f.fields() {
		text := f.file.canonical(field.Type)
		for _, name := range field.Names {
			text = name.Name + " " + text
		}
		out = append(out, text)
	}
	return out
}

// sameText compares texts whatever their line ends.
func sameText(a, b []byte) bool { return bytes.Equal(a, b) || bytes.Equal(withoutCR(a), withoutCR(b)) }

func withoutCR(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }
