package gomod

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// smallWorld has a module from before graph pruning (old), and a module that only tests need (check) and that two
// others require at different versions.
const smallWorld = `pinned example.com/app v1.0.0
	zip h1:app
	mod h1:app.mod
	go 1.26.0
	require example.com/check v1.1.0
	require example.com/old v1.0.0
	package .
	package both
	import example.com/old
	test example.com/check/deep
	package tested
	test example.com/check/deep
module example.com/check v1.1.0
	zip h1:check1
	mod h1:check1.mod
	testdep deep
	import example.com/print
module example.com/check v1.2.0
	zip h1:check2
	mod h1:check2.mod
	testdep deep
module example.com/deep v1.0.0
	zip h1:deep
	mod h1:deep.mod
	go 1.27
	require example.com/check v1.2.0
pinned example.com/old v1.0.0
	zip h1:old
	mod h1:old.mod
	go 1.12
	require example.com/deep v1.0.0
	require example.com/print v1.0.0
	package .
module example.com/print v1.0.0
	zip h1:print
	mod h1:print.mod
	testdep .
`

func resolveSmall(t *testing.T, imports ...string) (goMod, goSum string) {
	t.Helper()
	res, err := resolve(readTable(smallWorld), imports)
	require.NoError(t, err)
	mod, err := res.modFile("x")
	require.NoError(t, err)
	sum, err := res.sumFile()
	require.NoError(t, err)
	return string(mod), string(sum)
}

func TestOldModulesBringTheirWholeGraph(t *testing.T) {
	mod, sum := resolveSmall(t, "example.com/app/both")
	assert.Equal(t, `module x

go 1.27

require example.com/app v1.0.0

require example.com/old v1.0.0 // indirect
`, mod, "the go directive is that of a module deep in the graph")
	assert.Equal(t, `example.com/app v1.0.0 h1:app
example.com/app v1.0.0/go.mod h1:app.mod
example.com/check v1.2.0 h1:check2
example.com/check v1.2.0/go.mod h1:check2.mod
example.com/deep v1.0.0/go.mod h1:deep.mod
example.com/old v1.0.0 h1:old
example.com/old v1.0.0/go.mod h1:old.mod
example.com/print v1.0.0/go.mod h1:print.mod
`, sum, "the graph of old raises check, which then imports print no more; of deep and print the go.mod is read")
}

func TestPrunedModulesBringTheirOwnRequirements(t *testing.T) {
	res, err := resolve(readTable(smallWorld), []string{"example.com/app"})
	require.NoError(t, err)
	assert.Equal(t, "1.26.0", res.goVersion)
	assert.Equal(t, "v1.1.0", res.selected["example.com/check"])
	assert.NotContains(t, res.selected, "example.com/print", "old is not required, so its go.mod is not read")

	_, err = resolve(readTable(smallWorld), []string{"example.com/app/tested"})
	assert.ErrorContains(t, err, "example.com/print", "a world that is not closed")
}
