package state

import "slices"

// Entry is what msgen remembers of one emitted file.
type Entry struct {
	Owner   Owner
	Sum     string   // of the content that msgen emitted, see [Sum]
	Also    []string // of what it emitted on other branches that were merged since the last run
	Deleted bool     // its user deleted it, and was told that it stays so
}

// Emitted reports whether a content is what msgen emitted last, on one branch or another.
func (e Entry) Emitted(content []byte) bool { return e.has(Sum(content)) }

// Stands reports whether a content with that sum is all that msgen emitted last: a run that emits it again brings nothing new.
func (e Entry) Stands(sum string) bool { return e.Sum == sum && len(e.Also) == 0 }

func (e Entry) has(sum string) bool { return e.Sum == sum || slices.Contains(e.Also, sum) }

// sums are all sums of the entry.
func (e Entry) sums() []string { return append([]string{e.Sum}, e.Also...) }

// with is the entry after the merge of another branch. The file is its user's as soon as it is on one of them.
func (e Entry) with(other Entry) Entry {
	for _, sum := range other.sums() {
		if !e.has(sum) {
			e.Also = append(slices.Clip(e.Also), sum)
		}
	}
	owners := []Owner{Yours, Merged, Generated}
	e.Owner = owners[min(slices.Index(owners, e.Owner), slices.Index(owners, other.Owner))]
	e.Deleted = e.Deleted || other.Deleted
	return e
}
