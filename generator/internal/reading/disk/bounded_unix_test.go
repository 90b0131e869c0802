//go:build unix

package disk_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// TestOnlyFilesAreRead, and none without end: a checkout may hold anything. A pipe that is opened would keep the test waiting.
func TestOnlyFilesAreRead(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644))
	require.NoError(t, os.Symlink("pipe", filepath.Join(dir, "link to a pipe")))
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, "link to a device")))
	put(t, dir, "large", "")
	require.NoError(t, os.Truncate(filepath.Join(dir, "large"), 64<<20+1))
	put(t, dir, "at the limit", "1234")
	put(t, dir, "above the limit", "12345")

	view := disk.From(dir)
	for name, want := range map[string]string{
		"pipe":             "it is a pipe or a device, where a file is wanted",
		"link to a pipe":   "it is a pipe or a device, where a file is wanted",
		"link to a device": "it is a pipe or a device, where a file is wanted",
		"large":            "it is larger than 64 MiB",
		".":                "is a directory",
	} {
		_, err := view.ReadFile(name)
		require.Error(t, err, name)
		assert.Equal(t, want, disk.Cause(err).Error(), name)
	}
	content, err := view.ReadLarge("at the limit", 4)
	require.NoError(t, err)
	assert.Equal(t, "1234", string(content))
	_, err = view.ReadLarge("above the limit", 4)
	require.Error(t, err)
	assert.Empty(t, view.Changed())

	tree, err := view.Tree(".")
	require.NoError(t, err)
	assert.Equal(t, disk.Found{Kind: disk.Special, Detail: "is a pipe or a device, where a file is wanted"}, tree.Look("pipe"))
	assert.Equal(t, disk.Found{Kind: disk.Special, Detail: "cannot be read: it is larger than 64 MiB"}, tree.Look("large"))
}
