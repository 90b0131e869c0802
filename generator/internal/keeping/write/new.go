package write

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// New writes a new file, and the folders that it needs. A file that exists is an error, not overwritten.
func New(path string, content []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(content); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
