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

// EncodeBase is the file that keeps a text. It has one line, so that a merge by git keeps the texts of both branches whole
// instead of mixing them: each of them may be what a user's file has grown from.
func EncodeBase(text []byte) []byte { return append(strconv.AppendQuote(nil, string(text)), '\n') }

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
		if text, err := strconv.Unquote(strings.TrimRight(line, "\r\n")); err == nil {
			add([]byte(text))
		}
	}
	for _, side := range checkout.Sides(file) { // before format 2, the file was the text
		add(checkout.LF(side))
	}
	return texts
}
