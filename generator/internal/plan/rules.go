package plan

import (
	"bytes"
	"cmp"
	"io/fs"

	"github.com/msgen/msgen/generator/internal/state"
)

// situation is everything that decides what becomes of one rendered file.
type situation struct {
	file      state.File
	sum       string // of the rendered content
	found     Found
	was       state.Entry // what msgen emitted last
	known     bool        // whether it did
	overwrite bool
}

// verdict is an Action's decided half.
type verdict struct {
	kind   Kind
	reason string
	fix    string
}

func (c situation) action() Action {
	v := c.decide()
	return Action{
		Path: c.file.Path, Kind: v.kind, Owner: c.file.Owner,
		Found: c.found, New: c.file.Content, Mode: cmp.Or(c.file.Mode, fs.FileMode(0o644)),
		Reason: v.reason, Fix: v.fix,
	}
}

// entryAfter is what the state says of the file once the action is performed; ok is false for a file that msgen
// never emitted, which stays unknown.
func (c situation) entryAfter(a Action) (entry state.Entry, ok bool) {
	switch a.Kind {
	case Create, Update, Same:
		return state.Entry{Owner: c.file.Owner, Sum: c.sum}, true
	default:
		return state.Entry{Owner: c.file.Owner, Sum: c.was.Sum, Deleted: c.found.Kind == Absent}, c.known
	}
}

func (c situation) decide() verdict {
	switch c.found.Kind {
	case Blocked:
		return verdict{Refuse, c.found.Detail, "make way for a file there, or write to another folder"}
	case Special:
		if c.file.Owner == state.Yours {
			return verdict{kind: Keep}
		}
		return verdict{Refuse, c.found.Detail, "put an ordinary file in its place, or move it away; then generate again"}
	case Regular:
		if bytes.Equal(c.found.Content, c.file.Content) {
			return verdict{kind: Same}
		}
	case Absent: // its owner decides
	}
	switch c.file.Owner {
	case state.Generated:
		return c.generated()
	case state.Merged:
		return c.merged()
	default:
		return c.yours()
	}
}

func (c situation) generated() verdict {
	switch {
	case c.found.Kind == Absent:
		return verdict{kind: Create}
	case !c.known:
		return foreign()
	case c.untouched():
		return verdict{kind: Update}
	case c.overwrite && c.was.Owner == state.Generated: // what was its user's in an older layout still is
		return verdict{kind: Update}
	default:
		return verdict{Refuse, "was edited by hand, and msgen writes it anew",
			"move your change to a file of your own; then delete this one, or pass --overwrite-generated"}
	}
}

func (c situation) merged() verdict {
	switch {
	case c.found.Kind == Absent && c.known:
		return c.deleted()
	case c.found.Kind == Absent:
		return verdict{kind: Create}
	case !c.known:
		return foreign()
	case c.untouched():
		return verdict{kind: Update}
	case c.sum == c.was.Sum:
		return verdict{kind: Keep}
	default:
		return verdict{Refuse, "was edited by hand, and msgen's own text for it has changed too",
			"set your lines aside, make the file what `msgen generate --diff` shows, generate again, " +
				"and put your lines back"}
	}
}

func (c situation) yours() verdict {
	switch {
	case c.found.Kind == Absent && c.known:
		return c.deleted()
	case c.found.Kind == Absent:
		return verdict{kind: Create}
	case c.file.Splice && c.untouched():
		return verdict{kind: Update}
	default:
		return verdict{kind: Keep}
	}
}

// untouched reports whether the disk holds what msgen emitted last.
func (c situation) untouched() bool { return c.known && holds(c.found, c.was) }

func holds(found Found, was state.Entry) bool {
	return found.Kind == Regular && state.Sum(found.Content) == was.Sum
}

// deleted keeps a deletion, and tells it the first time only.
func (c situation) deleted() verdict {
	if c.was.Deleted {
		return verdict{kind: Keep}
	}
	return verdict{kind: Keep, reason: "was deleted, and stays so"}
}

func foreign() verdict {
	return verdict{Refuse, "exists and was not written by msgen", "move it away and generate again"}
}

// abandon decides what becomes of a file that msgen emitted and no longer renders. There is nothing to do for one
// that is gone, and ok is false.
func abandon(path string, was state.Entry, found Found) (action Action, ok bool) {
	action = Action{Path: path, Owner: was.Owner, Found: found}
	switch {
	case found.Kind == Absent, found.Kind == Blocked:
		return Action{}, false
	case holds(found, was):
		action.Kind = Remove
	default:
		action.Kind = Orphan
		action.Reason = "is no longer emitted, but is not as msgen left it: it stays, and is yours from now on"
		action.Fix = "delete it when you do not need it"
	}
	return action, true
}
