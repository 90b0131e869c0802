// Package disk is how a run sees files, and no other package of the pipeline reads any. A [View] gives one answer to
// one question, however often it is asked, so that the steps of a run work on one picture of the disk. It remembers every
// file that it was asked for: [View.Changed] finds the one that is no longer as the run has seen it.
package disk

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// View is the disk as a run sees it, from a working directory. It may be used by several goroutines.
type View struct {
	dir string // the working directory, absolute

	mu    sync.Mutex
	files map[string]*file // by absolute path
	trees map[string]*Tree // by absolute path
}

// file is what a view has seen of one path. Folders are not held against the disk later: they come and go with the files
// in them.
type file struct {
	statted, read bool
	info          fs.FileInfo
	statErr       error
	limit         int64
	content       []byte
	readErr       error
	stamp         // of the content
}

// New is a view from the working directory.
func New() (*View, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	return From(dir), nil
}

// From is a view from an absolute folder.
func From(dir string) *View {
	return &View{dir: dir, files: map[string]*file{}, trees: map[string]*Tree{}}
}

// Close lets go of the folders of trees: Windows lets nobody rename or remove a folder that is open.
func (v *View) Close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, tree := range v.trees {
		if tree.root != nil {
			_ = tree.root.Close()
		}
	}
}

// Dir is the folder that relative paths start from, absolute.
func (v *View) Dir() string { return v.dir }

// Abs is a path made absolute and clean.
func (v *View) Abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(v.dir, path)
}

// ReadFile is [os.ReadFile] of an ordinary file that is not too large for a person to have written it. The bytes belong to the view.
func (v *View) ReadFile(path string) ([]byte, error) { return v.ReadLarge(path, maxSize) }

// ReadLarge is [View.ReadFile] with another limit, in bytes.
func (v *View) ReadLarge(path string, limit int64) ([]byte, error) {
	f := v.at(path)
	v.mu.Lock()
	content, err, known := f.content, f.readErr, f.read
	v.mu.Unlock()
	if known {
		return content, err
	}
	var at stamp
	info, err := os.Stat(v.Abs(path))
	if err == nil {
		at = stampOf(info)
		content, err = readBounded(os.OpenFile, info, v.Abs(path), limit)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if !f.read {
		f.read, f.limit, f.content, f.readErr, f.stamp = true, limit, content, err, at
	}
	return f.content, f.readErr
}

// Stat is [os.Stat].
func (v *View) Stat(path string) (fs.FileInfo, error) {
	f := v.at(path)
	v.mu.Lock()
	info, err, known := f.info, f.statErr, f.statted
	v.mu.Unlock()
	if known {
		return info, err
	}
	info, err = os.Stat(v.Abs(path))
	v.mu.Lock()
	defer v.mu.Unlock()
	if !f.statted {
		f.statted, f.info, f.statErr = true, info, err
	}
	return f.info, f.statErr
}

// Exists reports whether something is at a path.
func (v *View) Exists(path string) bool {
	_, err := v.Stat(path)
	return err == nil
}

// Taken reports whether something is at a path, a link that leads nowhere too.
func (v *View) Taken(path string) bool {
	_, err := os.Lstat(v.Abs(path))
	return !errors.Is(err, fs.ErrNotExist)
}

// SameFile reports whether two paths lead to one file or folder.
func (v *View) SameFile(a, b string) bool {
	infoA, errA := v.Stat(a)
	infoB, errB := v.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// ReadDir is [os.ReadDir].
func (v *View) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(v.Abs(path)) }

// Walk is [filepath.WalkDir]; the paths that it passes on begin with root as it was given.
func (v *View) Walk(root string, do fs.WalkDirFunc) error {
	if filepath.IsAbs(root) {
		return filepath.WalkDir(root, do)
	}
	return filepath.WalkDir(v.Abs(root), func(path string, entry fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(v.Abs(root), path)
		if relErr != nil {
			return relErr
		}
		return do(filepath.Join(root, rel), entry, err)
	})
}

// RealPath is [filepath.EvalSymlinks] of an absolute path.
func (v *View) RealPath(path string) (string, error) { return filepath.EvalSymlinks(v.Abs(path)) }

// Above is the nearest folder at or above dir that holds name, absolute.
func (v *View) Above(dir, name string) (string, bool) {
	for dir := v.Abs(dir); ; dir = filepath.Dir(dir) {
		if v.Exists(filepath.Join(dir, name)) {
			return dir, true
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

// at is what the view has seen of a path.
func (v *View) at(path string) *file {
	path = v.Abs(path)
	v.mu.Lock()
	defer v.mu.Unlock()
	f, known := v.files[path]
	if !known {
		f = &file{}
		v.files[path] = f
	}
	return f
}

// Changed is a file that is no longer as the view has seen it: a file that was written, or that has come or gone. It is empty
// where all are.
func (v *View) Changed() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	for path, f := range v.files {
		if f.changed(path) {
			return path
		}
	}
	for _, t := range v.trees {
		if path := t.changed(); path != "" {
			return path
		}
	}
	return ""
}

func (f *file) changed(path string) bool {
	info, err := os.Stat(path)
	if !f.read {
		return isFile(info, err) != isFile(f.info, f.statErr)
	}
	if err == nil && f.holds(info) {
		return false
	}
	var now []byte
	if err == nil {
		now, err = readBounded(os.OpenFile, info, path, f.limit)
	}
	return failure(err) != failure(f.readErr) || !bytes.Equal(now, f.content)
}

func isFile(info fs.FileInfo, err error) bool { return err == nil && !info.IsDir() }

// failure is what of an error can change: a file that is missing, or cannot be read.
func failure(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, fs.ErrNotExist):
		return "missing"
	default:
		return "unreadable"
	}
}
