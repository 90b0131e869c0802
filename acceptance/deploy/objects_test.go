package deploy

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/msgen/msgen/acceptance/program"
)

// object is an object of Kubernetes.
type object map[string]any

func (o object) kind() string { return o["kind"].(string) }

func (o object) name() string { return o["metadata"].(map[string]any)["name"].(string) }

func (o object) String() string { return o.kind() + " " + o.name() }

func (o object) json(t *testing.T) []byte {
	t.Helper()
	text, err := json.Marshal(o)
	require.NoError(t, err)
	return text
}

// manifests are the objects of one environment of a tree, as the packager prints them.
type manifests struct {
	name string // of the tree and the environment
	text string
}

func (m manifests) objects(t *testing.T) []object {
	t.Helper()
	var all []object
	for document := range strings.SplitSeq("\n"+m.text, "\n---") {
		var o object
		require.NoError(t, yaml.UnmarshalStrict([]byte(document), &o), document)
		if o != nil {
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b object) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// namespace is that of the policies of the golden cases.
const namespace = "shop"

// kubernetes is the release whose cluster the charts are printed for.
const kubernetes = "1.37"

// packaged returns the manifests of the tree as policies have them, and of each environment.
func (e tree) packaged(t *testing.T) []manifests {
	t.Helper()
	folder := filepath.Join(e.dir, "deploy/kubernetes")
	var all []manifests
	add := func(environment, packager string, args ...string) {
		all = append(all, manifests{e.name + "/" + environment, program.Run(t, folder, program.Tool(t, packager), args...)})
	}
	switch {
	case e.has("deploy/kubernetes/base"):
		add("base", "kustomize", "build", "base")
		for _, environment := range e.environments(t) {
			add(environment, "kustomize", "build", "overlays/"+environment)
		}
	case e.has("deploy/kubernetes/chart"):
		chart := []string{"template", "orders", "chart", "--namespace", namespace, "--kube-version", kubernetes}
		add("chart", "helm", chart...)
		for _, environment := range e.environments(t) {
			add(environment, "helm", append(chart, "--values", "overlays/"+environment+"/values.yaml")...)
		}
	}
	return all
}

// everyManifest returns those of every combination.
func everyManifest(t *testing.T) []manifests {
	t.Helper()
	shared.manifests.Do(func() {
		for _, e := range combinations(t) {
			shared.all = append(shared.all, e.packaged(t)...)
		}
	})
	require.NotEmpty(t, shared.all)
	return shared.all
}
