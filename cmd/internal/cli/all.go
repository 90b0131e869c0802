package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator"
)

const allFlag = "all"

// runAll generates every tree below a folder, several at a time, and reports once, in the order of their paths. Trees with what
// others import come before these.
func runAll(c *urfave.Context, opts generator.Options) error {
	for _, flagName := range []string{policyFlag, protoPathFlag, outFlag, restoreFlag, diffFlag} {
		if c.IsSet(flagName) {
			return usagef(c.Command, "--%s and --%s exclude each other", allFlag, flagName)
		}
	}
	if c.Args().Present() {
		return usagef(c.Command, "unexpected argument %q: with --%s, each tree says what makes it", c.Args().First(), allFlag)
	}
	dirs, err := treesBelow(c.Path(allFlag))
	if err != nil {
		return err
	}
	taskOf := func(dir string) task {
		one := opts
		one.Out = dir
		return oneTree(one)
	}
	shared, services := sharedFirst(dirs)
	results := performEach(c, shared, taskOf, opts.Locks)
	return endAll(c, append(results, performEach(c, services, taskOf, opts.Locks)...))
}

// sharedFirst splits folders of trees: the trees that others import from, and the others.
func sharedFirst(dirs []string) (shared, services []string) {
	for _, dir := range dirs {
		if generator.Shared(dir) {
			shared = append(shared, dir)
		} else {
			services = append(services, dir)
		}
	}
	return shared, services
}

// treesBelow finds the folders at and below dir that msgen has written a tree to, sorted.
func treesBelow(dir string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			return nil
		case strings.HasPrefix(entry.Name(), ".") && name != dir:
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(name, ".msgen", "state.json")); err == nil {
			dirs = append(dirs, name)
		}
		return nil
	})
	if err == nil && len(dirs) == 0 {
		err = fmt.Errorf("no tree of msgen's below %s: want folders with .msgen/state.json", dir)
	}
	return dirs, err
}

// progress returns a function that says how many of n are done; on a terminal alone, where a line can be written over.
func progress(w io.Writer, n int) func() {
	if !coloured(w) {
		return func() {}
	}
	var done atomic.Int64
	return func() {
		now := done.Add(1)
		line := fmt.Sprintf("\r%d of %d trees", now, n)
		if now == int64(n) {
			line = "\r" + strings.Repeat(" ", len(line)) + "\r"
		}
		_, _ = io.WriteString(w, line)
	}
}
