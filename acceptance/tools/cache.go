package tools

import (
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// cache is the folder that keeps what was built.
type cache struct{ dir string }

// openCache returns the folder "tools" inside $MSGEN_CACHE, else inside the user's cache folder for msgen
// ($XDG_CACHE_HOME/msgen or ~/.cache/msgen on Linux), and makes it.
func openCache() (cache, error) {
	root := os.Getenv("MSGEN_CACHE")
	if root == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return cache{}, fmt.Errorf("no cache folder; set MSGEN_CACHE: %w", err)
		}
		root = filepath.Join(user, "msgen")
	}
	dir, err := filepath.Abs(filepath.Join(root, "tools"))
	if err != nil {
		return cache{}, err
	}
	return cache{dir}, os.MkdirAll(dir, 0o755)
}

// folder is where the tool's program is kept. The Go release is part of the name because a linter refuses code that
// is newer than the Go that built it.
func (c cache) folder(t Tool) string {
	return filepath.Join(c.dir, t.String()+"-"+version.Lang(runtime.Version()))
}

// find returns the tool's program in the cache, or "".
func (c cache) find(t Tool) string {
	path := filepath.Join(c.folder(t), t.Name)
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// fill has build make the tool's program in a new folder, which becomes the tool's folder only when build has
// succeeded: what find finds is always whole.
func (c cache) fill(t Tool, build func(dir string) error) error {
	dir, err := os.MkdirTemp(c.dir, ".new-"+t.Name+"-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) // by then it has its new name, or it is half made
	if err := build(dir); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, t.Name)); err != nil {
		return fmt.Errorf("the build left no program called %s: %w", t.Name, err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // MkdirTemp makes it for one user only
		return err
	}
	return os.Rename(dir, c.folder(t))
}

// lock waits until no other process holds the named lock and takes it. The kernel gives it back when the process
// ends, however it ends.
func (c cache) lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(c.dir, "."+name+".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	return func() { _ = f.Close() }, nil
}
