package merge

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// Adopt brings a file that its user wrote before msgen came, and msgen's, together. It is false where that does not do: then
// why says what is in the way, if more than that the file is there.
func Adopt(name string, mine, theirs []byte) (content []byte, why string, ok bool) {
	switch {
	case arePatterns(name):
		return Patterns(nil, mine, theirs).Content, "", true
	case path.Base(name) == "Makefile":
		return joinMakefiles(mine, theirs)
	default:
		return nil, "", false
	}
}

// joinMakefiles puts msgen's rules behind the user's, whose default goal stays, if no target is in both.
func joinMakefiles(mine, theirs []byte) (content []byte, why string, ok bool) {
	has := targets(mine)
	var both []string
	for _, target := range targets(theirs) {
		if slices.Contains(has, target) {
			both = append(both, target)
		}
	}
	if len(both) > 0 {
		return nil, "has targets of the same names: " + strings.Join(both, ", "), false
	}
	own := bytes.TrimRight(checkout.LF(mine), "\r\n")
	added := theirs
	if len(has) > 0 {
		added = defaultGoal.ReplaceAll(theirs, nil)
	}
	return checkout.Like(slices.Concat(own, []byte("\n\n"), added), mine), "", true
}

// Makefile merges by lines. A default goal that its user has taken out is gone from the other texts too: it would conflict with
// a change of the line next to it.
func Makefile(base, mine, theirs []byte) Result {
	if !defaultGoal.Match(mine) {
		base, theirs = defaultGoal.ReplaceAll(base, nil), defaultGoal.ReplaceAll(theirs, nil)
	}
	return Lines(base, mine, theirs)
}

var (
	targetLine  = regexp.MustCompile(`(?m)^([^\s.#:=][^:=#\n]*):{1,2}([^=:]|$)`)
	defaultGoal = regexp.MustCompile(`(?m)^\.DEFAULT_GOAL.*\n`)
)

// targets lists the targets of a Makefile's rules, except special ones such as .PHONY.
func targets(makefile []byte) []string {
	var all []string
	for _, match := range targetLine.FindAllSubmatch(makefile, -1) {
		all = append(all, strings.Fields(string(match[1]))...)
	}
	return all
}
