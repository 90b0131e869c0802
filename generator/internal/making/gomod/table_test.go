package gomod

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
)

var update = flag.Bool("update", false, "rewrite table.txt from go.mod, and fail")

// TestTableIsCurrent surveys the sources of the pinned modules anew and compares the outcome with table.txt.
func TestTableIsCurrent(t *testing.T) {
	want := surveyPins(t, readPins(t)).table.encode()
	if *update {
		require.NoError(t, os.WriteFile("table.txt", []byte(want), 0o644))
		t.Fatal("table.txt is rewritten; run again without -update")
	}
	if diff := cmp.Diff(strings.Split(embeddedTable, "\n"), strings.Split(want, "\n")); diff != "" {
		t.Errorf("table.txt is out of date; run this test with -update:\n%s", diff)
	}
}

// TestTableIsClosed resolves every two packages of the table together: what they reach is in the table, and none of
// their requirements is raised above its pinned version.
func TestTableIsClosed(t *testing.T) {
	table := readTable(embeddedTable)
	all := importable(t, table)
	for i, a := range all {
		for _, b := range all[i:] {
			res, err := resolve(table, []string{a, b})
			require.NoError(t, err, "%s, %s", a, b)
			for path, version := range res.required {
				require.Equal(t, version, res.selected[path], "%s: %s, %s", path, a, b)
			}
		}
	}
}

// importable lists all packages of the table that a tree may import.
func importable(t *testing.T, table *table) []string {
	t.Helper()
	var paths []string
	for path, version := range table.pinned {
		mod, err := table.module(module.Version{Path: path, Version: version})
		require.NoError(t, err)
		for importPath, pkg := range mod.packages {
			if !pkg.testOnly {
				paths = append(paths, importPath)
			}
		}
	}
	slices.Sort(paths)
	return paths
}
