package deploy

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// digests of images, of which the kubelet of these tests has the first two run.
var (
	first  = "registry.example.com/shop/orders@sha256:" + strings.Repeat("1", 64)
	second = "registry.example.com/shop/orders@sha256:" + strings.Repeat("2", 64)
	broken = "registry.example.com/shop/orders@sha256:" + strings.Repeat("b", 64)
)

// TestRollback runs rollout.sh of both packagings with the real programs against a real API server and the controllers
// that make pods of Deployments. A kubelet stands in that has every pod ready but those of one image.
func TestRollback(t *testing.T) {
	c := startCluster(t)
	c.startControllers(t)
	for _, packaging := range []string{"kustomize", "helm"} {
		t.Run(packaging, func(t *testing.T) {
			r := release{cluster: c, namespace: packaging, tree: service(t, "version: v1\nbalancing: {edge: nginx}\n"+
				"discovery: {provider: kubernetes, kubernetes: {namespace: "+packaging+"}}\n"+
				"deploy:\n  image: registry.example.com/shop/orders\n  environments: [dev]\n  kubernetes: {namespace: "+packaging+", packaging: "+packaging+"}\n")}
			c.namespace(t, packaging, "restricted")
			stop := c.startKubelet(t, packaging)

			require.Equal(t, 1, r.rollout(t, broken, "3s"), "nothing ran before that it could go back to")
			require.Equal(t, 0, r.rollout(t, first, "1m"))
			r.runs(t, first)
			before := r.template(t)

			require.Equal(t, 1, r.rollout(t, broken, "5s"))
			r.runs(t, first)
			assert.Equal(t, before, r.template(t), "the former template is back")

			require.Equal(t, 0, r.rollout(t, second, "1m"), "a release after one that went back")
			r.runs(t, second)

			stop()
			c.unready(t, packaging)
			require.Equal(t, 1, r.rollout(t, second, "2s"), "nothing changes, and pods are not ready")
			assert.Equal(t, second, r.image(t), "what ran before is what runs, not the release before")
		})
	}
}

// release is a tree that is rolled out to a namespace.
type release struct {
	*cluster
	tree
	namespace string
}

// rollout runs the script, and returns its exit code.
func (r release) rollout(t *testing.T, image, timeout string) int {
	t.Helper()
	bin := t.TempDir()
	for _, name := range []string{"kubectl", "helm"} {
		require.NoError(t, os.Symlink(program.Tool(t, name), filepath.Join(bin, name)))
	}
	cmd := exec.Command("sh", "deploy/rollout.sh", "dev", image)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "KUBECONFIG="+r.config, "TIMEOUT="+timeout, "HOME="+bin)
	out, _ := cmd.CombinedOutput() // its exit code is what is asked for
	t.Logf("%s\n%s", image, out)
	return cmd.ProcessState.ExitCode()
}

func (r release) template(t *testing.T) any {
	t.Helper()
	return at(t, r.get(t, "/apis/apps/v1/namespaces/"+r.namespace+"/deployments/orders"), "spec", "template")
}

func (r release) image(t *testing.T) string {
	t.Helper()
	return at(t, r.template(t), "spec", "containers", 0, "image").(string)
}

// runs checks that the Deployment asks for the image, and that soon its pods are all of it.
func (r release) runs(t *testing.T, image string) {
	t.Helper()
	assert.Equal(t, image, r.image(t))
	assert.Eventually(t, func() bool {
		pods := r.pods(t, r.namespace, "?labelSelector=app.kubernetes.io%2Fname%3Dorders")
		for _, pod := range pods {
			if at(t, pod, "spec", "containers", 0, "image") != image {
				return false
			}
		}
		return len(pods) > 0
	}, 30*time.Second, 100*time.Millisecond, "pods of other images stay")
}

// startControllers starts what makes ReplicaSets of Deployments and pods of these, and takes away what has lost its owner.
func (c *cluster) startControllers(t *testing.T) {
	t.Helper()
	start(t, program.Tool(t, "kube-controller-manager"), "--kubeconfig", c.config,
		"--authentication-kubeconfig", c.config, "--authorization-kubeconfig", c.config,
		"--controllers", "deployment-controller,replicaset-controller,garbage-collector-controller", "--leader-elect=false",
		"--bind-address", "127.0.0.1", "--secure-port", freePorts(t, 1)[0], "--cert-dir", t.TempDir())
}

// startKubelet has pods of the namespace become ready, for as long as nobody calls stop.
func (c *cluster) startKubelet(t *testing.T, namespace string) (stop func()) {
	t.Helper()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
				c.setReady(namespace, "True", func(image string) bool { return image != broken })
			}
		}
	}()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			close(done)
			<-ended
		}
	}
	t.Cleanup(stop)
	return stop
}

// unready has no pod of the namespace ready any more.
func (c *cluster) unready(t *testing.T, namespace string) {
	t.Helper()
	c.setReady(namespace, "False", func(string) bool { return true })
	require.Eventually(t, func() bool {
		deployment := c.get(t, "/apis/apps/v1/namespaces/"+namespace+"/deployments/orders")
		return deployment["status"].(map[string]any)["availableReplicas"] == nil
	}, patience, 100*time.Millisecond)
}

// setReady writes the readiness of the pods whose image is chosen, as a kubelet does. A pod that has gone meanwhile is
// none of its business.
func (c *cluster) setReady(namespace, ready string, chosen func(image string) bool) {
	_, answer, _, err := c.call("GET", "/api/v1/namespaces/"+namespace+"/pods", "", nil)
	if err != nil {
		return
	}
	var pods struct {
		Items []struct {
			Metadata struct{ Name string }
			Spec     struct{ Containers []struct{ Image string } }
		}
	}
	if json.Unmarshal(answer, &pods) != nil {
		return
	}
	for _, pod := range pods.Items {
		if chosen(pod.Spec.Containers[0].Image) {
			status := `{"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "` + ready + `"}]}}`
			_, _, _, _ = c.call("PATCH", "/api/v1/namespaces/"+namespace+"/pods/"+pod.Metadata.Name+"/status", "application/merge-patch+json", []byte(status))
		}
	}
}

// get is the object at a path of the API.
func (c *cluster) get(t *testing.T, path string) object {
	t.Helper()
	code, answer, _, err := c.call("GET", path, "", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, code, string(answer))
	var o object
	require.NoError(t, json.Unmarshal(answer, &o))
	return o
}

func (c *cluster) pods(t *testing.T, namespace, query string) []any {
	t.Helper()
	return c.get(t, "/api/v1/namespaces/"+namespace+"/pods"+query)["items"].([]any)
}
