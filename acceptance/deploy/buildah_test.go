package deploy

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// stageImages are the images that the stages of a Dockerfile begin with.
var stageImages = regexp.MustCompile(`(?m)^FROM (--platform=\S+ )?\S+`)

// TestBuildah has buildah build the Dockerfile as it stands but for its two images, of which no registry is asked: the
// first is made of this machine's Go and a busybox, and the second is scratch. What comes out runs, and is healthy.
func TestBuildah(t *testing.T) {
	trees := combinations(t)
	e := trees[slices.IndexFunc(trees, func(e tree) bool { return e.name == "deploy_image" })]
	b := builder{buildah: program.Tool(t, "buildah"), dir: t.TempDir()}
	b.goImage(t)

	images := []string{"FROM localhost/go", "FROM scratch"}
	variant := stageImages.ReplaceAllStringFunc(e.read(t, "Dockerfile"), func(string) string {
		image := images[0]
		images = images[1:]
		return image
	})
	require.Empty(t, images)
	write(t, b.dir, "Dockerfile", []byte(variant))
	b.run(t, "bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--file", filepath.Join(b.dir, "Dockerfile"),
		"--build-arg", "TARGETOS=linux", "--build-arg", "TARGETARCH="+runtime.GOARCH, "--build-arg", "VERSION=v1.2.3",
		"--volume", goEnv(t, "GOMODCACHE")+":/modules", "--volume", goEnv(t, "GOCACHE")+":/built",
		"--volume", "/etc/ssl/certs:/etc/ssl/certs:ro", "--tag", "orders", e.dir)
	b.healthy(t)
}

// builder is buildah with a store of its own.
type builder struct{ buildah, dir string }

// command is buildah with its store, and these arguments.
func (b builder) command(args ...string) *exec.Cmd {
	store := []string{"--root", filepath.Join(b.dir, "store"), "--runroot", filepath.Join(b.dir, "run"), "--storage-driver", "vfs"}
	return exec.Command(b.buildah, append(store, args...)...)
}

func (b builder) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := b.command(args...).CombinedOutput()
	require.NoError(t, err, "buildah %s\n%s", strings.Join(args, " "), out)
	return strings.TrimSpace(string(out))
}

// goImage makes the image localhost/go, which has Go, the shell that RUN asks for, and the folders where the caches of
// this machine are to be.
func (b builder) goImage(t *testing.T) {
	t.Helper()
	container := b.run(t, "from", "scratch")
	b.run(t, "copy", container, program.Tool(t, "busybox"), "/bin/sh")
	b.run(t, "copy", container, goEnv(t, "GOROOT"), "/usr/local/go")
	b.run(t, "copy", container, t.TempDir(), "/tmp")
	b.run(t, "config", "--env", "PATH=/usr/local/go/bin:/bin", "--env", "GOMODCACHE=/modules", "--env", "GOCACHE=/built", container)
	b.run(t, "commit", container, "localhost/go")
}

// healthy runs the built image, and checks that it becomes healthy by the command that its HEALTHCHECK names.
func (b builder) healthy(t *testing.T) {
	t.Helper()
	container, ports := b.run(t, "from", "localhost/orders"), freePorts(t, 2)
	inContainer := func(args ...string) *exec.Cmd {
		settings := []string{"run", "--isolation", "chroot", "--env", "GRPC_ADDRESS=:" + ports[0], "--env", "ADMIN_ADDRESS=:" + ports[1], container, "--"}
		return b.command(append(settings, args...)...)
	}
	server := inContainer("/orders")
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that its end is that of what it runs
	require.NoError(t, server.Start())
	defer func() {
		_ = syscall.Kill(-server.Process.Pid, syscall.SIGKILL)
		_ = server.Wait()
	}()
	assert.Eventually(t, func() bool { return inContainer("/orders", "healthcheck").Run() == nil }, patience, time.Second)
}

// goEnv is a setting of this machine's Go.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	return strings.TrimSpace(program.Run(t, repository, "go", "env", name))
}
