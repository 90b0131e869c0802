package deploy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

// values are the texts of a policy that reach what a service is deployed by, each with one that it may have.
var values = []struct{ key, plain string }{
	{"NAME", "orders"}, {"MODULE", "example.com/orders"}, {"TEAM", "checkout"}, {"IMAGE", "example.com/shop/orders"},
	{"ENVIRONMENT", "staging"}, {"NAMESPACE", "shop"}, {"MEMORY", "128Mi"}, {"CPU", "100m"}, {"ENDPOINT", "registry:2379"},
	{"PREFIX", "/services"},
}

const hostilePolicy = `version: v1
service: {name: NAME, module: MODULE, team: TEAM}
discovery: {provider: etcd, etcd: {endpoints: [ENDPOINT], prefix: PREFIX}}
balancing: {edge: ingress}
deploy:
  image: IMAGE
  environments: [ENVIRONMENT]
  kubernetes: {packaging: PACKAGING, namespace: NAMESPACE, memory: MEMORY, cpu: {request: CPU}}
  ci: [github, gitlab, jenkins]
`

// FuzzHostile puts any text into the comments of a proto and into each text of a policy. Comments reach no file that a
// service is deployed by. What the policy says is refused with its place, or stands in each file as one value: the
// file is read as before, and nothing that a shell, Groovy or a CI system would act on is in it.
func FuzzHostile(f *testing.F) {
	for n, text := range []string{
		"orders", "on", "null", "1e3", "0x1", "~", "\"", "'", "`", "\\", "a\nb", "a\r\nb: c", "${{ secrets.X }}", "$(id)", "$X", "`id`", "[[ -f x ]]",
		"{{ .Values.x }}", "[% .Name %]", "a: b", "a #b", "- a", "&a", "*a", "!!int 1", "\x00", "\x1b[2J", "\u202e\u2066x", "\u2028", "\ufeff", "';id;'",
		"'''", "*/", "<<END", "END", "../..", "a b", "a@sha256:b", "\\\nRUN id", "# syntax=x", "-rf", "%s", "日本", "\xff",
	} {
		f.Add(text, uint8(0), values[0].plain, n%2 == 0)
		for i := range values {
			f.Add("", uint8(i), text, (n+i)%2 == 0)
		}
	}
	emitted := map[string]map[string]string{} // by packaging, from values that are all plain
	f.Fuzz(func(t *testing.T, comment string, which uint8, value string, helm bool) {
		packaging := "kustomize"
		if helm {
			packaging = "helm"
		}
		if emitted[packaging] == nil {
			emitted[packaging] = hostile(t, "", packaging, 0, values[0].plain)
		}
		plain, i := emitted[packaging], int(which)%len(values)
		require.NotEmpty(t, plain)
		files := hostile(t, comment, packaging, i, value)
		if files == nil {
			return
		}
		if value == values[i].plain {
			assert.Equal(t, plain, files, "a comment has an effect")
		}
		require.Regexp(t, `^[-A-Za-z0-9._:/~\[\]%+]*$`, value, "%s takes a text that a shell would act on", values[i].key)
		for name, was := range plain {
			now, ok := files[renamed(name, i, value)]
			require.True(t, ok, "%s is gone", name)
			assert.Equal(t, outline(t, name, was, plain), outline(t, name, now, files), name)
			assert.Equal(t, strings.Count(was, "${{"), strings.Count(now, "${{"), name)
		}
	})
}

// renamed is the path of a file once the i-th text of the policy is another one.
func renamed(name string, i int, value string) string {
	switch values[i].key {
	case "ENVIRONMENT":
		return strings.Replace(name, "/staging/", "/"+value+"/", 1)
	case "NAME":
		return strings.NewReplacer("workflows/orders", "workflows/"+value, "grafana/orders", "grafana/"+value).Replace(name)
	default:
		return name
	}
}

// hostile returns the deployment files of a service whose proto has the comment everywhere, and whose policy has the
// value as its i-th text. It returns nil when msgen refuses them, which it does with a place.
func hostile(t *testing.T, comment, packaging string, i int, value string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o755))
	t.Chdir(dir)
	policy := strings.Replace(hostilePolicy, "PACKAGING", packaging, 1)
	for j, v := range values {
		text := v.plain
		if j == i {
			text = value
		}
		policy = strings.Replace(policy, v.key, fmt.Sprintf("%q", text), 1)
	}
	line := "// " + strings.NewReplacer("\n", "\n// ", "\r", "\r// ").Replace(comment) + "\n"
	proto := strings.NewReplacer("service", line+"service", "rpc", line+"rpc", "message", line+"message").Replace(ordersProto)
	require.NoError(t, os.WriteFile("orders.proto", []byte(line+"\n"+proto), 0o644))
	require.NoError(t, os.WriteFile("policy.yaml", []byte(policy), 0o644))
	planned, err := generator.Plan(t.Context(), generator.Options{Protos: []string{"orders.proto"}, ImportPaths: []string{"."}, Out: "out", Version: "test"})
	if refused, ok := errors.AsType[*diag.ListError](err); ok {
		for _, problem := range refused.Problems() {
			assert.NotZero(t, problem.Line, "%s", problem)
		}
		return nil
	}
	require.NoError(t, err)
	require.NoError(t, planned.Write())
	return deployment(t, "out")
}

// deployment reads the files that a service is built and deployed by.
func deployment(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		top, _, _ := strings.Cut(name, "/")
		switch top {
		case "deploy", ".github", ".gitlab-ci.yml", "Jenkinsfile", "Dockerfile", ".dockerignore", "Makefile":
			if !d.IsDir() {
				text, err := os.ReadFile(filepath.Join(root, name))
				files[name] = string(text)
				return err
			}
		}
		return err
	}))
	return files
}

// outline is how a file is read, without its texts.
func outline(t *testing.T, name, text string, all map[string]string) string {
	t.Helper()
	switch {
	case strings.Contains(name, "chart/templates/"):
		return shape(t, expanded(t, text, all["deploy/kubernetes/chart/values.yaml"]))
	case path.Ext(name) == ".yaml" || path.Ext(name) == ".yml":
		return shape(t, text)
	case name == "Dockerfile":
		var names []string
		for _, instruction := range instructions(t, text) {
			names = append(names, instruction[0])
		}
		return strings.Join(names, " ")
	case path.Ext(name) == ".sh":
		cmd := exec.Command("sh", "-n")
		cmd.Stdin = strings.NewReader(text)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return punctuation.ReplaceAllString(text, "")
	default: // the texts stand there as they are, and none has a character that ends a string or a line
		return punctuation.ReplaceAllString(text, "")
	}
}

// punctuation is what is left of a file when the characters are taken away that a text of a policy may have.
var punctuation = regexp.MustCompile(`[-A-Za-z0-9._:/~\[\]%+]+`)

// shape is a stream of YAML without the texts of its scalars.
func shape(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	loader, err := yaml.NewLoader(strings.NewReader(text))
	require.NoError(t, err)
	for {
		var node yaml.Node
		if err := loader.Load(&node); err != nil {
			require.ErrorContains(t, err, "EOF", text)
			return out.String()
		}
		shapeOf(&out, &node)
	}
}

func shapeOf(out *strings.Builder, node *yaml.Node) {
	fmt.Fprintf(out, "%d%s(", node.Kind, node.ShortTag())
	for _, inner := range node.Content {
		shapeOf(out, inner)
	}
	out.WriteString(")")
}

// expanded is what Helm makes of a template of the chart with these values.
func expanded(t *testing.T, text, valuesText string) string {
	t.Helper()
	var chart map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(valuesText), &chart))
	functions := template.FuncMap{
		"toJson":    func(v any) (string, error) { out, err := json.Marshal(v); return string(out), err },
		"toString":  func(v any) string { return fmt.Sprint(v) },
		"sha256sum": func(string) string { return "0" },
	}
	parsed, err := template.New("chart").Funcs(functions).Parse(text)
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, parsed.Execute(&out, map[string]any{"Values": chart}))
	return out.String()
}
