package cli

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the package comment of cmd/msgen; the run ends red")

const manualPath = "../../msgen/doc.go"

// TestManual holds the package comment of cmd/msgen, which go doc shows, to the program's help.
func TestManual(t *testing.T) {
	want := manual(t)
	got, err := os.ReadFile(manualPath)
	if *update {
		require.NoError(t, os.WriteFile(manualPath, []byte(want), 0o644))
	}
	require.NoError(t, err)
	if diff := udiff.Unified(manualPath, "help", string(got), want); diff != "" {
		t.Errorf("go test ./cmd/internal/cli -update rewrites it:\n%s", diff)
	}
}

// manual is the help of the program and of each command as the package comment of a Go file.
func manual(t *testing.T) string {
	t.Helper()
	app := newApp(nil, nil, nil)
	var b strings.Builder
	write := func(heading, text string) {
		b.WriteString(heading + "\n//\n")
		for line := range strings.Lines(text) {
			b.WriteString(strings.TrimRight("//\t"+line, "\t\n") + "\n")
		}
	}
	_, text, _ := strings.Cut(help(t), "\n\n")
	write("// Msgen makes "+app.Usage+".", text)
	for _, command := range app.VisibleCommands() {
		write("//\n// # msgen "+command.Name, help(t, command.Name))
	}
	b.WriteString("package main\n")
	return b.String()
}

func help(t *testing.T, topic ...string) string {
	t.Helper()
	got := run(t, "", append([]string{name, "help"}, topic...)...)
	require.Equal(t, 0, got.code)
	require.Empty(t, got.stderr)
	return got.stdout
}

func TestHelpReads(t *testing.T) {
	assertNarrow(t, help(t))
	for _, command := range newApp(nil, nil, nil).Commands {
		text := help(t, command.Name)
		assertNarrow(t, text)
		assert.Contains(t, text, "\nUsage:\n  msgen "+command.Name)
		assert.Regexp(t, `\nExamples?:\n  .*msgen`, text, "an example")
		assert.Equal(t, text, run(t, "", name, command.Name, "--help").stdout)
		assert.Equal(t, text, run(t, "", name, command.Name, "-h").stdout)
	}
	assert.Equal(t, outcome{stdout: help(t)}, run(t, "", name))
	assert.Equal(t, outcome{stdout: help(t)}, run(t, "", name, "--help"))
}

// assertNarrow keeps help readable in a terminal of 100 columns.
func assertNarrow(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		assert.LessOrEqual(t, len(line)-1, 100, line)
	}
}
