package acceptance

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestLint holds msgen, this module and every emitted example to the linters. msgen has its own list of them; the
// examples have one that excuses nothing for being generated.
func TestLint(t *testing.T) {
	staticcheck, golangci := program.Tool(t, "staticcheck"), program.Tool(t, "golangci-lint")
	lint := func(name, dir, config string) {
		t.Run(name, func(t *testing.T) {
			config, err := filepath.Abs(config)
			require.NoError(t, err)
			program.Run(t, dir, "go", "vet", "./...")
			program.Run(t, dir, staticcheck, "./...")
			program.Run(t, dir, golangci, "run", "--config", config, "--allow-parallel-runners", "./...")
		})
	}
	house := filepath.Join(repository, ".golangci.yml")
	lint("msgen", repository, house)
	lint("acceptance", ".", house)
	lint("acceptance/deploy", "deploy", house)
	for _, dir := range examples(t) {
		lint("examples/"+filepath.Base(dir), dir, filepath.Join("testdata", "emitted.golangci.yml"))
	}
}
