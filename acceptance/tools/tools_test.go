package tools

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTableHasUniqueNames(t *testing.T) {
	seen := map[string]bool{}
	for _, tool := range All() {
		assert.False(t, seen[tool.Name], "%s stands twice in the table", tool.Name)
		seen[tool.Name] = true
		_, debian := tool.Recipe.(Debian)
		assert.Equal(t, debian, tool.Version == "", "%s: Debian alone chooses versions", tool.Name)
	}
}

func TestByNameListsWhatThereIs(t *testing.T) {
	_, err := ByName("protok")
	assert.ErrorContains(t, err, `"protok"`)
	assert.ErrorContains(t, err, `"protoc-gen-go"`)
}

// Two processes are two installers here: what they share is the folder and its locks.
func TestConcurrentInstallersBuildOnce(t *testing.T) {
	t.Setenv("MSGEN_CACHE", t.TempDir())
	builds := &countingRecipe{}
	tool := Tool{Name: "count", Version: "v1.0.0", Recipe: builds}

	var wg sync.WaitGroup
	for range 8 {
		installer, err := NewInstaller(&bytes.Buffer{})
		require.NoError(t, err)
		wg.Go(func() {
			path, err := installer.Path(context.Background(), tool)
			assert.NoError(t, err)
			assert.FileExists(t, path)
		})
	}
	wg.Wait()
	assert.Equal(t, 1, builds.count)
}

func TestFailedBuildLeavesNothing(t *testing.T) {
	t.Setenv("MSGEN_CACHE", t.TempDir())
	installer, err := NewInstaller(&bytes.Buffer{})
	require.NoError(t, err)
	tool := Tool{Name: "missing", Version: "v0.0.1", Recipe: ScratchBuild{Module: "invalid module path"}}

	_, err = installer.Path(context.Background(), tool)

	require.ErrorContains(t, err, "missing@v0.0.1")
	require.ErrorContains(t, err, "go get", "the error shows the command that failed")
	left, err := filepath.Glob(filepath.Join(installer.cache.dir, "*missing*"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(installer.cache.dir, ".missing@v0.0.1.lock")}, left)
}

// The tool is one whose build takes a second; its version and its replaced module both show in the built program.
func TestScratchBuildReplacesAndBuilds(t *testing.T) {
	t.Setenv("MSGEN_CACHE", t.TempDir())
	var log bytes.Buffer
	installer, err := NewInstaller(&log)
	require.NoError(t, err)
	plugin, err := ByName("protoc-gen-go-grpc")
	require.NoError(t, err)
	tool := Tool{Name: plugin.Name, Version: plugin.Version, Recipe: ScratchBuild{
		Module:   "google.golang.org/grpc/cmd/protoc-gen-go-grpc",
		Replaces: []string{"google.golang.org/protobuf=google.golang.org/protobuf@v1.36.11"},
		LDFlags:  "-X main.unused=1",
	}}

	path, err := installer.Path(context.Background(), tool)
	require.NoError(t, err)

	built, err := exec.Command("go", "version", "-m", path).Output()
	require.NoError(t, err)
	assert.Contains(t, string(built), "google.golang.org/protobuf\tv1.36.11")
	assert.Contains(t, string(built), "-X main.unused=1")
	assert.Equal(t, 2, strings.Count(log.String(), tool.String()), "a line before and one with the seconds:\n%s", &log)
}

func TestDebianFindsWhatIsOnThePath(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "some-server")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755))
	t.Setenv("PATH", dir)

	assert.Equal(t, program, Debian{Program: "some-server"}.find(cache{}, Tool{}))
	assert.Equal(t, program, Debian{Program: program}.find(cache{}, Tool{}))
	assert.Empty(t, Debian{Program: "other-server"}.find(cache{}, Tool{}))
}

func TestDebianWithoutAptGetSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := Debian{Packages: []string{"protobuf-compiler"}, Program: "protoc"}.get(context.Background(), cache{}, Tool{})
	assert.ErrorContains(t, err, "install protoc by hand")
}

// countingRecipe makes an empty program. Its count has no lock of its own: the race detector and the count say
// whether the cache's lock does its work.
type countingRecipe struct{ count int }

func (*countingRecipe) find(c cache, t Tool) string { return c.find(t) }

func (r *countingRecipe) get(_ context.Context, c cache, t Tool) error {
	r.count++
	return c.fill(t, func(dir string) error {
		return os.WriteFile(filepath.Join(dir, t.Name), nil, 0o755)
	})
}
