package plan

import (
	"fmt"
	"strings"
)

// Summary counts what a plan does.
type Summary struct {
	Created, Updated, Merged, Kept, Removed, Unchanged, Refused, Conflicts int
}

// Summary counts the actions of the plan; an orphan counts as kept.
func (p *Plan) Summary() Summary {
	var s Summary
	for _, a := range p.Actions {
		switch a.Kind {
		case Create:
			s.Created++
		case Update:
			s.Updated++
		case Merge:
			s.Merged++
		case Keep, Orphan:
			s.Kept++
		case Remove:
			s.Removed++
		case Same:
			s.Unchanged++
		case Refuse:
			s.Refused++
		case Conflict:
			s.Conflicts++
		}
	}
	return s
}

// String is the counts in words, without those that are zero: "3 created, 40 unchanged".
func (s Summary) String() string {
	var parts []string
	for _, count := range []struct {
		n    int
		word string
	}{
		{s.Created, "created"}, {s.Updated, "updated"}, {s.Merged, "merged"}, {s.Kept, "kept"},
		{s.Removed, "removed"}, {s.Unchanged, "unchanged"}, {s.Refused, "refused"}, {s.Conflicts, "in conflict"},
	} {
		if count.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count.n, count.word))
		}
	}
	if len(parts) == 0 {
		return "no files"
	}
	return strings.Join(parts, ", ")
}
