package gomod

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	root    = "../../../.." // of msgen's module
	runtime = root + "/templates/service"
)

// pins are the packages that the Go of a tree may import, and the versions of the modules that msgen's go.mod requires.
type pins struct {
	imports  []string // sorted
	versions map[string]string
}

func readPins(t *testing.T) pins {
	t.Helper()
	text, err := os.ReadFile(root + "/go.mod")
	require.NoError(t, err)
	versions, err := requirements(text)
	require.NoError(t, err)
	imports := map[string]bool{}
	for _, importPath := range scan(t, append(runtimeFiles(t), "pins.go")).imports {
		if !within("github.com/msgen/msgen", importPath) {
			imports[importPath] = true
		}
	}
	return pins{slices.Sorted(maps.Keys(imports)), versions}
}

// runtimeFiles lists the Go that trees get as it is. Its tests stay here.
func runtimeFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	require.NoError(t, filepath.WalkDir(runtime, func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files = append(files, name)
		}
		return err
	}))
	require.NotEmpty(t, files)
	return files
}

// TestVersionsAreThoseOfGoMod: the runtime is tested, and stubs are printed, with the modules that trees require.
func TestVersionsAreThoseOfGoMod(t *testing.T) {
	p, table := readPins(t), readTable(embeddedTable)
	for _, importPath := range p.imports {
		mod, pkg := table.provider(importPath, table.pinned)
		if !assert.NotNil(t, pkg, "%s is not in table.txt: run `make pins`", importPath) {
			continue
		}
		assert.Equal(t, p.versions[mod.Path], mod.Version.Version, "%s in go.mod and in table.txt: run `make pins`", mod.Path)
	}
}
