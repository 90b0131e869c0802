//go:build git

package merge_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
)

// TestAgreesWithGit holds 10,000 random merges to those of `git merge-file`: wherever both are clean, they are the same
// to the byte. It needs git, so the acceptance tests run it.
func TestAgreesWithGit(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 13))
	var sameVerdict, bothClean atomic.Int64
	var group errgroup.Group
	group.SetLimit(4)
	for i := range 10_000 {
		base := text(rnd)
		mine, theirs := edited(rnd, "mine", base), edited(rnd, "theirs", base)
		dir := filepath.Join(t.TempDir(), fmt.Sprint(i%16))
		group.Go(func() error {
			gits, clean, err := gitMerge(dir+fmt.Sprint(i), base, mine, theirs)
			if err != nil {
				return err
			}
			ours := merge.Lines([]byte(base), []byte(mine), []byte(theirs))
			if clean == ours.Clean() {
				sameVerdict.Add(1)
			}
			if clean && ours.Clean() {
				bothClean.Add(1)
				if gits != string(ours.Content) {
					return fmt.Errorf("base %q\nmine %q\ntheirs %q\ngit %q\nmsgen %q", base, mine, theirs, gits, ours.Content)
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	assert.Greater(t, bothClean.Load(), int64(3_000))
	assert.Greater(t, sameVerdict.Load(), int64(9_900), "of 10,000")
	t.Logf("same verdict %d, both clean and equal %d of 10,000", sameVerdict.Load(), bothClean.Load())
}

// gitMerge is what git makes of the three texts.
func gitMerge(dir, base, mine, theirs string) (merged string, clean bool, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", false, err
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{"base": base, "mine": mine, "theirs": theirs} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return "", false, err
		}
	}
	cmd := exec.Command("git", "merge-file", "-p", "mine", "base", "theirs")
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 0 && exit.ExitCode() < 128 {
		return string(out), false, nil // the exit code is the number of conflicts
	}
	return string(out), err == nil, err
}
