package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Found is what stands at a path. The zero Found is nothing at all.
type Found struct {
	Kind    Kind
	Content []byte      // of a Regular
	Mode    fs.FileMode // permission bits of a Regular
	Detail  string      // of a Special or Blocked, completing "the path ...": "is a folder"
}

// Kind is the kind of thing that stands at a path.
type Kind int

// The kinds of things.
const (
	Absent  Kind = iota
	Regular      // a file that can be read
	Special      // something that is neither read nor replaced: a folder, a symbolic link, an unreadable file
	Blocked      // nothing can stand there: a parent is a file, or leads out of the tree
)

// Tree is an output folder, which need not exist. Everything in it is seen through [os.Root], so that nothing outside the
// folder is read, whatever symbolic links stand in it.
type Tree struct {
	dir  string // as the user names it
	abs  string
	root *os.Root // nil while the folder does not exist

	mu    sync.Mutex
	found map[string]seen
}

// seen is what was at a path, and when.
type seen struct {
	Found
	stamp
}

// Tree is the folder dir, or stands for one that is still to be created. Something else at dir is an error. An empty dir is a tree
// that is nowhere.
func (v *View) Tree(dir string) (*Tree, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if dir == "" {
		return &Tree{found: map[string]seen{}}, nil
	}
	t := &Tree{dir: dir, abs: v.Abs(dir), found: map[string]seen{}}
	if known, ok := v.trees[t.abs]; ok {
		return known, nil
	}
	info, err := os.Stat(t.abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("cannot write to %s: %w", dir, Cause(err))
	case !info.IsDir():
		return nil, fmt.Errorf("cannot write to %s: it is a file, and a folder is wanted", dir)
	default:
		if t.root, err = os.OpenRoot(t.abs); err != nil {
			return nil, fmt.Errorf("cannot write to %s: %w", dir, Cause(err))
		}
	}
	v.trees[t.abs] = t
	return t, nil
}

// Dir is the root of the tree as the user names it.
func (t *Tree) Dir() string { return t.dir }

// Look is what stands at a path, which is slash-separated and relative to the root of the tree.
func (t *Tree) Look(name string) Found {
	t.mu.Lock()
	defer t.mu.Unlock()
	was, known := t.found[name]
	if !known {
		was.Found, was.stamp = look(t.root, name)
		t.found[name] = was
	}
	return was.Found
}

// changed is a file of the tree that is no longer as it was seen; empty where all are.
func (t *Tree) changed() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	root := t.root
	if root == nil { // another run may have made it
		if entries, err := os.ReadDir(t.abs); err != nil || len(entries) == 0 {
			return ""
		}
		var err error
		if root, err = os.OpenRoot(t.abs); err != nil {
			return ""
		}
		defer root.Close()
	}
	for name, was := range t.found {
		if info, err := root.Lstat(name); err == nil && was.holds(info) {
			continue
		}
		if now := Look(root, name); now.Kind != was.Kind || !bytes.Equal(now.Content, was.Content) {
			return filepath.Join(t.dir, filepath.FromSlash(name))
		}
	}
	return ""
}

// ReadFile makes the tree an [fs.ReadFileFS], in which [Tree.Look] sees what others read.
func (t *Tree) ReadFile(name string) ([]byte, error) { return t.Look(name).Read(name) }

// Read is [os.ReadFile] of the path where something was found.
func (f Found) Read(name string) ([]byte, error) {
	switch f.Kind {
	case Regular:
		return f.Content, nil
	case Absent:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	default:
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New(f.Detail)}
	}
}

// Files are the names of what stands in a folder of the tree; none where it cannot be read.
func (t *Tree) Files(dir string) []string {
	if t.root == nil {
		return nil
	}
	entries, err := fs.ReadDir(t.root.FS(), dir)
	if err != nil {
		return nil
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = path.Join(dir, entry.Name())
	}
	return names
}

// GoFiles lists the Go files of the module whose root the tree is, by the rules of the go command, sorted. A folder that
// cannot be read has none.
func (t *Tree) GoFiles() []string {
	var files []string
	if t.root == nil {
		return files
	}
	fsys := t.root.FS()
	_ = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // see above
		case name == ".":
		case entry.IsDir() && (ignoredByGo(entry.Name()) || isModule(fsys, name)):
			return fs.SkipDir
		case entry.Type().IsRegular() && path.Ext(name) == ".go" && !ignoredByGo(entry.Name()):
			files = append(files, name)
		}
		return nil
	})
	return files
}

func isModule(fsys fs.FS, dir string) bool {
	_, err := fs.Stat(fsys, path.Join(dir, "go.mod"))
	return err == nil
}

func ignoredByGo(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor"
}

// Look is what stands at a path below a root as it is now; a nil root has nothing.
func Look(root *os.Root, name string) Found {
	found, _ := look(root, name)
	return found
}

func look(root *os.Root, name string) (Found, stamp) {
	if root == nil {
		return Found{}, stamp{}
	}
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Found{}, stamp{}
	case errors.Is(err, syscall.ENOTDIR):
		return Found{Kind: Blocked, Detail: "is below a file, where a folder is wanted"}, stamp{}
	case err != nil:
		return Found{Kind: Blocked, Detail: "cannot be reached: " + Cause(err).Error()}, stamp{}
	case !info.Mode().IsRegular():
		return Found{Kind: Special, Detail: "is " + kindOf(info.Mode()) + ", where a file is wanted"}, stamp{}
	}
	content, err := readBounded(root.OpenFile, info, name, maxSize)
	if err != nil {
		return Found{Kind: Special, Detail: "cannot be read: " + Cause(err).Error()}, stamp{}
	}
	return Found{Kind: Regular, Content: content, Mode: info.Mode().Perm()}, stampOf(info)
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	default:
		return "a pipe or a device"
	}
}

// Cause is an error without the system call and the path that the os package puts before it: messages name the path that
// their reader knows.
func Cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}
