package protoload

import (
	"io/fs"
	"path/filepath"
	"strings"
)

// An import path is a folder, or NAME=DIR: then a name that begins with NAME/ is relative to DIR from there on, as protoc has it.
// Repositories of Go need that whose protos import each other by the path of the module, as in a GOPATH.

// SplitImportPath returns the two parts of an import path; name is empty where it is a folder alone.
func SplitImportPath(written string) (name, dir string) {
	name, dir, ok := strings.Cut(written, "=")
	if !ok || name == "." || !fs.ValidPath(name) || filepath.IsAbs(written) {
		return "", written
	}
	return name, dir
}

// MoveImportPath is an import path with another folder in place of its own.
func MoveImportPath(written string, move func(dir string) string) string {
	name, dir := SplitImportPath(written)
	return joinImportPath(name, move(dir))
}

// joinImportPath undoes [SplitImportPath].
func joinImportPath(name, dir string) string {
	if name != "" {
		return name + "=" + dir
	}
	if part, _ := SplitImportPath(dir); part != "" {
		return "./" + dir // so that nobody takes the folder for a name and a folder
	}
	return dir
}
