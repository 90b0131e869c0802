package generator

import (
	"errors"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// TestCyclesOfBranches has two users work on branches of one tree, and one of them merge the other's, again and again. Each merge
// takes one run. No line that one of them has written is lost, except where the person who merges decides against it.
func TestCyclesOfBranches(t *testing.T) {
	u, n, refused := newUser(t, 16), 0, 0
	u.loyal = true // git follows renamed files, simulated does not
	merges := max(*cycles/20, 2)
	for range merges {
		base, before := u.commit(), u.branch()
		u.work(&n)
		ours := u.commit()
		u.checkout(base)
		other := before.branch()
		other.work(&n)
		theirs := u.commit()
		u.checkout(simulated(t, base, ours, theirs))
		u.merge(before, other, ours, theirs)
		if u.settle() {
			refused++
		}
		u.assertLines(n)
		again, err := u.bare("v1.0.0")
		require.NoError(t, err)
		require.Empty(t, changes(again), "cycle %d", n)
	}
	assert.LessOrEqual(t, refused, merges/2, "most branches get along")
}

// branch is the user with a memory of their own.
func (u *user) branch() *user {
	other := *u
	other.lines, other.rpcs = maps.Clone(u.lines), maps.Clone(u.rpcs)
	return &other
}

// work is some edits, each with a run. They are numbered by n.
func (u *user) work(n *int) {
	for range 1 + u.rnd.IntN(2) {
		*n++
		u.edit(*n)
		u.change()
		u.settle()
	}
}

// settle regenerates, and gives up lines that stand in the way. It reports whether there were some.
func (u *user) settle() (refused bool) {
	_, err := u.generate()
	if conflict, ok := errors.AsType[*RefusedError](err); ok {
		refused = true
		u.giveUp(conflict)
		_, err = u.generate()
	}
	require.NoError(u, err)
	return refused
}

// merge resolves the conflicts between the user's branch and another: in the inputs what either has changed, in a file of Go or the
// like one side as a whole.
func (u *user) merge(before, other *user, ours, theirs commit) {
	for name := range other.rpcs {
		if other.rpcs[name] != before.rpcs[name] {
			u.rpcs[name] = other.rpcs[name]
		}
	}
	if other.limited != before.limited {
		u.limited = other.limited
	}
	if other.second != before.second {
		u.second = other.second
	}
	u.writeInputs()

	lines := map[string]string{}
	for line, in := range union(u.lines, other.lines) {
		_, was := before.lines[line]
		_, here := u.lines[line]
		_, there := other.lines[line]
		if here == there || !was {
			lines[line] = in
		}
	}
	for name, text := range u.commit() {
		if checkout.Conflict([]byte(text)) == 0 || name == "shop.proto" || name == "policy.yaml" {
			continue
		}
		side, written := ours, u.lines
		if u.rnd.IntN(2) == 0 {
			side, written = theirs, other.lines
		}
		u.put(name, side[name])
		maps.DeleteFunc(lines, func(_, in string) bool { return in == name })
		for line, in := range written {
			if in == name {
				lines[line] = in
			}
		}
	}
	u.lines = lines
}
