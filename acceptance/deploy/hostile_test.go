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

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/acceptance/program"
	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

// values are the texts of a policy that reach what a service is deployed by, each with one that it may have.
var values = []struct{ key, plain string }{
	{"NAME", "orders"}, {"MODULE", "example.com/orders"}, {"TEAM", "checkout"}, {"IMAGE", "example.com/shop/orders"},
	{"ENVIRONMENT", "staging"}, {"NAMESPACE", "shop"}, {"MEMORY", "128Mi"}, {"CPU", "100m"}, {"ENDPOINT", "registry:2379"},
	{"PREFIX", "/services"}, {"CALLER", "web"}, {"LABEL", "tier"}, {"VALUE", "front"}, {"HEADER", "x-user-id"},
}

const hostilePolicy = `version: v1
service: {name: <NAME>, module: <MODULE>, team: <TEAM>}
observability: {logging: {shipper: <SHIPPER>}, tracing: {exporter: otlp, endpoint: <ENDPOINT>}, objectives: {availability: 99.9}}
deploy:
  image: <IMAGE>
  environments: [<ENVIRONMENT>]
  kubernetes:
    packaging: <PACKAGING>
    namespace: <NAMESPACE>
    memory: <MEMORY>
    cpu: {request: <CPU>}
    callers: [{namespace: <CALLER>, podLabels: {<LABEL>: <VALUE>}}]
  ci: [github, gitlab, jenkins]
`

// fronts are ways in which callers come to the service.
var fronts = []string{
	"discovery: {provider: etcd, etcd: {endpoints: [<ENDPOINT>], prefix: <PREFIX>}}\nbalancing: {edge: ingress}\n",
	"discovery: {provider: kubernetes, kubernetes: {namespace: <NAMESPACE>}}\nbalancing: {edge: nginx, edgeProxy: {nameservers: [<ENDPOINT>]}}\n",
	"discovery: {provider: consul, consul: {address: <ENDPOINT>}}\nbalancing: {policy: ring_hash, requestHashHeader: <HEADER>, edge: haproxy}\n",
}

// variant is a policy whose texts are to be filled in: one of the fronts, packaged by kustomize or Helm, with a shipper.
func variant(n uint8) string {
	choose := func(odd bool, yes, no string) string {
		if odd {
			return yes
		}
		return no
	}
	return strings.NewReplacer("<PACKAGING>", choose(n%2 == 1, "helm", "kustomize"), "<SHIPPER>", choose(n/2%2 == 1, "logstash", "fluentd")).
		Replace(hostilePolicy) + fronts[int(n/4)%len(fronts)]
}

// FuzzHostile puts any text into the comments of a proto and into each text of a policy. Comments reach no file that a
// service is deployed by. What the policy says is refused with its place, or stands in each file as one value: the
// file is read as before, and nothing that a shell, Groovy or a CI system would act on is in it.
func FuzzHostile(f *testing.F) {
	for n, text := range []string{
		"orders", "on", "null", "1e3", "0x1", "~", "\"", "'", "`", "\\", "a\nb", "a\r\nb: c", "${{ secrets.X }}", "$(id)", "$X", "`id`", "[[ -f x ]]",
		"{{ .Values.x }}", "[% .Name %]", "a: b", "a #b", "- a", "&a", "*a", "!!int 1", "\x00", "\x1b[2J", "\u202e\u2066x", "\u2028", "\ufeff", "';id;'",
		"'''", "*/", "<<END", "END", "../..", "a b", "a@sha256:b", "\\\nRUN id", "# syntax=x", "-rf", "%s", "日本", "\xff",
	} {
		f.Add(text, uint8(0), values[0].plain, uint8(n))
		for i := range values {
			f.Add("", uint8(i), text, uint8(n+i))
		}
	}
	emitted := map[string]map[string]string{} // by policy, from values that are all plain
	f.Fuzz(func(t *testing.T, comment string, which uint8, value string, n uint8) {
		policy := variant(n)
		if emitted[policy] == nil {
			emitted[policy] = hostile(t, "", policy, 0, values[0].plain)
		}
		plain, i := emitted[policy], int(which)%len(values)
		require.NotEmpty(t, plain)
		if !strings.Contains(policy, "<"+values[i].key+">") {
			return // it says nothing there
		}
		files := hostile(t, comment, policy, i, value)
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
func hostile(t *testing.T, comment, policy string, i int, value string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o755))
	t.Chdir(dir)
	for j, v := range values {
		text := v.plain
		if j == i {
			text = value
		}
		policy = strings.ReplaceAll(policy, "<"+v.key+">", fmt.Sprintf("%q", text))
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
	errs, err := generator.Write(t.Context(), []*generator.Tree{planned}, generator.Locks{})
	require.NoError(t, errors.Join(append(errs, err)...))
	return deployment(t, "out")
}

// deployment reads the files that a service is built and deployed by.
func deployment(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		top, _, _ := strings.Cut(name, "/")
		switch top {
		case "deploy", ".github", ".gitlab-ci.yml", "Jenkinsfile", "Dockerfile", ".dockerignore", "Makefile", "compose.yaml":
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
		return shape(t, expanded(t, text, all))
	case strings.HasPrefix(name, ".github/"):
		workflow(t, text)
		return shape(t, text)
	case name == ".gitlab-ci.yml":
		pipeline(t, text)
		return shape(t, text)
	case path.Ext(name) == ".yaml" || path.Ext(name) == ".json": // JSON is YAML
		return shape(t, text)
	case path.Ext(name) == ".ndjson":
		var shapes []string
		for _, line := range lines(text) {
			require.True(t, json.Valid([]byte(line)), line)
			shapes = append(shapes, shape(t, line))
		}
		return strings.Join(shapes, "\n")
	case name == "Dockerfile":
		assert.Empty(t, lint(t, text))
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

// workflow checks that actionlint finds nothing in a workflow of GitHub's. The program is asked, not its library, which
// wants another release of the YAML that msgen reads; and once for each text, as most are alike.
func workflow(t *testing.T, text string) {
	t.Helper()
	if shared.workflows[text] {
		return
	}
	// sh has parsed the scripts, of which there is but a line or two
	cmd := exec.Command(program.Tool(t, "actionlint"), "-shellcheck=", "-pyflakes=", "-")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	shared.workflows[text] = true
}

// pipeline checks a pipeline of GitLab's by GitLab's own schema.
func pipeline(t *testing.T, text string) {
	t.Helper()
	shared.gitLab.Do(func() { shared.gitLabSchema = gitLabSchema(t) })
	require.NotNil(t, shared.gitLabSchema)
	var document any
	require.NoError(t, yaml.Unmarshal([]byte(text), &document))
	assert.NoError(t, shared.gitLabSchema.Validate(document), text)
}

// gitLabSchema is GitLab's schema as the package of gitlab-ci-local has it: a module of JavaScript.
func gitLabSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	modules, err := filepath.EvalSymlinks(filepath.Join(filepath.Dir(program.Tool(t, "gitlab-ci-local")), "node_modules"))
	require.NoError(t, err)
	const script = `import(process.argv[1]).then(m => console.log(JSON.stringify(m.schema)))`
	text := program.Run(t, t.TempDir(), "node", "-e", script, filepath.Join(modules, "gitlab-ci-local/src/schema/schema.js"))
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("gitlab-ci.json", document))
	schema, err := compiler.Compile("gitlab-ci.json")
	require.NoError(t, err)
	require.Error(t, schema.Validate(map[string]any{"odd": map[string]any{"scripted": []any{true}}}), "what it does not have is found")
	return schema
}

// chartFiles are the files of a chart beside its templates.
type chartFiles map[string]string

// Get is the text of a file, as Helm's templates ask for it.
func (f chartFiles) Get(name string) string { return f["deploy/kubernetes/chart/"+name] }

// expanded is what Helm makes of a template of the chart that is among the files.
func expanded(t *testing.T, text string, files map[string]string) string {
	t.Helper()
	var chart map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(files["deploy/kubernetes/chart/values.yaml"]), &chart))
	functions := template.FuncMap{
		"toJson":    func(v any) (string, error) { out, err := json.Marshal(v); return string(out), err },
		"toString":  func(v any) string { return fmt.Sprint(v) },
		"sha256sum": func(string) string { return "0" },
	}
	parsed, err := template.New("chart").Funcs(functions).Parse(text)
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, parsed.Execute(&out, map[string]any{"Values": chart, "Files": chartFiles(files)}))
	return out.String()
}
