package deploy

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHelmIsKustomize: the two packagings of one policy are the same objects, but for how each has pods notice that
// their settings have changed, and for the namespace, which Helm is told when it installs.
func TestHelmIsKustomize(t *testing.T) {
	for _, edge := range []string{"none", "ingress", "gateway", "nginx", "haproxy"} {
		t.Run(edge, func(t *testing.T) {
			policy := "version: v1\nservice: {name: orders, team: checkout}\nbalancing: {edge: " + edge + "}\n" +
				"discovery: {provider: consul, consul: {address: consul:8500}}\n" +
				"deploy:\n  image: registry.example.com/shop/orders\n  environments: [dev]\n  kubernetes: {namespace: shop, packaging: "
			kustomize := service(t, policy+"kustomize}\n").packaged(t)
			helm := service(t, policy+"helm}\n").packaged(t)
			require.Len(t, kustomize, 2)
			require.Len(t, helm, 2)
			for i := range helm {
				assert.Equal(t, plain(t, kustomize[i]), plain(t, helm[i]))
			}
		})
	}
}

var hashed = regexp.MustCompile(`(orders-(?:tuning|edge))-[a-z0-9]{10}\b`)

// plain are the objects without what the two packagings differ in.
func plain(t *testing.T, m manifests) []object {
	t.Helper()
	m.text = hashed.ReplaceAllString(m.text, "$1")
	all := m.objects(t)
	for _, o := range all {
		delete(o["metadata"].(map[string]any), "namespace")
		if o.kind() == "Deployment" {
			template := o["spec"].(map[string]any)["template"].(map[string]any)
			annotations, _ := template["metadata"].(map[string]any)["annotations"].(map[string]any)
			delete(annotations, "checksum/tuning")
			delete(annotations, "checksum/configuration")
			if len(annotations) == 0 {
				delete(template["metadata"].(map[string]any), "annotations")
			}
		}
	}
	return all
}

// TestSettingsReplacePods: an environment's setting reaches the pods, and a change of it replaces them.
func TestSettingsReplacePods(t *testing.T) {
	for packaging, setting := range map[string]struct{ file, text string }{
		"kustomize": {"tuning.env", "LOG_LEVEL=debug\n"},
		"helm":      {"values.yaml", "tuning: {LOG_LEVEL: debug}\n"},
	} {
		t.Run(packaging, func(t *testing.T) {
			e := service(t, "version: v1\ndeploy:\n  image: shop/orders\n  environments: [dev]\n  kubernetes: {namespace: shop, packaging: "+packaging+"}\n")
			e.write(t, "deploy/kubernetes/overlays/dev/"+setting.file, setting.text)
			all := e.packaged(t)
			byPolicy, inDev := all[0].objects(t), all[1].objects(t)
			assert.Equal(t, "info", ofKind(byPolicy, "ConfigMap")["data"].(map[string]any)["LOG_LEVEL"])
			assert.Equal(t, "debug", ofKind(inDev, "ConfigMap")["data"].(map[string]any)["LOG_LEVEL"])
			assert.Equal(t, "5s", ofKind(inDev, "ConfigMap")["data"].(map[string]any)["REQUEST_TIMEOUT"], "the policy's others stay")
			assert.NotEqual(t, podTemplate(byPolicy), podTemplate(inDev))
			assert.True(t, strings.HasSuffix(all[1].name, "/dev"))
		})
	}
}

func ofKind(all []object, kind string) object {
	for _, o := range all {
		if o.kind() == kind {
			return o
		}
	}
	return nil
}

func podTemplate(all []object) any {
	return ofKind(all, "Deployment")["spec"].(map[string]any)["template"]
}
