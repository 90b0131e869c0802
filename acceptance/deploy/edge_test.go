package deploy

import (
	"path"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEdge: the objects of a proxy in front fit together, and fit those of the service: it runs the configuration that
// its ConfigMap has, listens where its Service and its probes look, asks DNS for the headless Service, and is admitted
// by the instances.
func TestEdge(t *testing.T) {
	for _, edge := range []string{"nginx", "haproxy"} {
		for _, packaging := range []string{"kustomize", "helm"} {
			t.Run(edge+" by "+packaging, func(t *testing.T) {
				all := service(t, "version: v1\nserver: {grpcPort: 7000}\nservice: {name: orders}\nbalancing: {edge: "+edge+"}\n"+
					"discovery: {provider: kubernetes, kubernetes: {namespace: shop}}\n"+
					"deploy:\n  image: shop/orders\n  kubernetes: {namespace: shop, packaging: "+packaging+", callers: []}\n").packaged(t)[0].objects(t)
				pods := at(t, named(t, all, "Deployment", "orders-edge"), "spec", "template", "spec")
				container := at(t, pods, "containers", 0)
				config := at(t, named(t, all, "ConfigMap", at(t, pods, "volumes", 0, "configMap", "name").(string)), "data")

				command := at(t, container, "command").([]any)
				mount := at(t, container, "volumeMounts", 0, "mountPath").(string)
				folder, file := path.Split(command[len(command)-1].(string))
				assert.Equal(t, mount+"/", folder)
				text := at(t, config, file).(string)

				headless := named(t, all, "Service", "orders-headless")
				assert.Equal(t, "None", at(t, headless, "spec", "clusterIP"))
				assert.Contains(t, text, "orders-headless.shop.svc.cluster.local:"+number(at(t, headless, "spec", "ports", 0, "port")))

				ports := map[any]string{}
				for _, port := range at(t, container, "ports").([]any) {
					ports[at(t, port, "name")] = number(at(t, port, "containerPort"))
				}
				assert.Contains(t, text, "0.0.0.0:"+ports["grpc"])
				assert.Contains(t, text, "0.0.0.0:"+ports["status"])
				assert.Equal(t, "status", at(t, container, "readinessProbe", "httpGet", "port"))
				assert.Contains(t, text, " "+at(t, container, "readinessProbe", "httpGet", "path").(string))
				front := named(t, all, "Service", "orders-edge")
				assert.Equal(t, "grpc", at(t, front, "spec", "ports", 0, "targetPort"))
				labels := at(t, named(t, all, "Deployment", "orders-edge"), "spec", "template", "metadata", "labels")
				assert.Subset(t, labels, at(t, front, "spec", "selector"))
				assert.NotSubset(t, labels, at(t, headless, "spec", "selector"), "the proxy is no instance")

				from := at(t, named(t, all, "NetworkPolicy", "orders"), "spec", "ingress", 0, "from")
				assert.Len(t, from, 1, "nobody else calls the instances")
				assert.Subset(t, labels, at(t, from, 0, "podSelector", "matchLabels"))
			})
		}
	}
}

// named is the object of the kind and the name.
func named(t *testing.T, all []object, kind, name string) object {
	t.Helper()
	for _, o := range all {
		if o.kind() == kind && o.name() == name {
			return o
		}
	}
	require.Fail(t, "not there", "%s %s", kind, name)
	return nil
}

// at is what stands at a path of keys and indices.
func at(t *testing.T, value any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch holder := value.(type) {
		case object:
			value = holder[step.(string)]
		case map[string]any:
			value = holder[step.(string)]
		case []any:
			require.Less(t, step, len(holder), "%v", path)
			value = holder[step.(int)]
		}
		require.NotNil(t, value, "%v of %v", step, path)
	}
	return value
}

func number(value any) string { return strconv.FormatFloat(value.(float64), 'f', -1, 64) }
