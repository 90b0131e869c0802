package fleet

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestTwoServicesInOneProgram links the clients of two services, one found by etcd and one by Consul, into one program.
// Each service gets its own calls and no others, and the metrics are those of both.
func TestTwoServicesInOneProgram(t *testing.T) {
	t.Parallel()
	msgen := program.BuildMsgen(t, repository)
	e, c := startEtcd(t), startConsul("grpc")(t)
	fleetTree := generate(t, msgen, handwritten, "fleet", e.policy())
	tallyTree := generate(t, msgen, "testdata/tally", "tally", c.policy())
	require.NoError(t, os.CopyFS(fleetTree, os.DirFS("testdata/both")))
	program.Run(t, fleetTree, "go", "work", "init", fleetTree, tallyTree)

	start := func(r registry, tree, name string, instances ...string) {
		s := service{program: build(t, tree, name)}
		for _, i := range instances {
			s.startInstance(t, i, append(r.environment(), r.place(t)...)...)
		}
	}
	start(e, fleetTree, "fleet", "f1", "f2")
	start(c, tallyTree, "tally", "t1", "t2")

	both := exec.CommandContext(t.Context(), build(t, fleetTree, "both"))
	both.Env = slices.Concat(os.Environ(), e.environment(), c.environment())
	both.Stderr = t.Output()
	printed, err := both.Output()
	require.NoError(t, err)
	var found struct {
		Fleet, Tally map[string]int
		Metrics      string
	}
	require.NoError(t, json.Unmarshal(printed, &found))
	t.Logf("fleet was answered by %v, tally by %v", found.Fleet, found.Tally)
	assert.Len(t, found.Fleet, 2)
	assert.Len(t, found.Tally, 2)
	for _, name := range []string{"f1", "f2"} {
		assert.NotZero(t, found.Fleet[name], "calls of fleet that %s answered", name)
	}
	for _, name := range []string{"t1", "t2"} {
		assert.NotZero(t, found.Tally[name], "calls of tally that %s answered", name)
	}
	for _, target := range []string{"fleet", "tally"} {
		assert.Contains(t, found.Metrics, `grpc_client_endpoints{grpc_target="`+target+`"} 2`)
		assert.Contains(t, found.Metrics, `grpc_client_resolver_instances{grpc_target="`+target+`"} 2`)
		assert.Equal(t, 2, strings.Count(found.Metrics, `",grpc_target="`+target+`"}`), "addresses that were picked:\n%s", found.Metrics)
	}
}
