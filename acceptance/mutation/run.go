package mutation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// testTime is how long the tests may run against one mutant. They take a second or two; a mutant that never ends is
// one that they have noticed.
const testTime = time.Minute

// target is what is changed of a tree, and the folders whose tests are to notice.
type target struct {
	files  string // a pattern
	sites  func(*rewriter, ast.Node) *site
	suites []string
}

// targets are what makes the calls, what answers them, and the policy's numbers. The runtime's own tests have tables of their own,
// so that they cannot know the last.
var targets = []target{
	{engine + "/*.go", engineSite, []string{engine, "client"}},
	{server + "/*.go", serverSite, []string{server, "internal/server"}},
	{"client/policy.go", tableSite, []string{"client"}},
}

// engine and server are folders of the runtime whose tests a tree does not have.
const (
	engine = "internal/resilience"
	server = "internal/grpcserver"
)

// switchSource stands in the mutated tree, and says which mutant is alive.
const switchSource = `// Package mutant says which mutant is alive.
package mutant

import (
	"os"
	"strconv"
)

var alive, _ = strconv.Atoi(os.Getenv("MUTANT"))

func On(id int) bool { return id == alive }

func Pick[T any](id int, mutated, original T) T {
	if On(id) {
		return mutated
	}
	return original
}
`

// Tree is an emitted service with all its mutants.
type Tree struct {
	dir     string
	Mutants []Mutant
}

// Mutate puts the mutants into the emitted tree at dir, whose module is module, and builds its tests. It takes the
// runtime's own tests from runtimeDir, the folder of the runtime in this repository.
func Mutate(ctx context.Context, dir, module, runtimeDir string) (*Tree, error) {
	t := &Tree{dir: dir}
	for _, folder := range []string{engine, server} {
		if err := t.addTests(runtimeDir, folder, module); err != nil {
			return nil, err
		}
	}
	for _, target := range targets {
		if err := t.rewriteTarget(target, module+"/internal/mutant"); err != nil {
			return nil, err
		}
	}
	place := filepath.Join(dir, "internal/mutant")
	if err := os.MkdirAll(place, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(place, "mutant.go"), []byte(switchSource), 0o644); err != nil {
		return nil, err
	}
	for _, suite := range suites() {
		build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-o", built(suite), "./"+suite)
		build.Dir = dir
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", suite, err, out)
		}
	}
	return t, nil
}

// addTests copies the tests of a package of the runtime into the tree, which does not have them.
func (t *Tree) addTests(runtimeDir, folder, module string) error {
	tests, err := filepath.Glob(filepath.Join(runtimeDir, folder, "*_test.go"))
	if err == nil && len(tests) == 0 {
		err = fmt.Errorf("%s has no tests", folder)
	}
	if err != nil {
		return err
	}
	for _, test := range tests {
		text, err := os.ReadFile(test)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(text, []byte("github.com/msgen/msgen/templates/service"), []byte(module))
		if err := os.WriteFile(filepath.Join(t.dir, folder, filepath.Base(test)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tree) rewriteTarget(of target, importPath string) error {
	files, err := filepath.Glob(filepath.Join(t.dir, of.files))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: the tree has no such file", of.files)
	}
	if err != nil {
		return err
	}
	before := len(t.Mutants)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		if err := t.rewrite(file, of.sites, importPath); err != nil {
			return err
		}
	}
	for i := before; i < len(t.Mutants); i++ {
		t.Mutants[i].suites = of.suites
	}
	return nil
}

func (t *Tree) rewrite(file string, sites func(*rewriter, ast.Node) *site, importPath string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(t.dir, file)
	if err != nil {
		return err
	}
	out, err := rewrite(name, src, &t.Mutants, sites, importPath)
	if err != nil {
		return err
	}
	return os.WriteFile(file, out, 0o644)
}

// suites are the folders of all tests.
func suites() []string {
	var all []string
	for _, target := range targets {
		all = append(all, target.suites...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// built is the file of a folder's tests, built.
func built(suite string) string { return strings.ReplaceAll(suite, "/", "-") + ".test" }

// Survivors runs the tests against the mutants, several at a time, and returns those that no test has noticed. The
// tests must pass without any. Progress is a line for each survivor.
func (t *Tree) Survivors(ctx context.Context, mutants []Mutant, progress io.Writer) ([]Mutant, error) {
	if killed, err := t.kills(ctx, Mutant{suites: suites()}); err != nil || killed {
		return nil, errors.Join(errors.New("the tests fail without any mutant"), err)
	}
	var (
		mu        sync.Mutex
		survivors []Mutant
		group     errgroup.Group
	)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, mutant := range mutants {
		group.Go(func() error {
			killed, err := t.kills(ctx, mutant)
			if err != nil || killed {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			survivors = append(survivors, mutant)
			_, err = fmt.Fprintf(progress, "%s: %s: not noticed: %s -> %s\n", mutant.Position, mutant.Kind, mutant.From, mutant.To)
			return err
		})
	}
	return survivors, group.Wait()
}

// kills reports whether a test fails with the mutant alive.
func (t *Tree) kills(ctx context.Context, mutant Mutant) (bool, error) {
	for _, suite := range mutant.suites {
		test := exec.CommandContext(ctx, filepath.Join(t.dir, built(suite)), "-test.failfast", "-test.timeout="+testTime.String())
		test.Dir = filepath.Join(t.dir, suite)
		test.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(mutant.ID))
		var out bytes.Buffer
		test.Stdout, test.Stderr = &out, &out
		err := test.Run()
		if failed, ok := errors.AsType[*exec.ExitError](err); ok && failed.Exited() && ctx.Err() == nil {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}
