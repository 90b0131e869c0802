package acceptance

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// repository is msgen's own checkout, as this package's tests see it.
const repository = ".."

// examples returns the folders of the emitted example services. Of the shop, the repository holds only what people write.
func examples(t *testing.T) []string {
	t.Helper()
	mods, err := filepath.Glob(filepath.Join(repository, "examples", "*", "go.mod"))
	require.NoError(t, err)
	require.NotEmpty(t, mods, "no example is a module of its own")
	dirs := make([]string, len(mods))
	for i, mod := range mods {
		dirs[i] = filepath.Dir(mod)
		if filepath.Base(dirs[i]) == "shop" {
			dirs[i] = program.BuildShop(t, repository)
		}
	}
	return dirs
}

// write writes a file and the folders above it.
func write(t *testing.T, path string, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}
