package policy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
)

// sample is a path as a policy has it, of a path of the language.
func sample(path string) string {
	return strings.NewReplacer("[]", "[0]", "labels.*", "labels.app", "*", "shop.v1.Orders/Get", "%d", "0").Replace(path)
}

// TestKnownPaths holds that the language knows the path of each of its keys, and none that is misspelt.
func TestKnownPaths(t *testing.T) {
	for _, lang := range []*language{released(), systems()} {
		tried := 0
		for _, k := range keysOf(lang.root) {
			path := sample(k.path)
			assert.True(t, lang.knows(path), path)
			if k.name == "" || strings.HasSuffix(path, "[0]") {
				continue
			}
			for _, wrong := range misspelt(k.name) {
				if !slices.ContainsFunc(keysOf(lang.root), func(other *key) bool { return other.path == strings.TrimSuffix(k.path, k.name)+wrong }) {
					tried++
					typo := strings.TrimSuffix(path, k.name) + wrong
					assert.False(t, lang.knows(typo), typo)
				}
			}
		}
		assert.Greater(t, tried, 20)
	}
	for _, path := range []string{"service.hosts[]", "service.hosts[x]", "service.hosts[0", "service.hosts.0", "service[0]", "server.grpcPort.x", "resilience.methods.Get.", "x"} {
		assert.False(t, released().knows(path), path)
	}
	for _, path := range []string{"", "resilience.methods.Get", "resilience.methods.a.b.C/Get.fallback.value.any[3].thing", "deploy.kubernetes.callers[1].podLabels.app.kubernetes.io/name"} {
		assert.True(t, released().knows(path), path)
	}
}

// TestUnknownPathsPanic holds that no test can ask for a path that the language does not have and be answered.
func TestUnknownPathsPanic(t *testing.T) {
	p := Default()
	for name, ask := range map[string]func(string){
		"At":        func(path string) { p.At(path) },
		"Written":   func(path string) { p.Written(path) },
		"Faulty":    func(path string) { p.Faulty(path) },
		"Sound":     func(path string) { p.Sound(path) },
		"Path":      func(path string) { p.Path(path) },
		"Overrides": func(path string) { p.Overrides(path) },
	} {
		assert.Panics(t, func() { ask("service.modul") }, name)
		assert.Panics(t, func() { ask("resilience.methods.Get.idempotnt") }, name)
		assert.NotPanics(t, func() { ask("resilience.methods.Get.idempotent") }, name)
	}
	assert.Equal(t, diag.Position{}, p.At("service.module"), "not written, nor is anything around it")

	s, _ := LoadSystem("system.yaml", []byte("services: [{dir: a}]"))
	assert.Panics(t, func() { s.At("services[0].folder") })
	assert.NotPanics(t, func() { s.At("services[0].dir") })
}

// inSource is a path at the beginning of a text: in a message it goes on with a colon or a space.
var inSource = regexp.MustCompile(`^(?:version|service|server|discovery|balancing|resilience|dependencies|events|observability|deploy|gateway|services)(?:\.|\[)[\w.\[\]%*]*(?:$|[: ,])`)

// asks are the functions that take a path.
var asks = []string{"At", "Written", "Faulty", "Sound", "Overrides", "Path", "policyProblem", "ownWrites", "written", "says"}

// TestPathsInSource holds every path that stands in msgen's code to the language, whether a test comes by there or not:
// texts that begin as a path does, and what is put behind a path where one is asked for.
func TestPathsInSource(t *testing.T) {
	paths, endings := 0, 0
	known := func(path string) bool { return released().knows(path) || systems().knows(path) }
	for name, file := range sources(t) {
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.Field:
				return node.Tag == nil // what tags say is tested where pages are made of it
			case *ast.BasicLit:
				path := strings.TrimRight(inSource.FindString(text(node)), ":,. ")
				if path != "" {
					paths++
					assert.True(t, known(sample(path)), "%s: %s", name, path)
				}
			case *ast.CallExpr:
				if ending := ending(node); ending != "" {
					endings++
					assert.True(t, ends(ending), "%s: ...%s", name, ending)
				}
			}
			return true
		})
	}
	assert.Greater(t, paths, 90)
	assert.Greater(t, endings, 5)
}

// sources are the files of msgen's own Go except tests, by name.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	root, err := filepath.Abs("../../../..")
	require.NoError(t, err)
	files := map[string]*ast.File{}
	for _, dir := range []string{"cmd", "generator", "internal"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, dir), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0)
			return err
		}))
	}
	return files
}

// text is what a literal stands for; empty for a literal that is not text.
func text(literal *ast.BasicLit) string {
	text, err := strconv.Unquote(literal.Value)
	if literal.Kind != token.STRING || err != nil {
		return ""
	}
	return text
}

// ending is the text that the path of a call ends in, where that is added to another one; empty for any other call.
func ending(call *ast.CallExpr) string {
	name := ""
	switch function := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = function.Sel.Name
	case *ast.Ident:
		name = function.Name
	}
	if !slices.Contains(asks, name) || len(call.Args) == 0 {
		return ""
	}
	sum, ok := call.Args[0].(*ast.BinaryExpr)
	if !ok {
		return ""
	}
	literal, ok := sum.Y.(*ast.BasicLit)
	if !ok {
		return ""
	}
	return strings.TrimPrefix(text(literal), ".")
}

// ends reports whether a path of the language ends so.
func ends(ending string) bool {
	return slices.ContainsFunc(slices.Concat(keysOf(released().root), keysOf(systems().root)), func(k *key) bool {
		return k.path == ending || strings.HasSuffix(k.path, "."+ending)
	})
}
