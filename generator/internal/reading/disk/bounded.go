package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// maxSize is the size up to which a file is read. Nothing that people write for msgen comes near it, and a checkout may hold
// anything.
const maxSize = 64 << 20

// opener is [os.OpenFile] or the method of an [os.Root].
type opener func(name string, flag int, perm fs.FileMode) (*os.File, error)

// readBounded reads a file of at most limit bytes. It opens nothing but ordinary files: reading a pipe waits for its writer, and
// a device may never end.
func readBounded(open opener, info fs.FileInfo, name string, limit int64) ([]byte, error) {
	if err := readable(info, limit); err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	// The file may have become a pipe meanwhile: opening it must not wait.
	file, err := open(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if info, err = file.Stat(); err != nil {
		return nil, err
	}
	if err := readable(info, limit); err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	content := make([]byte, 0, info.Size()+1)
	for {
		n, err := file.Read(content[len(content):cap(content)])
		content = content[:len(content)+n]
		switch {
		case int64(len(content)) > limit: // some files have no size, and no end
			return nil, &fs.PathError{Op: "read", Path: name, Err: tooLarge(limit)}
		case errors.Is(err, io.EOF):
			return content, nil
		case err != nil:
			return nil, err
		}
		if len(content) == cap(content) {
			content = append(content, 0)[:len(content)]
		}
	}
}

// readable is the error of what is not read.
func readable(info fs.FileInfo, limit int64) error {
	switch {
	case info.IsDir():
		return syscall.EISDIR
	case !info.Mode().IsRegular():
		return fmt.Errorf("it is %s, where a file is wanted", kindOf(info.Mode()))
	case info.Size() > limit:
		return tooLarge(limit)
	default:
		return nil
	}
}

func tooLarge(limit int64) error { return fmt.Errorf("it is larger than %d MiB", limit>>20) }
