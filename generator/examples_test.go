package generator

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// TestExamples holds each example to its inputs byte for byte, but for what is its user's, and then does with it what
// its user would: build, vet and test it, under the race detector where there is a C compiler. The greeter's tests run
// the built program and call it over the wire.
func TestExamples(t *testing.T) {
	examples, err := filepath.Glob("../examples/*/policy.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, examples)
	for _, policy := range examples {
		dir, err := filepath.Abs(filepath.Dir(policy))
		require.NoError(t, err)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Chdir(dir)
			tree, err := Plan(context.Background(), Options{Version: Unreleased, Full: true})
			require.NoError(t, err)
			current(t, tree)
			goRun(t, dir, "vet", "./...")
			assert.Empty(t, goRun(t, dir, "mod", "tidy", "-diff"))
			t.Log(goRun(t, dir, append([]string{"test"}, append(race(), "./...")...)...))
		})
	}
}

// TestShop is TestExamples for the system of services in examples/shop, where the repository holds only what people have written. Its own test runs them all at once, kills one after the other, and counts what becomes of the orders; the
// tests of each tree are like the tests of any other tree.
func TestShop(t *testing.T) {
	source, err := filepath.Abs("../examples/shop")
	require.NoError(t, err)
	dir, err := filepath.Abs("../bin/shop") // which stays, so that Go compiles only what has changed
	require.NoError(t, err)
	goRun(t, "..", "run", "./internal/shop", "bin/shop")
	t.Chdir(dir)
	system, err := PlanSystem(context.Background(), "msgen.system.yaml", Options{Version: Unreleased, Full: true})
	require.NoError(t, err)
	assert.Empty(t, system.Warnings)
	for _, tree := range system.Trees {
		current(t, tree)
		editedAlone(t, tree, filepath.Join(source, tree.Dir))
	}
	goRun(t, dir, "vet", "./...")
	assert.Empty(t, goRun(t, dir, "mod", "tidy", "-diff"))
	t.Log(goRun(t, dir, "test", "-count=1", "./demo", "./gateway/internal/server", "./orders/...", "./notifications/internal/mailbox", "./inventory/internal/inventoryservice"))
}

// editedAlone wants the files of a tree that stand in the repository to be those that somebody has edited. No run merges
// anything into one that msgen adds to: it has to have all lines of what msgen emits today, except for calls that its author
// gave other arguments.
func editedAlone(t *testing.T, tree *Tree, source string) {
	t.Helper()
	for _, action := range tree.plan.Actions {
		file := filepath.Join(source, filepath.FromSlash(action.Path))
		written, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(t, err)
		assert.NotEqual(t, plan.Same, action.Kind, "%s is what msgen emits: remove it", file)
		if action.Owner != state.Merged {
			continue
		}
		emitted, err := os.ReadFile(filepath.Join(tree.Dir, filepath.FromSlash(state.BasePath(action.Path))))
		require.NoError(t, err)
		bases := tree.plan.Next.Files[action.Path].Bases(emitted)
		require.Len(t, bases, 1)
		for line := range strings.Lines(string(bases[0])) {
			kept := strings.Contains(string(written), line) || strings.Contains(line, ".New(")
			assert.True(t, kept, "%s lacks a line of what msgen emits: add it\n%s", file, line)
		}
	}
}

// current holds a tree on disk to what would be written now, but for what its user has edited.
func current(t *testing.T, tree *Tree) {
	t.Helper()
	for _, action := range tree.plan.Actions {
		edited := action.Kind == plan.Keep && action.Owner != state.Generated
		assert.True(t, edited || action.Kind == plan.Same, "%s/%s: %s", tree.Name, action.Path, action.Kind)
	}
	for _, file := range tree.plan.Memory {
		content, err := os.ReadFile(filepath.Join(tree.Dir, filepath.FromSlash(file.Path)))
		require.NoError(t, err)
		assert.Equal(t, string(file.Content), string(content), file.Path)
	}
}

// race is the flag of the race detector, where it can be built.
func race() []string {
	for _, compiler := range []string{"gcc", "clang"} {
		if _, err := exec.LookPath(compiler); err == nil {
			return []string{"-race"}
		}
	}
	return nil
}
