package fleet

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/acceptance/program"
)

// TestModulesAreThoseOfTheProvider asks Go for every module that a service has to do with, however far away. Those of a
// registry are there only if the policy has chosen that registry.
func TestModulesAreThoseOfTheProvider(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	const etcd, consul = "go.etcd.io/etcd/", "github.com/hashicorp/consul/"
	for provider, wanted := range map[string]string{"static": "", "kubernetes": "", "etcd": etcd, "consul": consul} {
		tree := generate(t, msgen, handwritten, "fleet", "discovery: {provider: "+provider+"}\n")
		modules := program.Run(t, tree, "go", "list", "-m", "all")
		for _, module := range []string{etcd, consul} {
			found := strings.Contains(modules, module)
			assert.Equal(t, module == wanted, found, "%s with the provider %s:\n%s", module, provider, modules)
		}
	}
}
