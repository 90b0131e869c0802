package generator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSecretsInSettings: a secret that an environment's settings have in plain text is a warning with its place, which does not
// repeat it.
func TestSecretsInSettings(t *testing.T) {
	const policy = "version: v1\ndeploy:\n  image: shop/orders\n  environments: [dev, prod]\n  kubernetes: {packaging: "
	other := map[string][2]string{ // which nothing reads
		"tuning.env":  {"values.yaml", "tuning: {DB_PASSWORD: hunter2}\n"},
		"values.yaml": {"tuning.env", "DB_PASSWORD=hunter2\n"},
	}
	for _, c := range []struct{ packaging, file, text, place string }{
		{"kustomize", "tuning.env", "LOG_LEVEL=debug\n# OLD_PASSWORD=hunter2\nDB_PASSWORD=hunter2\n", ":3:1: "},
		{"kustomize", "tuning.env", "DB=postgres://orders:hunter2@db/orders\nPAGE_TOKENS=5\n", ":1:1: "},
		{"helm", "values.yaml", "tuning:\n  LOG_LEVEL: debug\n  API_TOKEN: hunter2\n", ":3:3: "},
		{"helm", "values.yaml", "env:\n  - {name: PASSWORD, value: $(DB_PASSWORD)}\n  - {name: DB_PASSWORD, value: hunter2}\n", ":3:32: "},
	} {
		t.Run(c.place, func(t *testing.T) {
			tree, problems := emit(t, map[string][]byte{
				"orders.proto": []byte("syntax = \"proto3\";\npackage shop.v1;\nservice Orders {}\n"),
				"policy.yaml":  []byte(policy + c.packaging + "}\n"),
				"out/deploy/kubernetes/overlays/prod/" + c.file:          []byte(c.text),
				"out/deploy/kubernetes/overlays/dev/" + other[c.file][0]: []byte(other[c.file][1]),
			})
			require.NotNil(t, tree, problems)
			require.Len(t, tree.Warnings, 1)
			assert.Contains(t, problems, "out/deploy/kubernetes/overlays/prod/"+c.file+c.place)
			assert.NotContains(t, problems, "hunter2")
		})
	}
}
