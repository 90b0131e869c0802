package windows

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

const repository = "../.."

// packages have tests of paths, line endings, memory, merges and users' Go that pass on every system.
var packages = []string{
	"generator/internal/keeping/handlers",
	"generator/internal/keeping/merge",
	"generator/internal/keeping/methods",
	"generator/internal/keeping/plan",
	"generator/internal/keeping/splice",
	"generator/internal/reading/checkout",
	"generator/internal/reading/disk",
	"generator/internal/reading/policy",
	"generator/internal/reading/state",
}

const (
	proto   = "syntax = \"proto3\";\npackage shop.v1;\nservice Orders {\n  rpc Get(Ping) returns (Ping);\n}\nmessage Ping {}\n"
	handler = "internal/orders/orders.go"
	policy  = "version: v1\nservice: {name: shop, module: example.com/shop}\n"
)

// TestWindows has one Windows and one build of msgen's for all that is tried.
func TestWindows(t *testing.T) {
	w := start(t)
	t.Run("packages", func(t *testing.T) {
		for _, pkg := range packages {
			t.Run(path.Base(pkg), func(t *testing.T) {
				dir := filepath.Join(repository, filepath.FromSlash(pkg))
				w.run(t, dir, w.build(t, dir, path.Base(pkg), "test", "-c"), "-test.v")
			})
		}
	})
	runs := runs{w, w.build(t, repository, "msgen", "build", "./cmd/msgen"), program.BuildMsgen(t, repository)}
	t.Run("a tree is that of Linux", runs.sameTree)
	t.Run("runs wait for each other", runs.takeTurns)
	t.Run("a file in use is waited for", runs.waitForFile)
	t.Run("a killed run is finished", runs.finishKilled)
}

// runs starts msgen on both systems.
type runs struct {
	windows
	msgen, onLinux string
}

// inputs puts a proto and a policy into a folder of their own.
func inputs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, "shop.proto", proto)
	put(t, dir, "policy.yaml", policy)
	return dir
}

// generate runs msgen on Windows.
func (r runs) generate(t *testing.T, dir string, args ...string) {
	t.Helper()
	r.run(t, dir, r.msgen, append([]string{"generate"}, args...)...)
}

// sameTree: what one system has written, the other takes for its own: after checkouts with other line endings, with a person's
// lines, and with an RPC that came.
func (r runs) sameTree(t *testing.T) {
	here, there := inputs(t), inputs(t)
	for _, args := range [][]string{{"shop.proto", "-o", "."}, {}} {
		r.generate(t, here, args...)
		program.Run(t, there, r.onLinux, append([]string{"generate"}, args...)...)
		assert.Equal(t, treeOf(t, there), treeOf(t, here))
		r.generate(t, here, "--check")
		r.generate(t, there, "--check")
		program.Run(t, here, r.onLinux, "generate", "--check")
		for _, dir := range []string{here, there} {
			edit(t, dir, handler, "\t// TODO: implement Get.\n", "\t// mine\n")
			edit(t, dir, "shop.proto", "}\nmessage", "  rpc Put(Ping) returns (Ping);\n}\nmessage")
		}
		handlers := treeOf(t, here)[handler]
		assert.Contains(t, handlers, "\t// mine\n")
	}
	for name, text := range treeOf(t, here) { // as git does with core.autocrlf
		put(t, here, name, strings.ReplaceAll(text, "\n", "\r\n"))
	}
	edit(t, here, "shop.proto", "  rpc Put(Ping) returns (Ping);\r\n", "")
	r.generate(t, here, "--check")
}

// takeTurns: of two runs at a time each finds a whole tree and leaves one, and nothing of their locks stays.
func (r runs) takeTurns(t *testing.T) {
	dir := inputs(t)
	r.generate(t, dir, "shop.proto", "-o", ".")
	for _, port := range []string{"7100", "7200"} {
		put(t, dir, "policy.yaml", policy+"server: {grpcPort: "+port+"}\n")
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				out, err := r.try(t, dir, r.msgen, "generate")
				assert.NoError(t, err, "%s", out)
			})
		}
		both.Wait()
		r.generate(t, dir, "--check")
		for name := range treeOf(t, dir) {
			assert.NotEqual(t, ".msgen/lock", name)
			assert.NotEqual(t, ".tmp", path.Ext(name))
		}
	}
	empty := t.TempDir()
	_, err := r.try(t, empty, r.msgen, "generate")
	require.Error(t, err, "there is nothing to generate")
	assert.Empty(t, treeOf(t, empty))
	assert.NoDirExists(t, filepath.Join(empty, ".msgen"))
}

// waitForFile: an editor or a scanner has a file open that the run replaces. A run that gives up has lost nothing.
func (r runs) waitForFile(t *testing.T) {
	dir := inputs(t)
	r.generate(t, dir, "shop.proto", "-o", ".")
	hold := r.build(t, "testdata/hold", "hold", "build", ".")
	const held = "POLICY.md"
	before := treeOf(t, dir)
	put(t, dir, "policy.yaml", policy+"server: {requestTimeout: 3s}\n")

	letGo := r.hold(t, dir, hold, held)
	out, err := r.try(t, dir, r.msgen, "generate")
	require.Error(t, err)
	assert.Contains(t, out, "cannot write "+held)
	letGo()
	assert.Equal(t, before[held], treeOf(t, dir)[held])

	letGo = r.hold(t, dir, hold, held)
	go func() { // the run has begun to put its files in place
		for t.Context().Err() == nil {
			if _, err := os.Stat(filepath.Join(dir, ".msgen", "journal.json")); err == nil {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		letGo()
	}()
	r.generate(t, dir)
	r.generate(t, dir, "--check")
	assert.NotEqual(t, before[held], treeOf(t, dir)[held])
}

// hold has a program open a file, until what it returns is called.
func (r runs) hold(t *testing.T, dir, hold, file string) (letGo func()) {
	t.Helper()
	cmd := r.command(t, dir, hold, file)
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "held", strings.TrimSpace(line))
	return sync.OnceFunc(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
}

// finishKilled: whenever a run is killed, the next one makes the tree that it would have made.
func (r runs) finishKilled(t *testing.T) {
	dir := inputs(t)
	r.generate(t, dir, "shop.proto", "-o", ".")
	begun := time.Now()
	r.generate(t, dir)
	took := time.Since(begun)
	for i := range 3 {
		put(t, dir, "policy.yaml", policy+fmt.Sprintf("server: {grpcPort: %d, requestTimeout: %ds}\n", 7100+10*i, 10+i))
		cmd := r.command(t, dir, r.msgen, "generate")
		require.NoError(t, cmd.Start())
		time.Sleep(took * time.Duration(3*i+2) / 10)
		_ = cmd.Process.Kill() // unless it has ended
		_ = cmd.Wait()
		r.generate(t, dir)
		r.generate(t, dir, "--check")
		for name := range treeOf(t, dir) {
			assert.NotEqual(t, ".tmp", path.Ext(name))
			assert.NotContains(t, name, "journal")
		}
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o644)) //nolint:gosec // as checkouts have it
}

func edit(t *testing.T, dir, name, from, to string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	require.NoError(t, err)
	put(t, dir, name, strings.Replace(string(text), from, to, 1))
}

// treeOf are all files of a folder, by their slash-separated names.
func treeOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		files[name] = string(text)
		return err
	}))
	return files
}
