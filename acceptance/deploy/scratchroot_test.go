package deploy

import (
	"debug/elf"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// mounts are the caches of a RUN line, in whose place the scratch root has those of this machine.
var mounts = regexp.MustCompile(`--mount=\S+\s*(\\\n\s*)?`)

// scratchRoot returns a root folder that has, in /src, what COPY takes of the context.
func scratchRoot(t *testing.T, context, ignoreFile string) string {
	t.Helper()
	root := t.TempDir()
	file, err := os.Open(ignoreFile)
	require.NoError(t, err)
	defer file.Close()
	patterns, err := ignorefile.ReadAll(file)
	require.NoError(t, err)
	ignored, err := patternmatcher.New(patterns)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(context, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(context, path)
		require.NoError(t, err)
		skip, err := ignored.MatchesOrParentMatches(rel)
		if err != nil || skip {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		to := filepath.Join(root, "src", rel)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		return os.WriteFile(to, text, 0o644)
	}))
	return root
}

// runIn executes a RUN line in the folder /src of the root, which has the programs and the caches of this machine. What
// is mounted there goes away with the process.
func runIn(t *testing.T, root, line string) {
	t.Helper()
	caches := map[string]string{
		"go/pkg/mod":           strings.TrimSpace(program.Run(t, root, "go", "env", "GOMODCACHE")),
		"root/.cache/go-build": strings.TrimSpace(program.Run(t, root, "go", "env", "GOCACHE")),
	}
	for _, folder := range []string{"usr", "bin", "lib", "lib64", "etc", "dev", "proc"} {
		if _, err := os.Stat("/" + folder); err == nil {
			caches[folder] = "/" + folder
		}
	}
	var script strings.Builder
	script.WriteString("set -e\n")
	for to, from := range caches {
		require.NoError(t, os.MkdirAll(filepath.Join(root, to), 0o755))
		script.WriteString("mount --rbind '" + from + "' '" + filepath.Join(root, to) + "'\n")
	}
	require.NoError(t, os.MkdirAll(filepath.Join(root, "tmp"), 0o777))
	script.WriteString(`cd "$ROOT/src" && exec chroot "$ROOT" sh -ec "cd /src; $LINE"`)
	cmd := exec.Command("unshare", "--mount", "sh", "-c", script.String())
	cmd.Env = append(os.Environ(), "ROOT="+root, "LINE="+line, "GOPATH=/go", "GOMODCACHE=", "GOCACHE=", "HOME=/root",
		"PATH=/usr/local/go/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TARGETOS=linux", "TARGETARCH="+runtime.GOARCH, "VERSION=v1.2.3")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", line, out)
}

// runsAlone checks that a program needs nothing but itself: it is linked statically, it runs in a root that is empty
// but for it, as a user who cannot write there, its health check passes, and it stops well.
func runsAlone(t *testing.T, built string) {
	t.Helper()
	binary, err := elf.Open(built)
	require.NoError(t, err)
	for _, segment := range binary.Progs {
		assert.NotEqual(t, elf.PT_INTERP, segment.Type, "it wants a dynamic linker")
	}
	require.NoError(t, binary.Close())

	root, ports := t.TempDir(), freePorts(t, 2)
	require.NoError(t, os.Chmod(root, 0o555))
	require.NoError(t, os.Link(built, filepath.Join(root, "orders")))
	instance := func(args ...string) *exec.Cmd {
		return &exec.Cmd{
			Path: "/orders", Args: append([]string{"/orders"}, args...), Dir: "/",
			Env:         []string{"GRPC_ADDRESS=:" + ports[0], "ADMIN_ADDRESS=:" + ports[1], "DRAIN_DELAY=0s"},
			SysProcAttr: &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}, Pdeathsig: syscall.SIGKILL},
		}
	}
	assert.Error(t, instance("healthcheck").Run(), "nothing runs yet")
	server := instance()
	var log strings.Builder
	server.Stdout = &log
	require.NoError(t, server.Start())
	healthy := assert.Eventually(t, func() bool { return instance("healthcheck").Run() == nil }, patience, 100*time.Millisecond)
	require.NoError(t, server.Process.Signal(syscall.SIGTERM))
	assert.NoError(t, server.Wait())
	assert.True(t, healthy, log.String())
	assert.Contains(t, log.String(), `"version":"v1.2.3"`)
}
