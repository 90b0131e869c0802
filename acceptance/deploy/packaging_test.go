package deploy

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
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

// pods are the keys of deploy.kubernetes about the pods.
const pods = `
    env:
      - {name: REGION, value: "1"}
      - {name: DATABASE_URL, valueFrom: {secretKeyRef: {name: orders-db, key: url}}}
      - {name: ORDERS_RESILIENCE_FILE, value: /etc/calls/resilience.json}
      - {name: ORDERS_ENDPOINTS_FILE, value: /etc/calls/endpoints}
    envFrom: [{secretRef: {name: orders-keys}}, {configMapRef: {name: features}}]
    secretFiles: [{secretName: orders-tls, mountPath: /etc/orders/tls}, {secretName: other.tls, mountPath: /etc/other}]
    volumes: [{name: calls, configMap: {name: calls}}, {name: scratch, emptyDir: {}}]
    volumeMounts: [{name: calls, mountPath: /etc/calls, readOnly: true}, {name: scratch, mountPath: /var/scratch, subPath: a/b}]
    imagePullSecrets: [{name: registry}]
    podLabels: {tier: "2"}
    podAnnotations: {example.com/note: "{{ .Values }} & <none>"}
    serviceAccountAnnotations: {example.com/role: "yes"}
    nodeSelector: {kubernetes.io/arch: amd64}
    tolerations: [{key: dedicated, value: grpc, effect: NoSchedule}, {operator: Exists, effect: NoExecute, tolerationSeconds: 0}]
    affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}}
    priorityClassName: high
    secrets: {externalStore: {name: vault}, keyPrefix: shop/}
`

// TestPodsOfHelmAreThoseOfKustomize: each key about the pods has one meaning in both packagings.
func TestPodsOfHelmAreThoseOfKustomize(t *testing.T) {
	const policy = "version: v1\ndeploy:\n  image: shop/orders\n  environments: [dev]\n  kubernetes:\n    namespace: shop\n    packaging: "
	kustomize := service(t, policy+"kustomize"+pods).packaged(t)
	helm := service(t, policy+"helm"+pods).packaged(t)
	require.Len(t, kustomize, 2)
	require.Len(t, helm, 2)
	for i := range helm {
		assert.Equal(t, plain(t, kustomize[i]), plain(t, helm[i]))
	}
	assert.Equal(t, "{{ .Values }} & <none>", podTemplate(helm[0].objects(t)).(map[string]any)["metadata"].(map[string]any)["annotations"].(map[string]any)["example.com/note"])
}

// TestValuesHaveASchema: Helm takes the values that an environment may set, and refuses others with the key.
func TestValuesHaveASchema(t *testing.T) {
	e := service(t, "version: v1\ndeploy:\n  image: shop/orders\n  environments: [dev]\n  kubernetes: {namespace: shop, packaging: helm}\n")
	template := func(values string) (string, error) {
		e.write(t, "deploy/kubernetes/overlays/dev/values.yaml", values)
		cmd := exec.Command(program.Tool(t, "helm"), "template", "orders", "chart", "--values", "overlays/dev/values.yaml", "--kube-version", kubernetes)
		cmd.Dir = filepath.Join(e.dir, "deploy/kubernetes")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	for _, values := range []string{
		"env: [{name: A, valueFrom: {configMapKeyRef: {name: features, key: a}}}]\nsecretFiles: [{secretName: b, mountPath: /etc/b}]\n",
		"global: {any: 1}\ntuning: {MAX_CONCURRENT_REQUESTS: 7}\nreplicas: {min: 3, max: 4}\nmemory: 1Gi\ncpu: {request: 1}\n",
	} {
		out, err := template(values)
		assert.NoError(t, err, out)
	}
	for key, values := range map[string]string{
		"enviroment":   "enviroment: []\n",
		"mountPath":    "secretFiles: [{secretName: b, mountPath: b}]\n",
		"secretKeyRef": "env: [{name: A, valueFrom: {secretKeyRef: {name: b}}}]\n",
		"memory":       "memory: lots\n",
	} {
		out, err := template(values)
		assert.Error(t, err, values)
		assert.Contains(t, out, key)
	}
}

// TestOverlayPatches: the patch that the kustomization of an environment shows gives its pods what it says.
func TestOverlayPatches(t *testing.T) {
	e := service(t, "version: v1\ndeploy:\n  image: shop/orders\n  environments: [dev]\n  kubernetes: {namespace: shop}\n")
	const file = "deploy/kubernetes/overlays/dev/kustomization.yaml"
	written, shown, found := strings.Cut(e.read(t, file), "# patches:")
	require.True(t, found)
	e.write(t, file, written+strings.ReplaceAll("\n# patches:"+shown, "\n# ", "\n"))
	all := e.packaged(t)
	spec := podTemplate(all[1].objects(t)).(map[string]any)["spec"].(map[string]any)
	container := spec["containers"].([]any)[0].(map[string]any)
	assert.Contains(t, spec["volumes"], map[string]any{"name": "credentials", "secret": map[string]any{"secretName": "credentials"}})
	assert.Contains(t, container["volumeMounts"], map[string]any{"name": "credentials", "mountPath": "/etc/credentials", "readOnly": true})
	assert.Len(t, container["env"], 2, "the variable of the base stays")
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
