package plan_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

const path = "dir/file"

// unmerged is a file that its user has yet to resolve a conflict in.
const unmerged = "<<<<<<< yours\nU\n||||||| base\nA\n=======\nB\n>>>>>>> theirs\n"

// one is a tree of one path. Contents are named: "A" is what msgen emitted last, "B" what it renders after a change,
// "U" what only its user can have written; "" is none.
type one struct {
	recorded  string
	recordee  state.Owner
	told      bool // of the deletion
	disk      string
	rendered  string
	owner     state.Owner
	splice    bool
	spliced   splice.Text
	overwrite bool
	markers   bool
	restore   bool
	lost      bool // the base
}

func (o one) String() string {
	return fmt.Sprintf("%s: recorded %q by %q, disk %q, rendered %q, splice %v, spliced %d %q, overwrite %v",
		o.owner, o.recorded, o.recordee, o.disk, o.rendered, o.splice, o.spliced.Kind, o.spliced.Content, o.overwrite)
}

func present(content string) splice.Text {
	return splice.Text{Kind: splice.Present, Content: []byte(content)}
}

func (o one) plan(t require.TestingT) *plan.Plan {
	base := &state.State{}
	if o.recorded != "" {
		base.Files = map[string]state.Entry{path: {Owner: o.recordee, Sum: state.Sum([]byte(o.recorded)), Deleted: o.told}}
	}
	return o.planOver(t, base)
}

func (o one) planOver(t require.TestingT, base *state.State) *plan.Plan {
	var files []state.File
	if o.rendered != "" {
		files = append(files, state.File{Path: path, Content: []byte(o.rendered), Owner: o.owner, Splice: o.splice})
	}
	opts := plan.Options{
		Version: "v1", OverwriteGenerated: o.overwrite, Markers: o.markers, Spliced: map[string]splice.Text{path: o.spliced},
	}
	if o.restore {
		opts.Restore = []string{path}
	}
	p, err := plan.Make(base, o.look, files, opts)
	require.NoError(t, err)
	return p
}

func (o one) look(at string) disk.Found {
	if at == state.BasePath(path) {
		if o.lost || o.recorded == "" {
			return disk.Found{}
		}
		return disk.Found{Kind: disk.Regular, Content: []byte(o.recorded), Mode: 0o644}
	}
	switch o.disk {
	case "":
		return disk.Found{}
	case "folder":
		return disk.Found{Kind: disk.Special, Detail: "is a folder"}
	case "blocked":
		return disk.Found{Kind: disk.Blocked, Detail: "lies below a file"}
	default:
		return disk.Found{Kind: disk.Regular, Content: []byte(o.disk), Mode: 0o644}
	}
}

// kind is that of the only action, "" for none.
func kind(t require.TestingT, p *plan.Plan) plan.Kind {
	require.LessOrEqual(t, len(p.Actions), 1)
	if len(p.Actions) == 0 {
		return ""
	}
	return p.Actions[0].Kind
}

func TestRules(t *testing.T) {
	type row struct {
		recorded, disk, rendered string
		want                     plan.Kind
	}
	for _, owned := range []struct {
		owner                                     state.Owner
		splice, overwrite, markers, restore, lost bool
		spliced                                   splice.Text
		rows                                      []row
	}{
		{owner: state.Generated, rows: []row{
			{"", "", "B", plan.Create},
			{"", "B", "B", plan.Same},
			{"", "U", "B", plan.Refuse},
			{"", "folder", "B", plan.Refuse},
			{"A", "", "B", plan.Create},
			{"A", "", "A", plan.Create},
			{"A", "A", "A", plan.Same},
			{"A", "A", "B", plan.Update},
			{"A", "B", "B", plan.Same},
			{"A", "U", "A", plan.Refuse},
			{"A", "U", "B", plan.Refuse},
			{"A", "folder", "B", plan.Refuse},
			{"A", "blocked", "B", plan.Refuse},
		}},
		{owner: state.Generated, overwrite: true, rows: []row{
			{"A", "U", "B", plan.Update},
			{"", "U", "B", plan.Refuse},
			{"A", "folder", "B", plan.Refuse},
		}},
		{owner: state.Merged, rows: []row{
			{"", "", "B", plan.Create},
			{"", "B", "B", plan.Same},
			{"", "U", "B", plan.Keep},
			{"A", "", "A", plan.Keep},
			{"A", "", "B", plan.Keep},
			{"A", "A", "A", plan.Same},
			{"A", "A", "B", plan.Update},
			{"A", "B", "B", plan.Same},
			{"A", "U", "A", plan.Keep},
			{"A", "U", "B", plan.Conflict},
			{"A", unmerged, "A", plan.Conflict},
			{"A", unmerged, "B", plan.Conflict},
			{"A\nx\ny\n", "U\nx\ny\n", "A\nx\nB\n", plan.Merge},
			{"A\nx\ny\n", "U\nx\nB\n", "A\nx\nB\n", plan.Keep},
			{"A", "folder", "A", plan.Refuse},
		}},
		{owner: state.Merged, overwrite: true, rows: []row{
			{"A", "U", "B", plan.Conflict},
		}},
		{owner: state.Merged, markers: true, rows: []row{
			{"A", "U", "B", plan.Merge},
			{"A", unmerged, "B", plan.Conflict},
		}},
		{owner: state.Merged, lost: true, rows: []row{
			{"A", "A", "B", plan.Update},
			{"A", "U", "A", plan.Keep},
			{"A", "U", "B", plan.Refuse},
		}},
		{owner: state.Merged, restore: true, rows: []row{
			{"A", "", "B", plan.Create},
			{"A", "U", "A", plan.Keep},
		}},
		{owner: state.Yours, rows: []row{
			{"", "", "B", plan.Create},
			{"", "B", "B", plan.Same},
			{"", "U", "B", plan.Keep},
			{"", "folder", "B", plan.Keep},
			{"", "blocked", "B", plan.Refuse},
			{"A", "", "B", plan.Keep},
			{"A", "A", "A", plan.Same},
			{"A", "A", "B", plan.Keep},
			{"A", "U", "A", plan.Keep},
			{"A", "U", "B", plan.Keep},
		}},
		{owner: state.Yours, splice: true, rows: []row{
			{"", "", "B", plan.Create},
			{"", "U", "B", plan.Keep},
			{"A", "", "B", plan.Keep},
			{"A", "A", "B", plan.Update},
			{"A", "U", "B", plan.Keep},
			{"A", unmerged, "B", plan.Conflict},
		}},
		{owner: state.Yours, restore: true, rows: []row{
			{"A", "", "B", plan.Create},
			{"A", "U", "B", plan.Keep},
		}},
		{owner: state.Yours, splice: true, spliced: present("spliced"), rows: []row{
			{"A", "", "B", plan.Keep},
			{"A", "A", "B", plan.Merge},
			{"A", "U", "B", plan.Merge},
			{"A", "spliced", "B", plan.Keep},
			{"", "U", "B", plan.Merge},
			{"", "", "B", plan.Create},
		}},
		{owner: state.Yours, splice: true, spliced: present("B"), rows: []row{
			{"A", "A", "B", plan.Update},
			{"A", "U", "B", plan.Merge},
		}},
		{owner: state.Yours, splice: true, spliced: splice.Text{Kind: splice.Absent}, rows: []row{
			{"", "", "B", plan.Keep},
			{"A", "", "B", plan.Keep},
			{"", "U", "B", plan.Keep},
			{"A", "A", "B", plan.Keep},
			{"A", "U", "B", plan.Keep},
		}},
	} {
		for _, r := range owned.rows {
			o := one{
				recorded: r.recorded, recordee: owned.owner, disk: r.disk, rendered: r.rendered,
				owner: owned.owner, splice: owned.splice, spliced: owned.spliced, overwrite: owned.overwrite,
				markers: owned.markers, restore: owned.restore, lost: owned.lost,
			}
			p := o.plan(t)
			if assert.Equal(t, r.want, kind(t, p), o) && (r.want == plan.Refuse || r.want == plan.Conflict) {
				assert.NotEmpty(t, p.Actions[0].Reason, o)
				assert.NotEmpty(t, p.Actions[0].Fix, o)
			}
		}
	}
}

func TestRulesForWhatIsNoLongerRendered(t *testing.T) {
	for _, owner := range []state.Owner{state.Generated, state.Merged, state.Yours} {
		for disk, want := range map[string]plan.Kind{
			"A": plan.Remove, "U": plan.Orphan, "folder": plan.Orphan, "": "", "blocked": "",
		} {
			o := one{recorded: "A", recordee: owner, disk: disk, overwrite: true}
			p := o.plan(t)
			assert.Equal(t, want, kind(t, p), o)
			assert.Empty(t, p.Next.Files, "what is orphaned is its user's and forgotten: %s", o)

			o.spliced = present("spliced")
			if want == plan.Orphan && disk == "U" {
				want = plan.Merge
			}
			assert.Equal(t, want, kind(t, o.plan(t)), "an orphan is spliced too: %s", o)
		}
	}
}

func TestAFileThatWasItsUsersIsNotOverwrittenWhenItBecomesGenerated(t *testing.T) {
	o := one{recorded: "A", recordee: state.Yours, disk: "U", rendered: "B", owner: state.Generated, overwrite: true}
	assert.Equal(t, plan.Refuse, kind(t, o.plan(t)))
}

func TestAFileThatWasHereBeforeIsLeftToItsUser(t *testing.T) {
	o := one{disk: "U", rendered: "A", owner: state.Merged}
	first := o.plan(t)
	assert.Equal(t, "was here before msgen: it stays, and is yours", first.Actions[0].Reason)
	assert.Equal(t, state.Yours, first.Next.Files[path].Owner)
	assert.NotContains(t, fmt.Sprint(first.Memory), state.BasePath(path), "nothing of it is msgen's")

	o.rendered = "B"
	second := o.planOver(t, first.Next)
	assert.Equal(t, plan.Keep, kind(t, second))
	assert.Empty(t, second.Actions[0].Reason)
	assert.Equal(t, first.Next.Files, second.Next.Files)

	o.disk, o.restore = "", true
	assert.Equal(t, plan.Create, kind(t, o.planOver(t, second.Next)), "its user has moved it away")
	o.disk, o.rendered = "U", ""
	assert.Equal(t, plan.Orphan, kind(t, o.planOver(t, second.Next)))
}

func TestADeletionIsToldOnce(t *testing.T) {
	o := one{recorded: "A", recordee: state.Yours, rendered: "B", owner: state.Yours}
	first := o.plan(t)
	assert.Equal(t, "was deleted, and stays so", first.Actions[0].Reason)

	second := o.planOver(t, first.Next)
	assert.Equal(t, plan.Keep, kind(t, second))
	assert.Empty(t, second.Actions[0].Reason)
	assert.Equal(t, first.Next, second.Next)

	o.disk = "U"
	back := o.planOver(t, second.Next)
	assert.False(t, back.Next.Files[path].Deleted, "the user has written it again")
}

// everyone calls visit with every combination that one can express.
func everyone(visit func(one)) {
	owners := []state.Owner{state.Generated, state.Merged, state.Yours}
	for _, recorded := range []string{"", "A"} {
		for _, recordee := range owners {
			for _, disk := range []string{"", "A", "B", "U", unmerged, "folder", "blocked"} {
				for _, rendered := range []string{"", "A", "B"} {
					for _, owner := range owners {
						for flags := range 32 {
							o := one{
								recorded: recorded, recordee: recordee, disk: disk, rendered: rendered, owner: owner,
								told: flags&1 != 0, splice: flags&2 != 0, overwrite: flags&4 != 0, markers: flags&8 != 0, restore: flags&16 != 0,
							}
							visit(o)
							if o.restore {
								continue // a second run is asked the same, and brings back what splicing has left out
							}
							for _, o.spliced = range []splice.Text{{Kind: splice.Absent}, present(disk), present(disk + "\nspliced")} {
								visit(o)
							}
						}
					}
				}
			}
		}
	}
}

func TestNoPlanLosesAUsersByte(t *testing.T) {
	everyone(func(o one) {
		untouched := o.recorded != "" && o.disk == o.recorded
		if o.disk == "" || o.disk == o.rendered || untouched {
			return
		}
		p := o.plan(t)
		switch k := kind(t, p); k {
		case plan.Keep, plan.Orphan, plan.Refuse, plan.Conflict, "":
		case plan.Merge:
			require.Contains(t, string(p.Actions[0].New), o.disk, o)
		case plan.Update:
			generated := o.owner == state.Generated && o.recordee == state.Generated && o.recorded != ""
			asked := o.overwrite || o.disk == unmerged // which git has left, of two texts of msgen's
			require.True(t, generated && asked && o.disk != "folder" && o.disk != "blocked", o)
		default:
			require.Fail(t, "the user's bytes are lost", "%s by %s", o, k)
		}
	})
}

func TestAPlanThatIsPerformedLeavesNothingToDo(t *testing.T) {
	everyone(func(o one) {
		first := o.plan(t)
		if len(first.Refused()) > 0 {
			return
		}
		switch kind(t, first) {
		case plan.Create, plan.Update:
			o.disk = o.rendered
		case plan.Merge:
			o.disk = string(first.Actions[0].New)
			if len(first.Actions[0].Conflicts) > 0 {
				o.recorded = o.rendered
				require.Equal(t, plan.Conflict, kind(t, o.planOver(t, first.Next)), "until it is resolved: %s", o)
				o.disk = "U and B"
			}
		case plan.Remove:
			o.disk = ""
		}
		if _, ok := first.Next.Files[path]; ok && o.rendered != "" {
			o.recorded = o.rendered // what the base says from now on
		}
		second := o.planOver(t, first.Next)
		require.Empty(t, second.Changes(), o)
		require.Equal(t, first.Next, second.Next, o)
		for _, a := range second.Actions {
			require.Empty(t, a.Reason, "told twice: %s", o)
		}
	})
}
