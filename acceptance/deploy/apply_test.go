package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/msgen/msgen/acceptance/program"
)

// TestApply: a real API server takes every object of every combination, by server-side apply with strict validation,
// in a namespace that enforces the restricted Pod Security Standard, without a warning. Applied once more they change
// nothing. The namespace takes the pods too, and would not if they asked for more.
func TestApply(t *testing.T) {
	c := startCluster(t)
	c.define(t, "sigs.k8s.io/gateway-api@v1.6.3", "config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml")
	c.define(t, "sigs.k8s.io/gateway-api@v1.6.3", "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml")
	c.define(t, "github.com/external-secrets/external-secrets@v1.3.2", "config/crds/bases/external-secrets.io_externalsecrets.yaml")
	c.prioritize(t, "high")
	for _, m := range everyManifest(t) {
		t.Run(m.name, func(t *testing.T) {
			namespace := strings.NewReplacer("/", "-", "_", "-").Replace(m.name)
			c.namespace(t, namespace, "restricted")
			first := map[string]string{}
			for _, o := range m.objects(t) {
				first[o.String()] = c.apply(t, namespace, o)
			}
			for _, o := range m.objects(t) {
				assert.Equal(t, first[o.String()], c.apply(t, namespace, o), "%s changes when it is applied again", o)
			}
			c.admits(t, namespace, m.objects(t))
		})
	}
}

// define adds a kind of objects to the cluster, from a file of the module that defines it.
func (c *cluster) define(t *testing.T, module, file string) {
	t.Helper()
	var downloaded struct{ Dir string }
	require.NoError(t, json.Unmarshal([]byte(program.Run(t, t.TempDir(), "go", "mod", "download", "-json", module)), &downloaded))
	text, err := os.ReadFile(filepath.Join(downloaded.Dir, file))
	require.NoError(t, err)
	code, answer, _, err := c.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "application/yaml", text)
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, code, string(answer))
	var definition object
	require.NoError(t, yaml.Unmarshal(text, &definition))
	require.Eventually(t, func() bool {
		code, _, _, err := c.call("GET", resource("default", definitionOf(definition)), "", nil)
		return err == nil && code == http.StatusOK
	}, patience, 200*time.Millisecond, "%s is not served", definition)
}

// prioritize makes a PriorityClass, without which the cluster takes no pod that names it.
func (c *cluster) prioritize(t *testing.T, name string) {
	t.Helper()
	body := object{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": map[string]any{"name": name}, "value": 1000}
	code, answer, _, err := c.call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", "application/json", body.json(t))
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, code, string(answer))
}

// definitionOf is an object without a name of the kind that is defined.
func definitionOf(definition object) object {
	spec := definition["spec"].(map[string]any)
	version := spec["versions"].([]any)[0].(map[string]any)["name"]
	return object{
		"apiVersion": fmt.Sprintf("%s/%s", spec["group"], version),
		"kind":       spec["names"].(map[string]any)["kind"],
		"metadata":   map[string]any{"name": ""},
	}
}

// namespace makes a namespace that takes, and warns of, no pod that asks for more than the Pod Security Standard has.
func (c *cluster) namespace(t *testing.T, name, standard string) {
	t.Helper()
	labels := map[string]string{"pod-security.kubernetes.io/enforce": standard, "pod-security.kubernetes.io/warn": standard}
	body := object{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name, "labels": labels}}
	code, answer, _, err := c.call("POST", "/api/v1/namespaces", "application/json", body.json(t))
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, code, string(answer))
}

// apply applies the object in the namespace, and returns the version that it then has.
func (c *cluster) apply(t *testing.T, namespace string, o object) string {
	t.Helper()
	o["metadata"].(map[string]any)["namespace"] = namespace
	code, answer, warnings, err := c.call("PATCH", resource(namespace, o)+"?fieldManager=rollout&fieldValidation=Strict", "application/apply-patch+yaml", o.json(t))
	require.NoError(t, err)
	require.Contains(t, []int{http.StatusOK, http.StatusCreated}, code, "%s: %s", o, answer)
	require.Empty(t, warnings, o)
	var stored struct {
		Metadata struct{ ResourceVersion string }
	}
	require.NoError(t, json.Unmarshal(answer, &stored))
	require.NotEmpty(t, stored.Metadata.ResourceVersion)
	return stored.Metadata.ResourceVersion
}

// admits checks that the namespace takes the pods of each Deployment, and would refuse one with a privilege more.
func (c *cluster) admits(t *testing.T, namespace string, all []object) {
	t.Helper()
	create := "/api/v1/namespaces/" + namespace + "/pods?dryRun=All"
	deployments := 0
	for _, o := range all {
		if o.kind() != "Deployment" {
			continue
		}
		deployments++
		pod := podOf(o)
		code, answer, warnings, err := c.call("POST", create, "application/json", pod.json(t))
		require.NoError(t, err)
		assert.Equal(t, http.StatusCreated, code, string(answer))
		assert.Empty(t, warnings)

		container := pod["spec"].(map[string]any)["containers"].([]any)[0].(map[string]any)
		delete(container["securityContext"].(map[string]any), "capabilities")
		code, answer, _, err = c.call("POST", create, "application/json", pod.json(t))
		require.NoError(t, err)
		assert.Equal(t, http.StatusForbidden, code, string(answer))
	}
	assert.NotZero(t, deployments)
}

// podOf is a pod as the object makes them.
func podOf(o object) object {
	template := o["spec"].(map[string]any)["template"].(map[string]any)
	metadata := maps.Clone(template["metadata"].(map[string]any))
	metadata["name"] = "one"
	return object{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
}

// resource is the path of an object, or of all objects of its kind when it has no name.
func resource(namespace string, o object) string {
	plural := strings.ToLower(o.kind()) + "s"
	switch o.kind() {
	case "NetworkPolicy":
		plural = "networkpolicies"
	case "Ingress":
		plural = "ingresses"
	}
	group := "/apis/" + o["apiVersion"].(string)
	if o["apiVersion"] == "v1" {
		group = "/api/v1"
	}
	return strings.TrimSuffix(group+"/namespaces/"+namespace+"/"+plural+"/"+o.name(), "/")
}
