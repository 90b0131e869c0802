package handlers

import (
	"fmt"

	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// naming is how a file imports packages, by their paths.
type naming map[string]called

// called is an import under whose name code can call its package.
type called struct {
	splice.Import
	lacking bool // the file does not have the import yet
}

// namingIn is how a file imports the packages that emitted text names. One that it does not import yet gets its usual
// name, or another where that is taken: in the file, or in all of its package.
func (s *sides) namingIn(into *source) naming {
	names, taken := naming{}, map[string]bool{}
	for _, i := range into.imports {
		name := i.Local()
		taken[name] = true
		if _, known := names[i.Path]; !known && name != "_" && name != "." {
			names[i.Path] = called{Import: i}
		}
	}
	for _, file := range s.next.files {
		for _, i := range file.imports {
			if _, known := names[i.Path]; !known {
				i = numbered(i, func(name string) bool { return taken[name] || s.declared[name] })
				names[i.Path] = called{i, true}
				taken[i.Local()] = true
			}
		}
	}
	return names
}

// numbered is an import under its usual name, or under the first that is not taken: "codes", "codes2", "codes3".
func numbered(i splice.Import, taken func(name string) bool) splice.Import {
	usual := i.Local()
	for n := 2; taken(i.Local()); n++ {
		i.Name = fmt.Sprintf("%s%d", usual, n)
	}
	return i
}
