package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

var pairs = flag.Int("pairs", 2, "how many pairs of concurrent runs TestConcurrentRuns starts of each kind")

// TestConcurrentRuns starts two runs at almost the same time after a change of every policy: both succeed, and the trees are up to
// date.
func TestConcurrentRuns(t *testing.T) {
	one := []string{"generate", "-o", "orders"}
	all := []string{"generate", "--all", "."}
	system := []string{"generate", "msgen.system.yaml"}
	for name, c := range map[string]struct {
		first, second []string
		late          bool // the policies change while the first run is at work
	}{
		"one tree":                            {first: one, second: one},
		"all trees":                           {first: all, second: all},
		"a system":                            {first: system, second: system},
		"one tree and all trees":              {first: one, second: all},
		"all trees and a system":              {first: all, second: system},
		"one tree that changes":               {first: one, second: one, late: true},
		"all trees that change":               {first: all, second: all, late: true},
		"a system that changes":               {first: system, second: system, late: true},
		"all trees and a system that changes": {first: all, second: system, late: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newSystem(t)
			require.NoError(t, runIn(dir, system...).end())
			for pair := range *pairs {
				if !c.late {
					changePolicies(t, dir, pair)
				}
				first := runIn(dir, c.first...)
				time.Sleep(time.Duration(pair*13%100) * time.Millisecond)
				if c.late {
					changePolicies(t, dir, pair)
				}
				second := runIn(dir, c.second...)
				require.NoError(t, first.end(), "the first of pair %d", pair)
				require.NoError(t, second.end(), "the second of pair %d", pair)
				require.NoError(t, runIn(dir, append(c.second, "--check")...).end(), "after pair %d", pair)
			}
		})
	}
}

// newSystem is a repository with the system of testdata/concurrent.txtar: two services, of which one calls the other, and a gateway.
func newSystem(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "concurrent.txtar"))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o755))
	for _, file := range archive.Files {
		path := filepath.Join(dir, filepath.FromSlash(file.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, file.Data, 0o644))
	}
	return dir
}

var limit = regexp.MustCompile(`maxConcurrentRequests: \d+`)

// changePolicies replaces every policy, each at one moment as an editor does it.
func changePolicies(t *testing.T, dir string, n int) {
	t.Helper()
	policies, err := filepath.Glob(filepath.Join(dir, "*", "policy.yaml"))
	require.NoError(t, err)
	require.Len(t, policies, 3)
	for _, policy := range policies {
		content, err := os.ReadFile(policy)
		require.NoError(t, err)
		changed := limit.ReplaceAllString(string(content), fmt.Sprintf("maxConcurrentRequests: %d", 200+n))
		require.NotEqual(t, string(content), changed)
		require.NoError(t, os.WriteFile(policy+".new", []byte(changed), 0o644))
		require.NoError(t, os.Rename(policy+".new", policy))
	}
}

// process is a run of msgen that has been started.
type process struct {
	*exec.Cmd
	started error
	output  printed
}

// printed is what a run has printed so far.
type printed struct {
	mu   sync.Mutex
	text strings.Builder
}

func (p *printed) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(text)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func runIn(dir string, args ...string) *process {
	p := &process{Cmd: exec.Command("msgen", args...)}
	p.Dir, p.Stdout, p.Stderr = dir, &p.output, &p.output
	p.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // by default a program under -race ends a second late
	p.started = p.Start()
	return p
}

// end waits for the run. The error has all that it printed.
func (p *process) end() error {
	if p.started != nil {
		return p.started
	}
	if err := p.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(p.Args, " "), err, p.output.String())
	}
	return nil
}
