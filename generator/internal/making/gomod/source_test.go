package gomod

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// sources are modules as the go command downloads them.
type sources struct {
	t       *testing.T
	dir     string // outside of any module, where the go command runs
	modules map[module.Version]*source
}

// source is one of them.
type source struct {
	Path, Version, Dir, GoMod, Sum, GoModSum string

	scanned map[string]*sourcePackage // by import path; nil when there is none
}

func newSources(t *testing.T) *sources {
	return &sources{t: t, dir: t.TempDir(), modules: make(map[module.Version]*source)}
}

// goCommand runs the go command in dir and returns what it prints.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go %s\n%s%s", strings.Join(args, " "), out, &stderr)
	return string(out)
}

// fetch downloads modules together, which is faster than one by one.
func (s *sources) fetch(modules ...module.Version) {
	s.t.Helper()
	args := []string{"mod", "download", "-json"}
	for _, m := range modules {
		if s.modules[m] == nil {
			args = append(args, m.String())
		}
	}
	if len(args) == 3 {
		return
	}
	dec := json.NewDecoder(strings.NewReader(goCommand(s.t, s.dir, args...)))
	for dec.More() {
		src := &source{scanned: make(map[string]*sourcePackage)}
		require.NoError(s.t, dec.Decode(src))
		s.modules[module.Version{Path: src.Path, Version: src.Version}] = src
	}
}

func (s *sources) module(m module.Version) *source {
	s.t.Helper()
	s.fetch(m)
	require.Contains(s.t, s.modules, m)
	return s.modules[m]
}

// goMod reads the module's go.mod. A module without one has the go.mod that the go command makes up for it.
func (s *sources) goMod(m module.Version) *modfile.File {
	s.t.Helper()
	data, err := os.ReadFile(s.module(m).GoMod)
	require.NoError(s.t, err)
	file, err := modfile.ParseLax(m.String(), data, nil)
	require.NoError(s.t, err)
	return file
}
