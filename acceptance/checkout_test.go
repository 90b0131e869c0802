package acceptance

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/tools"
)

// repository is msgen's own checkout, as this package's tests see it.
const repository = ".."

// tool returns the path of the named program of the table, got first if need be.
func tool(t *testing.T, name string) string {
	t.Helper()
	wanted, err := tools.ByName(name)
	require.NoError(t, err)
	installer, err := tools.NewInstaller(t.Output())
	require.NoError(t, err)
	path, err := installer.Path(t.Context(), wanted)
	require.NoError(t, err)
	return path
}

// buildMsgen builds msgen from the checkout and returns the path of the program.
func buildMsgen(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "msgen")
	run(t, repository, "go", "build", "-o", out, "./cmd/msgen")
	return out
}

// run runs a program in dir and returns its standard output. When the program fails, the test ends with all that it
// printed.
func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	require.NoError(t, err, "%s %s\n%s%s", program, strings.Join(args, " "), &stderr, stdout)
	return string(stdout)
}

// examples returns the folders of the emitted example services.
func examples(t *testing.T) []string {
	t.Helper()
	mods, err := filepath.Glob(filepath.Join(repository, "examples", "*", "go.mod"))
	require.NoError(t, err)
	require.NotEmpty(t, mods, "no example is a module of its own")
	dirs := make([]string, len(mods))
	for i, mod := range mods {
		dirs[i] = filepath.Dir(mod)
	}
	return dirs
}

// write writes a file and the folders above it.
func write(t *testing.T, path string, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}
