package splice

import (
	"bytes"
	"go/build"
	"io"
	"path"
)

// Built reports whether a build takes a Go file, by its name and its build constraints: the build of a container image, on Linux
// with cgo, whatever machine msgen runs on.
func Built(name string, src []byte) bool {
	context := build.Context{
		GOOS: "linux", GOARCH: "amd64", Compiler: "gc", CgoEnabled: true, ReleaseTags: build.Default.ReleaseTags,
		JoinPath: path.Join,
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(src)), nil },
	}
	matches, err := context.MatchFile(path.Dir(name), path.Base(name))
	return err == nil && matches
}
