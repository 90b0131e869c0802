package windows

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// changes let programs of Go run under the Wine of Debian 12. That Wine lacks two features of Windows 10: the library of random
// numbers, so the older one is used, and the removal of an open file, which Go's own tests turn off by the same variable.
var changes = []struct{ file, old, new string }{
	{
		"runtime/os_windows.go",
		`'b', 'c', 'r', 'y', 'p', 't', 'p', 'r', 'i', 'm', 'i', 't', 'i', 'v', 'e', 's', '.'`,
		`'a', 'd', 'v', 'a', 'p', 'i', '3', '2', '.'`,
	},
	{"runtime/os_windows.go", `"ProcessPrng\000"`, `"SystemFunction036\000"`},
	{"internal/syscall/windows/zsyscall_windows.go", `sysdll.Add("bcryptprimitives.dll")`, `sysdll.Add("advapi32.dll")`},
	{"internal/syscall/windows/zsyscall_windows.go", `NewProc("ProcessPrng")`, `NewProc("SystemFunction036")`},
	{"internal/syscall/windows/at_windows.go", "var TestDeleteatFallback bool", "var TestDeleteatFallback = true"},
}

// windows is a Windows on which a test runs programs.
type windows struct {
	wine, prefix, overlay string
}

// start makes a Windows of the test's own, with the programs of nobody else.
func start(t *testing.T) windows {
	t.Helper()
	w := windows{program.Tool(t, "wine"), filepath.Join(t.TempDir(), "prefix"), filepath.Join(t.TempDir(), "overlay.json")}
	goroot := strings.TrimSpace(program.Run(t, ".", "go", "env", "GOROOT"))
	replaced := map[string]string{}
	for _, c := range changes {
		file := filepath.Join(goroot, "src", filepath.FromSlash(c.file))
		from, changed := replaced[file]
		if !changed {
			from = file
			replaced[file] = filepath.Join(t.TempDir(), filepath.Base(file))
		}
		text, err := os.ReadFile(from)
		require.NoError(t, err)
		require.Contains(t, string(text), c.old, "%s of %s", c.file, runtime.Version())
		require.NoError(t, os.WriteFile(replaced[file], bytes.ReplaceAll(text, []byte(c.old), []byte(c.new)), 0o600))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(w.overlay, overlay, 0o600))
	w.run(t, "", "wineboot", "-i")
	t.Cleanup(func() { // the servers of this Windows outlive its programs
		cmd := exec.Command(w.wine, "wineboot", "-k")
		cmd.Env = w.environment()
		_ = cmd.Run()
	})
	return w
}

// build compiles for Windows what the arguments of the go command say, and returns the program.
func (w windows) build(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name+".exe")
	cmd := exec.CommandContext(t.Context(), "go", append(args[:1:1], append([]string{"-overlay", w.overlay, "-o", out}, args[1:]...)...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOOS=windows", "CGO_ENABLED=0")
	printed, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", printed)
	return out
}

// command is a program of Windows that is yet to be started.
func (w windows) command(t *testing.T, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), w.wine, append([]string{name}, args...)...)
	cmd.Dir = dir
	cmd.Env = w.environment()
	return cmd
}

func (w windows) environment() []string {
	return append(os.Environ(), "WINEPREFIX="+w.prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree=;mshtml=")
}

// run runs a program to its end.
func (w windows) run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	out, err := w.try(t, dir, name, args...)
	require.NoError(t, err, "%s %s\n%s", name, strings.Join(args, " "), out)
	return out
}

// try runs a program that may fail. Its output goes through a file: a pipe would stay open in the servers of this Windows, which
// the first of its programs starts.
func (w windows) try(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	cmd := w.command(t, dir, name, args...)
	cmd.Stdout, cmd.Stderr = out, out
	failure := cmd.Run()
	require.NoError(t, out.Close())
	text, err := os.ReadFile(out.Name())
	require.NoError(t, err)
	return string(text), failure
}
