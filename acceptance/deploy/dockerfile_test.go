package deploy

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestDockerfileLint: BuildKit's linter finds nothing.
func TestDockerfileLint(t *testing.T) {
	for _, e := range combinations(t) {
		if e.has("Dockerfile") {
			assert.Empty(t, lint(t, e.read(t, "Dockerfile")), e.name)
		}
	}
	assert.NotEmpty(t, lint(t, "from scratch\nMAINTAINER x\n"), "what it is to find is found")
}

// lint returns what BuildKit's linter finds, or the error that would end the build.
func lint(t *testing.T, text string) []string {
	t.Helper()
	results, err := dockerfile2llb.DockerfileLint(t.Context(), []byte(text), dockerfile2llb.ConvertOpt{
		SourceMap:    &llb.SourceMap{Definition: &llb.Definition{}, Filename: "Dockerfile", Data: []byte(text)},
		Config:       dockerui.Config{BuildPlatforms: []ocispecs.Platform{{OS: "linux", Architecture: "amd64"}}},
		MetaResolver: anyImage{},
	})
	require.NoError(t, err)
	var found []string
	for _, warning := range results.Warnings {
		found = append(found, warning.RuleName+": "+warning.Detail)
	}
	if results.Error != nil {
		found = append(found, results.Error.Message)
	}
	return found
}

// anyImage is a registry that has every image.
type anyImage struct{}

func (anyImage) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, err := json.Marshal(ocispecs.Image{Platform: ocispecs.Platform{OS: "linux", Architecture: "amd64"}})
	return ref, digest.FromBytes(config), config, err
}

// instructions are those of a Dockerfile, by name, with what follows it.
func instructions(t *testing.T, text string) [][2]string {
	t.Helper()
	parsed, err := parser.Parse(strings.NewReader(text))
	require.NoError(t, err)
	var all [][2]string
	for _, node := range parsed.AST.Children {
		_, rest, _ := strings.Cut(node.Original, " ")
		all = append(all, [2]string{strings.ToUpper(node.Value), rest})
	}
	return all
}

// TestDockerfileBuilds executes the RUN lines of the Dockerfile in a scratch root that holds the context and the Go of
// this machine. They make a static program, which runs without a shell or a library and passes its own health check.
func TestDockerfileBuilds(t *testing.T) {
	for _, name := range []string{"deploy_image", "deploy_subfolder"} {
		t.Run(name, func(t *testing.T) {
			trees := combinations(t)
			e := trees[slices.IndexFunc(trees, func(e tree) bool { return e.name == name })]
			context, ignore := e.dir, filepath.Join(e.dir, ".dockerignore")
			if e.has("Dockerfile.dockerignore") {
				context, ignore = filepath.Dir(e.dir), filepath.Join(e.dir, "Dockerfile.dockerignore")
				completeModule(t, context)
			}
			root := scratchRoot(t, context, ignore)
			for _, instruction := range instructions(t, e.read(t, "Dockerfile")) {
				if instruction[0] == "RUN" {
					runIn(t, root, mounts.ReplaceAllString(instruction[1], ""))
				}
			}
			runsAlone(t, filepath.Join(root, "out/orders"))
		})
	}
}

// completeModule makes the go.mod around the tree one that Go of this machine builds: with what the tree requires.
func completeModule(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/shop\n\ngo 1.26.0\n"), 0o644))
	program.Run(t, dir, "go", "mod", "tidy")
}
