package generator

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
)

// TestInit: a run that names nothing takes what init has written, and the stubs are where the proto says.
func TestInit(t *testing.T) {
	w := newWorld(t, map[string]string{"mono/go.mod": "module example.com/mono\n\ngo 1.26.0\n"})
	w.Chdir(w.dir)
	for _, c := range []struct{ dir, module, goPackage, stubs string }{
		{"my-orders", "", "example.com/my-orders/gen/my_orders/v1;myordersv1", "gen/my_orders/v1"},
		{"named", "example.com/shop", "example.com/shop/gen/named/v1;namedv1", "gen/named/v1"},
		{"mono/svc", "", "example.com/mono/svc/gen/svc/v1;svcv1", "gen/svc/v1"},
	} {
		w.Chdir(w.dir)
		paths, err := Init(InitOptions{Dir: c.dir, Module: c.module})
		require.NoError(t, err)
		proto, err := os.ReadFile(paths[0])
		require.NoError(t, err)
		assert.Contains(t, string(proto), `option go_package = "`+c.goPackage+`";`)
		w.generate(c.dir, Options{})
		assert.True(t, w.has(c.dir+"/"+c.stubs+"/"+filepath.Base(paths[0][:len(paths[0])-len(".proto")])+".pb.go"))
		assert.Empty(t, w.warned(c.dir))
	}
	_, err := Init(InitOptions{Dir: "bad", Module: "not a module"})
	assert.ErrorContains(t, err, "service.module: malformed")
	assert.False(t, w.has("bad"))
}

// TestInitsPolicyWithOneBlockMore: msgen takes each block of the policy as it stands, or refuses the names of its example alone.
func TestInitsPolicyWithOneBlockMore(t *testing.T) {
	w := newWorld(t, nil)
	w.Chdir(w.dir)
	paths, err := Init(InitOptions{Dir: "orders"})
	require.NoError(t, err)
	policy := w.get("orders/policy.yaml")
	blocks := regexp.MustCompile(`(?m)^ *#[^ #].*\n(?: *#  .*\n)*`).FindAllStringIndex(policy, -1)
	require.Greater(t, len(blocks), 40)
	mark := regexp.MustCompile(`(?m)^( *)# ?`)
	for _, at := range blocks {
		block := policy[at[0]:at[1]]
		w.put("orders/policy.yaml", policy[:at[0]]+mark.ReplaceAllString(block, "$1")+policy[at[1]:])
		_, err := Check(context.Background(), Options{Protos: paths[:1], Policy: "orders/policy.yaml"})
		failed, ok := errors.AsType[*diag.ListError](err)
		if !ok {
			require.NoError(t, err)
			continue
		}
		for _, p := range failed.Problems() {
			assert.True(t, p.Severity != diag.Error || exampleNames.MatchString(p.Message), "%s%s", block, p)
		}
	}
}

// exampleNames are what is wrong with the names of an example.
var exampleNames = regexp.MustCompile(`: no such (service|method|message|file)\b|: cannot read the policy of the dependency: `)
