package plan

import (
	"bytes"
	"cmp"
	"io/fs"
	"path"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// situation is everything that decides what becomes of one rendered file.
type situation struct {
	file  state.File
	sum   string // of the rendered content
	found disk.Found
	was   state.Entry // what msgen emitted last
	known bool        // whether it did
	bases [][]byte    // its texts, for files that keep them: one for each branch that was merged since
	text  splice.Text // what splicing makes of it
	keeps merge.Keeps // of the handlers that main makes

	repoint func(name string, src []byte) []byte // see [Options]

	overwrite, markers, restore bool
}

// verdict is an Action's decided half.
type verdict struct {
	kind   Kind
	owner  state.Owner // if not who owns what is rendered
	reason string
	fix    string

	content   []byte // what the path shall hold, if not what is rendered
	conflicts []int
}

func (c situation) action() Action {
	v := c.decide()
	if c.file.Owner == state.Merged && c.repoint != nil && path.Ext(c.file.Path) == ".go" {
		v = c.repointed(v)
	}
	if v.content == nil {
		v.content = checkout.Like(c.file.Content, c.found.Content)
	}
	return Action{
		Path: c.file.Path, Kind: v.kind, Owner: cmp.Or(v.owner, c.file.Owner),
		Found: c.found, New: v.content, Mode: cmp.Or(c.file.Mode, fs.FileMode(0o644)),
		Reason: v.reason, Fix: v.fix, Conflicts: v.conflicts,
	}
}

// entryAfter is what the state says of the file once the action is performed; ok is false for a file that msgen
// never emitted, which stays unknown.
func (c situation) entryAfter(a Action) (entry state.Entry, ok bool) {
	deleted := c.found.Kind == disk.Absent
	switch {
	case a.Kind == Create, a.Kind == Update, a.Kind == Same, a.Kind == Merge:
		return state.Entry{Owner: c.file.Owner, Sum: c.sum}, true
	case a.Owner != c.file.Owner:
		return state.Entry{Owner: a.Owner, Sum: cmp.Or(c.was.Sum, c.sum), Deleted: deleted}, true
	case c.file.Splice && c.text.Kind != splice.NotOurs && deleted:
		return state.Entry{Owner: c.file.Owner, Sum: c.sum, Deleted: true}, true
	case c.file.Owner == state.Merged && !deleted && a.Kind == Keep, c.known && c.file.Splice:
		return state.Entry{Owner: c.file.Owner, Sum: c.sum, Deleted: deleted}, true // all that is new is there
	default:
		return state.Entry{Owner: c.file.Owner, Sum: c.was.Sum, Also: c.was.Also, Deleted: deleted}, c.known
	}
}

func (c situation) decide() verdict {
	switch c.found.Kind {
	case disk.Blocked:
		return verdict{kind: Refuse, reason: c.found.Detail, fix: "make way for a file there, or write to another folder"}
	case disk.Special:
		switch {
		case c.file.Owner == state.Yours:
			return verdict{kind: Keep}
		case c.file.Owner == state.Merged && c.left():
			return c.stays()
		case c.file.Owner == state.Merged && !c.known && c.adoptable():
			return c.leave(c.found.Detail)
		}
		return verdict{kind: Refuse, reason: c.found.Detail,
			fix: "put an ordinary file in its place, or move it away; then generate again"}
	case disk.Regular:
		if checkout.Same(c.found.Content, c.file.Content) {
			return verdict{kind: Same, content: c.found.Content}
		}
	case disk.Absent: // its owner decides
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
	case c.found.Kind == disk.Absent:
		return verdict{kind: Create}
	case !c.known:
		return foreign()
	case c.untouched():
		return verdict{kind: Update}
	case c.overwrite && c.was.Owner == state.Generated: // what was its user's in an older layout still is
		return verdict{kind: Update}
	case checkout.Conflict(c.found.Content) > 0 && c.was.Owner == state.Generated:
		return verdict{kind: Update, reason: "had conflict markers, and was regenerated"}
	default:
		return verdict{kind: Refuse, reason: "was edited by hand, but is generated",
			fix: "`msgen generate --diff` shows your change: put it into " + elsewhere(c.file.Path) + "; then pass --overwrite-generated"}
	}
}

// elsewhere is where a change of a generated file can live.
func elsewhere(file string) string {
	switch {
	case strings.HasSuffix(file, ".pb.go"):
		return "the proto"
	case path.Ext(file) == ".go":
		return "the policy, main.go or a new file of this folder"
	case path.Ext(file) == ".proto":
		return "the proto that this is a copy of"
	case strings.HasPrefix(file, "deploy/kubernetes/"):
		return "the policy, or the files of an environment in deploy/kubernetes/overlays"
	default:
		return "the policy, or the file that this is a copy of"
	}
}

func (c situation) merged() verdict {
	switch {
	case c.found.Kind == disk.Absent && c.known:
		return c.deleted()
	case c.found.Kind == disk.Absent:
		return verdict{kind: Create}
	case !c.known:
		return c.adopt()
	case c.untouched():
		return verdict{kind: Update}
	case c.left():
		return c.stays()
	case checkout.Conflict(c.found.Content) > 0:
		return unresolved(c.found)
	case c.was.Stands(c.sum):
		return verdict{kind: Keep}
	default:
		return c.merge()
	}
}

// repointed is the verdict on a merged Go file whose user's lines may import a package that has moved.
func (c situation) repointed(v verdict) verdict {
	content := v.content
	switch {
	case v.kind == Keep && c.found.Kind == disk.Regular:
		content = c.found.Content
	case v.kind != Merge:
		return v
	}
	if now := c.repoint(c.file.Path, content); !bytes.Equal(now, content) {
		v.kind, v.content, v.reason = Merge, now, "imports the runtime where it is now"
	}
	return v
}

// adopt brings a file that was there before msgen and msgen's together, or leaves it to its user.
func (c situation) adopt() verdict {
	if !c.adoptable() {
		return foreign()
	}
	joined, why, ok := merge.Adopt(c.file.Path, c.found.Content, c.file.Content)
	switch {
	case !ok:
		return c.leave(cmp.Or(why, "was here before msgen"))
	case bytes.Equal(joined, c.found.Content):
		return verdict{kind: Keep}
	default:
		return verdict{kind: Merge, content: joined, reason: "was here before msgen, whose lines are in it now"}
	}
}

// adoptable reports whether the tree can do without msgen's text: the rest of its Go is written against the Go in it.
func (c situation) adoptable() bool {
	base := path.Base(c.file.Path)
	return path.Ext(base) != ".go" && base != "go.mod" && base != "go.sum"
}

// leave leaves a file to its user.
func (c situation) leave(why string) verdict {
	return verdict{kind: Keep, owner: state.Yours, reason: why + ": it stays, and is yours",
		fix: "to have msgen's, move it away and pass --restore " + c.file.Path}
}

// stays keeps a file that an earlier run left to its user.
func (c situation) stays() verdict { return verdict{kind: Keep, owner: state.Yours} }

// left reports whether the file was here before msgen and was left to its user.
func (c situation) left() bool { return c.known && c.was.Owner == state.Yours }

// merge brings the user's changes and msgen's together.
func (c situation) merge() verdict {
	if len(c.bases) == 0 {
		base := state.BasePath(c.file.Path)
		return verdict{kind: Refuse, reason: "was edited by hand and has to be merged, and what msgen wrote last is not in " + base,
			fix: "restore that file from version control; or move yours away, generate again, and put your lines back"}
	}
	base := merge.Nearest(c.found.Content, merge.Joined(c.bases))
	merged := merge.File(c.file.Path, base, c.found.Content, c.file.Content, c.keeps)
	v := verdict{kind: Merge, content: merged.Content, conflicts: merged.Conflicts}
	switch {
	case merged.Clean() && checkout.Same(merged.Content, c.found.Content):
		v.kind = Keep
	case merged.Clean():
		v.reason = "your changes and msgen's are both in it"
	case c.markers:
		v.reason, v.fix = "has conflict markers now", "resolve them and generate again"
	default:
		v.kind, v.reason = Conflict, "was edited by hand where msgen's own text has changed too"
		v.fix = "pass --conflict=markers to get both texts into the file, or make it agree with `msgen generate --diff`"
	}
	return v
}

// unresolved is a file that its user has to finish merging first: one cannot tell whose text is whose in it.
func unresolved(found disk.Found) verdict {
	return verdict{kind: Conflict, conflicts: []int{checkout.Conflict(found.Content)}, content: found.Content,
		reason: "has conflict markers", fix: "resolve them and generate again"}
}

func (c situation) yours() verdict {
	switch {
	case c.found.Kind == disk.Absent && c.known:
		return c.deleted()
	case c.found.Kind == disk.Absent && c.text.Kind == splice.Absent:
		return verdict{kind: Keep}
	case c.found.Kind == disk.Absent:
		return verdict{kind: Create}
	case c.file.Splice && checkout.Conflict(c.found.Content) > 0:
		return unresolved(c.found)
	case c.text.Changes(c.found.Content):
		return c.spliced()
	case c.file.Splice && c.text.Kind == splice.NotOurs && c.untouched():
		return verdict{kind: Update}
	default:
		return verdict{kind: Keep}
	}
}

// spliced writes the text that splicing makes of the file.
func (c situation) spliced() verdict {
	if c.untouched() && checkout.Same(c.text.Content, c.file.Content) {
		return verdict{kind: Update}
	}
	return verdict{kind: Merge, content: checkout.Like(c.text.Content, c.found.Content)}
}

// untouched reports whether the disk holds what msgen emitted last.
func (c situation) untouched() bool { return c.known && holds(c.found, c.was) }

func holds(found disk.Found, was state.Entry) bool {
	return found.Kind == disk.Regular && was.Emitted(found.Content)
}

// deleted keeps a deletion, and tells it the first time only.
func (c situation) deleted() verdict {
	if c.restore {
		return verdict{kind: Create}
	}
	v := verdict{kind: Keep}
	if c.left() {
		v.owner = state.Yours
	}
	switch {
	case c.was.Deleted:
		return v
	case c.text.Moved != "":
		v.reason = "was moved to " + c.text.Moved + ", where it is kept up to date from now on"
		return v
	}
	v.reason, v.fix = "was deleted, and stays so", "pass --restore "+c.file.Path+" to have it back"
	return v
}

func foreign() verdict {
	return verdict{kind: Refuse, reason: "exists and was not written by msgen", fix: "move it away and generate again"}
}

// abandon decides what becomes of a file that msgen emitted and no longer renders. There is nothing to do for one
// that is gone, and ok is false. One that stays gets the text that splicing makes of it.
func abandon(path string, was state.Entry, found disk.Found, text splice.Text) (action Action, ok bool) {
	action = Action{Path: path, Owner: was.Owner, Found: found}
	switch {
	case found.Kind == disk.Absent, found.Kind == disk.Blocked:
		return Action{}, false
	case holds(found, was):
		action.Kind = Remove
	default:
		action.Kind = Orphan
		action.Reason = "is no longer emitted, but is not as msgen left it: it stays, and is yours from now on"
		action.Fix = "delete it when you do not need it"
	}
	if action.Kind == Orphan && found.Kind == disk.Regular && text.Changes(found.Content) {
		action.Kind, action.New = Merge, text.Content
	}
	return action, true
}
