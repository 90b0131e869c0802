// Package program gets, builds and runs the programs that acceptance tests are about. What goes wrong ends the test.
package program

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/tools"
)

// Tool returns the path of the named program of the table of tools, got first if need be.
func Tool(t *testing.T, name string) string {
	t.Helper()
	wanted, err := tools.ByName(name)
	require.NoError(t, err)
	installer, err := tools.NewInstaller(t.Output())
	require.NoError(t, err)
	path, err := installer.Path(t.Context(), wanted)
	require.NoError(t, err)
	return path
}

// BuildMsgen builds msgen from its checkout and returns the path of the program.
func BuildMsgen(t *testing.T, repository string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "msgen")
	Run(t, repository, "go", "build", "-o", out, "./cmd/msgen")
	return out
}

// BuildPlugin builds protoc-gen-msgen from msgen's checkout and returns the path of the program.
func BuildPlugin(t *testing.T, repository string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "protoc-gen-msgen")
	Run(t, repository, "go", "build", "-o", out, "./cmd/protoc-gen-msgen")
	return out
}

// BuildShop assembles examples/shop in msgen's checkout and returns the folder of the system, as an absolute path.
func BuildShop(t *testing.T, repository string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join(repository, "bin", "shop"))
	require.NoError(t, err)
	Run(t, repository, "go", "run", "./internal/shop", dir)
	return dir
}

// Run runs a program in dir and returns its standard output. When the program fails, the test ends with all that it
// printed.
func Run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	stdout, _ := output(t, dir, program, args...)
	return stdout
}

// Stderr is Run for what a program tells beside its output.
func Stderr(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	_, stderr := output(t, dir, program, args...)
	return stderr
}

func output(t *testing.T, dir, program string, args ...string) (stdout, stderr string) {
	t.Helper()
	var told bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	cmd.Stderr = &told
	out, err := cmd.Output()
	require.NoError(t, err, "%s %s\n%s%s", program, strings.Join(args, " "), &told, out)
	return string(out), told.String()
}
