package protoload_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// TestImportPathsMove: only the folder of an import path moves, and a folder with = in its name stays one.
func TestImportPathsMove(t *testing.T) {
	t.Parallel()
	for written, moved := range map[string]string{
		"api":               "tree/api",
		"example.com/x=api": "example.com/x=tree/api",
		"../a=b":            "tree/../a=b",
		"./a=b":             "tree/./a=b",
		"/a=b/c":            "tree//a=b/c",
	} {
		assert.Equal(t, moved, protoload.MoveImportPath(written, func(dir string) string { return "tree/" + dir }), written)
	}
	moved := protoload.MoveImportPath("api", func(string) string { return "a=b" })
	name, dir := protoload.SplitImportPath(moved)
	assert.Empty(t, name)
	assert.Equal(t, "./a=b", dir)
}
