package deploy

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// repository is msgen's own checkout, as this package's tests see it.
const repository = "../.."

// shared is what the tests share: msgen, built once, and what it makes of the golden cases.
var shared struct {
	dir string // goes away with the last test

	msgen        sync.Once
	combinations sync.Once
	manifests    sync.Once
	gitLab       sync.Once

	trees        []tree
	all          []manifests
	gitLabSchema *jsonschema.Schema
	workflows    map[string]bool // texts that actionlint has found nothing in
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "msgen-deploy-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	shared.dir = dir
	shared.workflows = map[string]bool{}
	return m.Run()
}

// msgen returns the path of the program.
func msgen(t *testing.T) string {
	t.Helper()
	out := filepath.Join(shared.dir, "msgen")
	shared.msgen.Do(func() { program.Run(t, repository, "go", "build", "-o", out, "./cmd/msgen") })
	require.FileExists(t, out)
	return out
}
