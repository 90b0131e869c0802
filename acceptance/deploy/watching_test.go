package deploy

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestWatching: what a cluster runs to watch a service is accepted by a real API server, with strict validation and
// without a warning. The Prometheus operator's objects are held to the definitions that it is installed with, and need
// no rights; shippers read the nodes' files, for which a namespace has to be privileged.
func TestWatching(t *testing.T) {
	c := startCluster(t)
	for _, kind := range []string{"servicemonitors", "prometheusrules"} {
		c.define(t, "github.com/prometheus-operator/prometheus-operator@v0.94.1", "example/prometheus-operator-crd/monitoring.coreos.com_"+kind+".yaml")
	}
	c.namespace(t, "watched", "restricted")
	c.namespace(t, "logs", "privileged")
	kinds := map[string]int{}
	for _, m := range watching(t) {
		namespace := "watched"
		if strings.Contains(m.name, "/logs/") {
			namespace = "logs"
		}
		for _, o := range m.objects(t) {
			kinds[o.kind()]++
			first := c.apply(t, namespace, o)
			assert.Equal(t, first, c.apply(t, namespace, o), "%s: %s changes when it is applied again", m.name, o)
			if o.kind() == "DaemonSet" {
				assert.Equal(t, http.StatusCreated, c.dryPod(t, "logs", o), m.name)
				assert.Equal(t, http.StatusForbidden, c.dryPod(t, "watched", o), m.name)
			}
		}
	}
	for _, kind := range []string{"ServiceMonitor", "PrometheusRule", "DaemonSet", "ConfigMap"} {
		assert.NotZero(t, kinds[kind], kind)
	}

	wrong := object{"apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": map[string]any{"name": "wrong"},
		"spec": map[string]any{"selector": map[string]any{}, "endpoints": []any{map[string]any{"prot": "admin"}}}}
	code, _, _, err := c.call("PATCH", resource("watched", wrong)+"?fieldManager=rollout&fieldValidation=Strict", "application/apply-patch+yaml", wrong.json(t))
	require.NoError(t, err)
	assert.NotEqual(t, http.StatusCreated, code, "what the definition does not have is found")
}

// dryPod asks whether the namespace takes a pod of the object's template, and returns the status of the answer.
func (c *cluster) dryPod(t *testing.T, namespace string, o object) int {
	t.Helper()
	code, _, _, err := c.call("POST", "/api/v1/namespaces/"+namespace+"/pods?dryRun=All", "application/json", podOf(o).json(t))
	require.NoError(t, err)
	return code
}

// watching returns what kustomize makes of each combination's folders that watch the service.
func watching(t *testing.T) []manifests {
	t.Helper()
	var all []manifests
	for _, e := range combinations(t) {
		files, err := filepath.Glob(filepath.Join(e.dir, "deploy/observability/*/kustomization.yaml"))
		require.NoError(t, err)
		shippers, err := filepath.Glob(filepath.Join(e.dir, "deploy/observability/logs/*/kustomization.yaml"))
		require.NoError(t, err)
		for _, file := range slices.Concat(files, shippers) {
			folder, err := filepath.Rel(e.dir, filepath.Dir(file))
			require.NoError(t, err)
			all = append(all, manifests{e.name + "/" + folder, program.Run(t, e.dir, program.Tool(t, "kustomize"), "build", folder)})
		}
		assert.Equal(t, e.has("deploy/kubernetes"), len(files) > 0, "%s: objects of Kubernetes are for what is deployed there", e.name)
	}
	return all
}

// TestWatchingWithoutCluster: a tree that is not deployed to Kubernetes has no object of it.
func TestWatchingWithoutCluster(t *testing.T) {
	for _, shipper := range []string{"fluentd", "logstash"} {
		e := service(t, "version: v1\nobservability: {logging: {shipper: "+shipper+"}}\n")
		require.NoError(t, filepath.WalkDir(e.dir, func(path string, _ os.DirEntry, err error) error {
			require.NoError(t, err)
			if filepath.Ext(path) == ".yaml" {
				text, err := os.ReadFile(path)
				require.NoError(t, err)
				assert.NotRegexp(t, `(?m)^kind: `, string(text), path)
			}
			return nil
		}))
	}
}
