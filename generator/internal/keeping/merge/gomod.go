package merge

import (
	"cmp"
	"go/version"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// Mod merges a go.mod by requirement. What the user added, raised, replaced or excluded stays; a requirement that
// msgen adds, raises or drops follows where the user has left it alone. A file that does not parse is merged by lines.
func Mod(base, mine, theirs []byte) Result {
	if content, done := settled(base, mine, theirs); done {
		return Result{Content: content}
	}
	was, errBase := modfile.Parse("go.mod", base, nil)
	now, errMine := modfile.Parse("go.mod", mine, nil)
	next, errTheirs := modfile.Parse("go.mod", theirs, nil)
	if cmp.Or(errBase, errMine, errTheirs) != nil {
		return Lines(base, mine, theirs)
	}
	now.SetRequireSeparateIndirect(mergeRequirements(was.Require, now.Require, next.Require))
	if v := mergeGo(goVersion(was), goVersion(now), goVersion(next)); v != goVersion(now) {
		if err := now.AddGoStmt(v); err != nil {
			return Lines(base, mine, theirs)
		}
	}
	now.Cleanup()
	content, err := now.Format()
	if err != nil {
		return Lines(base, mine, theirs)
	}
	return Result{Content: checkout.Like(content, mine)}
}

// mergeRequirements keeps the order of mine, which the file's own comments hang on.
func mergeRequirements(base, mine, theirs []*modfile.Require) []*modfile.Require {
	was, next, has := byPath(base), byPath(theirs), byPath(mine)
	var merged []*modfile.Require
	for _, r := range mine {
		path := r.Mod.Path
		if kept, ok := mergeRequirement(was[path], r, next[path]); ok {
			merged = append(merged, kept)
		}
	}
	for _, r := range theirs {
		if has[r.Mod.Path] == nil && was[r.Mod.Path] == nil { // one that the user removed stays so
			merged = append(merged, r)
		}
	}
	return merged
}

// mergeRequirement is what becomes of a requirement that the user's file has; was and next may be nil.
func mergeRequirement(was, mine, next *modfile.Require) (merged *modfile.Require, kept bool) {
	untouched := was != nil && was.Mod == mine.Mod
	switch {
	case next == nil && untouched && was.Indirect == mine.Indirect:
		return nil, false
	case next == nil:
		return mine, true
	}
	out := *mine
	if untouched || semver.Compare(next.Mod.Version, mine.Mod.Version) > 0 {
		out.Mod.Version = next.Mod.Version
	}
	out.Indirect = mine.Indirect && next.Indirect
	return &out, true
}

func byPath(requirements []*modfile.Require) map[string]*modfile.Require {
	out := map[string]*modfile.Require{}
	for _, r := range requirements {
		out[r.Mod.Path] = r
	}
	return out
}

func goVersion(file *modfile.File) string {
	if file.Go == nil {
		return ""
	}
	return file.Go.Version
}

// mergeGo is the go directive: msgen's where the user has left it alone, else the newer one.
func mergeGo(base, mine, theirs string) string {
	if mine == base || version.Compare("go"+theirs, "go"+mine) > 0 {
		return theirs
	}
	return mine
}
