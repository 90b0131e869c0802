package generator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNotice: NOTICE names every module under the Mozilla Public License that a package or a test of this module links, and no
// other.
func TestNotice(t *testing.T) {
	notice, err := os.ReadFile("../NOTICE")
	require.NoError(t, err)
	_, list, found := strings.Cut(string(notice), "Mozilla Public License")
	require.True(t, found)
	named := map[string]bool{}
	for line := range strings.Lines(list) {
		if path, ok := strings.CutPrefix(line, "* "); ok {
			named[strings.TrimSpace(path)] = true
		}
	}
	out, err := exec.Command("go", "list", "-deps", "-test", "-f", "{{with .Module}}{{.Path}} {{.Dir}}{{end}}", "../...").Output()
	require.NoError(t, err)
	lines := strings.Split(string(out), "\n")
	slices.Sort(lines)
	linked := map[string]bool{}
	for _, line := range slices.Compact(lines) {
		path, dir, ok := strings.Cut(line, " ")
		if ok && isMPL(t, dir) {
			linked[path] = true
		}
	}
	assert.Equal(t, linked, named)
}

// isMPL reports whether the licence of the module in the folder is the Mozilla Public License.
func isMPL(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "LICENSE*"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.Contains(string(text), "Mozilla Public License") {
			return true
		}
	}
	return false
}
