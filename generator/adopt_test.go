package generator

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAdopt generates into a repository that has been at work for years: nothing stops the run, nothing is lost, and later runs go on.
func TestAdopt(t *testing.T) {
	s := &shop{t, t.TempDir()}
	files := map[string]string{
		".git/HEAD": "", "shop.proto": matrixProto, "policy.yaml": matrixPolicy,
		".gitignore": "/mine\n", "Makefile": "mine:\n\ttrue\n", "README.md": "# mine\n", "compose.yaml": "services: {mine: {image: mine}}\n",
		"Dockerfile": "FROM mine\n", ".dockerignore": "*\n!mine\n", ".github/workflows/shop.yaml": "mine: 1\n", ".gitlab-ci.yml": "mine: 1\n", "Jenkinsfile": "// mine\n",
	}
	for name, text := range files {
		put(t, s.path(name), text)
	}
	tree, err := s.generate()
	require.NoError(t, err)
	assert.Contains(t, strings.Join(tree.Notes, "\n"), "has no go_package")
	assert.Subset(t, changes(tree), []string{"merge .gitignore", "merge Makefile", "keep compose.yaml"})
	assert.Contains(t, s.get("Makefile"), "mine:\n\ttrue\n\nGO ?= go\n")

	put(t, s.path("policy.yaml"), matrixPolicy+"deploy: {image: example.com/shop, ci: [github, gitlab, jenkins]}\n")
	deployed, err := s.generate()
	require.NoError(t, err)
	assert.Subset(t, changes(deployed), []string{"merge .dockerignore", "keep Dockerfile", "keep .github/workflows/shop.yaml", "keep .gitlab-ci.yml", "keep Jenkinsfile"})
	assert.NotContains(t, changes(deployed), "keep compose.yaml", "the first run reported it")
	assert.NotContains(t, strings.Join(deployed.Notes, "\n"), "has no go_package", "the first run reported it")
	assert.Contains(t, s.get("Makefile"), "\nimage: ##", "msgen's part of it goes on")
	again, err := s.generate()
	require.NoError(t, err)
	assert.Empty(t, changes(again))

	status, err := Status(context.Background(), s.dir)
	require.NoError(t, err)
	assert.Contains(t, status.Files, FileStatus{"Dockerfile", "yours", Edited})
	assert.Contains(t, status.Files, FileStatus{"Makefile", "merged", Edited})

	put(t, s.path("policy.yaml"), matrixPolicy)
	_, err = s.generate()
	require.NoError(t, err)
	for name, text := range files {
		if name != "policy.yaml" {
			assert.Contains(t, s.get(name), text, name)
		}
	}
}
