package plan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// TestFilesOfMergedBranches: msgen has written "ours" on one branch and "theirs" on the other, and writes "both" now.
func TestFilesOfMergedBranches(t *testing.T) {
	const ours, theirs, both = "a\nours\nb\nc\n", "a\nb\ntheirs\nc\n", "a\nours\nb\ntheirs\nc\n"
	base := &state.State{Files: map[string]state.Entry{path: {Sum: state.Sum([]byte(ours)), Also: []string{state.Sum([]byte(theirs))}}}}
	bases := append(state.EncodeBase(path, []byte(ours)), state.EncodeBase(path, []byte(theirs))...)
	for name, c := range map[string]struct {
		owner state.Owner
		disk  string
		want  plan.Kind
		text  string
	}{
		"generated, of one":           {state.Generated, ours, plan.Update, both},
		"generated, of the other":     {state.Generated, theirs, plan.Update, both},
		"generated, of neither":       {state.Generated, "mine\n", plan.Refuse, both},
		"generated, marked by git":    {state.Generated, unmerged, plan.Update, both},
		"generated, up to date":       {state.Generated, both, plan.Same, both},
		"merged, of one":              {state.Merged, ours, plan.Update, both},
		"merged, edited on one":       {state.Merged, "mine\n" + ours, plan.Merge, "mine\n" + both},
		"merged, edited on the other": {state.Merged, "mine\n" + theirs, plan.Merge, "mine\n" + both},
		"merged, of both":             {state.Merged, "mine\n" + both, plan.Keep, "mine\n" + both},
		"merged, marked by git":       {state.Merged, unmerged, plan.Conflict, unmerged},
	} {
		t.Run(name, func(t *testing.T) {
			entry := base.Files[path]
			entry.Owner = c.owner
			base.Files[path] = entry
			look := func(at string) disk.Found {
				if at == state.BasePath(path) {
					return disk.Found{Kind: disk.Regular, Content: bases}
				}
				return disk.Found{Kind: disk.Regular, Content: []byte(c.disk)}
			}
			p, err := plan.Make(base, look, []state.File{{Path: path, Content: []byte(both), Owner: c.owner}}, plan.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, kind(t, p))
			if c.want != plan.Keep {
				assert.Equal(t, c.text, string(p.Actions[0].New))
			}
			next := state.Entry{Owner: c.owner, Sum: state.Sum([]byte(both))}
			if len(p.Refused()) > 0 {
				next = entry
			}
			assert.Equal(t, next, p.Next.Files[path])
		})
	}
}

// TestAttributesAreAdopted: a first run adds its lines to the user's .gitattributes.
func TestAttributesAreAdopted(t *testing.T) {
	const attributes = ".gitattributes"
	on := tree{attributes: "*.png binary\n"}
	p, err := plan.Make(&state.State{}, on.look, []state.File{file(attributes, state.Merged, "/a -merge\n")}, plan.Options{})
	require.NoError(t, err)
	assert.Equal(t, plan.Merge, kind(t, p))
	assert.Equal(t, "*.png binary\n/a -merge\n", string(p.Actions[0].New))
	assert.Equal(t, emitted(state.Merged, "/a -merge\n"), p.Next.Files[attributes])
}

// TestUnresolvedFilesStopThePlan, whatever else was to become of them.
func TestUnresolvedFilesStopThePlan(t *testing.T) {
	on := tree{"mine.go": unmerged, "spliced.go": unmerged}
	p, err := plan.Make(&state.State{}, on.look, []state.File{file("spliced.go", state.Yours, "x")}, plan.Options{Unresolved: []string{"mine.go", "spliced.go"}})
	require.NoError(t, err)
	require.Len(t, p.Actions, 2)
	for _, action := range p.Actions {
		assert.Equal(t, plan.Conflict, action.Kind, action.Path)
		assert.Equal(t, []int{1}, action.Conflicts)
		assert.Equal(t, unmerged, string(action.New), "nothing is lost")
	}
}
