package mutation

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// every is how many mutants there are for each one that is tried here; `make mutation` tries them all.
const every = 20

// TestEmittedTestsNotice tries some of the mutants of a service with every feature on every kind of RPC.
func TestEmittedTestsNotice(t *testing.T) {
	tree := t.TempDir()
	program.Run(t, "testdata", program.BuildMsgen(t, "../.."), "generate", "shop.proto", "-I", ".", "-p", "policy.yaml", "-o", tree)
	mutated, err := Mutate(t.Context(), tree, "example.com/shop", "../../templates/service")
	require.NoError(t, err)
	tried := OneOf(every, mutated.Mutants)
	survivors, err := mutated.Survivors(t.Context(), tried, t.Output())
	require.NoError(t, err)
	score := ScoreOf(tried, survivors)
	t.Log(score)
	assert.NotZero(t, score.Numbers)
	assert.Equal(t, score.Numbers, score.NumbersNoticed)
	assert.LessOrEqual(t, score.Code-score.CodeNoticed, 1+score.Code/20, "one in twenty may be a change that nobody can see")
}

// TestMutantsAreWhatTheySay rewrites a file, and looks at what stands in it.
func TestMutantsAreWhatTheySay(t *testing.T) {
	src := "package p\n\nfunc f(a, b int) bool {\n\tif a < b && !g() {\n\t\treturn true\n\t}\n\treturn a+1 == b\n}\n"
	var mutants []Mutant
	out, err := rewrite("p.go", []byte(src), &mutants, engineSite, "m/mutant")
	require.NoError(t, err)
	var changes []string
	for _, m := range mutants {
		changes = append(changes, m.From+" -> "+m.To)
	}
	assert.Equal(t, []string{
		"a < b -> a <= b", "a < b -> a >= b", "!g() -> g()", "a < b && !g() -> a < b || !g()",
		"true -> false", "a + 1 -> a - 1", "a+1 == b -> a+1 != b",
	}, changes)
	assert.Contains(t, string(out), `import "m/mutant"`)
	assert.Contains(t, string(out), "func() bool { if mutant.On(1) { return a <= b }; return a < b }()")
}

// TestEachElementIsRemoved rewrites the options of a server.
func TestEachElementIsRemoved(t *testing.T) {
	src := "package p\n\nvar o = []grpc.ServerOption{\n\tgrpc.ChainUnaryInterceptor(a, b.c), // in this order\n\tgrpc.ChainUnaryInterceptor(all...),\n\tgrpc.KeepaliveParams(keepalive.ServerParameters{Time: d}),\n}\n"
	var mutants []Mutant
	out, err := rewrite("p.go", []byte(src), &mutants, serverSite, "m/mutant")
	require.NoError(t, err)
	var removed []string
	for _, m := range mutants {
		assert.Equal(t, Removal, m.Kind)
		removed = append(removed, m.From)
	}
	assert.Equal(t, []string{
		"a", "b.c", "Time: d", "grpc.ChainUnaryInterceptor(a, b.c)", "grpc.ChainUnaryInterceptor(all...)", "grpc.KeepaliveParams(keepalive.ServerParameters{Time: d})",
	}, removed)
	assert.Contains(t, string(out), "if mutant.On(1) { return grpc.ChainUnaryInterceptor(b.c) }; return grpc.ChainUnaryInterceptor(a, b.c) }()")
}
