package state

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"unicode"
)

// Emittable reports whether an emitted file can have the path: it is slash-separated, inside the tree, and neither in [Dir] nor in
// what git keeps for itself.
func Emittable(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return path != "." && safe(path) && !strings.EqualFold(first, Dir)
}

// Remembered reports whether a file of msgen's memory can have the path.
func Remembered(path string) bool {
	return safe(path) && strings.HasPrefix(path, Dir+"/") && path != JournalPath
}

// InputPath reports whether an input can have the path: it is relative to the root of the tree, with nothing but leading "../" that
// leads out of it.
func InputPath(name string) bool {
	if path.Clean(name) != name {
		return false
	}
	for strings.HasPrefix(name, "../") {
		name = name[len("../"):]
	}
	return name == ".." || safe(name)
}

// safe reports whether a path stays in its folder on every system and is nothing of git's.
func safe(path string) bool {
	if !fs.ValidPath(path) || strings.Contains(path, `\`) || strings.ContainsFunc(path, unicode.IsControl) {
		return false
	}
	for element := range strings.SplitSeq(path, "/") {
		if isGits(element) {
			return false
		}
	}
	return true
}

// shortName is .git as Windows may call it.
var shortName = regexp.MustCompile(`^git~[0-9]+$`)

// isGits reports whether a file system may take the name for .git: NTFS ignores case, dots and spaces at the end, and what comes
// after a colon; HFS+ ignores case and some characters that are not seen. Git itself refuses these names too, see
// https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreprotectNTFS
func isGits(name string) bool {
	name, _, _ = strings.Cut(name, ":")
	name = strings.TrimRight(name, " .")
	name = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name))
	return name == ".git" || shortName.MatchString(name)
}
