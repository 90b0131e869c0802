package state

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// BasePath is where the last emitted text of the merged file at path is kept.
func BasePath(path string) string {
	const gitReads = ".gitattributes" // in whatever folder it is
	if path == gitReads {
		path = strings.TrimPrefix(path, ".")
	}
	return Dir + "/base/" + path
}

// goBase begins each text of a base whose path says that it is Go: tools that read every such file of a folder find Go.
const goBase = "const _ = "

// EncodeBase is the file that keeps the text of the merged file at path. The text takes one line, so that a merge by git keeps
// the texts of both branches whole instead of mixing them: each of them may be what a user's file has grown from.
func EncodeBase(path string, text []byte) []byte {
	var file []byte
	if strings.HasSuffix(path, ".go") {
		file = append(file, "package base\n\n"+goBase...)
	}
	return append(strconv.AppendQuote(file, string(text)), '\n')
}

// Bases are the texts of an entry that a file keeps: several after branches were merged, and none where the file is lost or
// is not what msgen wrote.
func (e Entry) Bases(file []byte) [][]byte {
	var texts [][]byte
	add := func(text []byte) {
		same := func(other []byte) bool { return bytes.Equal(other, text) }
		if e.Emitted(text) && !slices.ContainsFunc(texts, same) {
			texts = append(texts, text)
		}
	}
	for line := range strings.Lines(string(file)) {
		if text, err := strconv.Unquote(strings.TrimPrefix(strings.TrimRight(line, "\r\n"), goBase)); err == nil {
			add([]byte(text))
		}
	}
	for _, side := range checkout.Sides(file) { // before format 2, the file was the text
		add(checkout.LF(side))
	}
	return texts
}
