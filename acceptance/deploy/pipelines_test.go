package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// TestGitHub: actionlint finds nothing in the workflows, and every action is named by the digest of its code.
func TestGitHub(t *testing.T) {
	actionlint := program.Tool(t, "actionlint")
	found := 0
	for _, e := range combinations(t) {
		workflows, err := filepath.Glob(filepath.Join(e.dir, ".github/workflows/*.yaml"))
		require.NoError(t, err)
		for _, workflow := range workflows {
			found++
			program.Run(t, e.dir, actionlint, workflow)
			text, err := os.ReadFile(workflow)
			require.NoError(t, err)
			assert.NotRegexp(t, `uses: [^@]*@[^ ]{0,39}( |\n)`, string(text), e.name)
		}
	}
	assert.NotZero(t, found)
}

// TestGitLab holds the pipelines to GitLab's own schema, and to what its runner makes of them on the main branch.
func TestGitLab(t *testing.T) {
	runner := program.Tool(t, "gitlab-ci-local")
	found := 0
	for _, e := range combinations(t) {
		if !e.has(".gitlab-ci.yml") {
			continue
		}
		found++
		git(t, e.dir)
		args := []string{"--list"}
		if strings.Contains(e.read(t, ".gitlab-ci.yml"), "parent_pipeline") { // the pipeline at the root of the repository runs it
			args = append(args, "--variable", "CI_PIPELINE_SOURCE=parent_pipeline")
		}
		jobs := program.Run(t, e.dir, runner, args...)
		for _, job := range []string{"drift", "lint", "test", "vulnerabilities", "build-image"} {
			assert.Contains(t, jobs, job, e.name)
		}
		for _, environment := range e.environments(t) {
			assert.Contains(t, jobs, "deploy-"+environment, e.name)
		}
		if found > 1 {
			continue
		}
		spoil(t, e)
		_, err := exec.Command(runner, "--list", "--cwd", e.dir).Output()
		assert.Error(t, err, "what the schema does not have is found")
	}
	assert.NotZero(t, found)
}

// git makes a repository of the tree, with the remote that a runner asks for.
func git(t *testing.T, dir string) {
	t.Helper()
	program.Run(t, dir, "git", "init", "--quiet", "--initial-branch", "main")
	program.Run(t, dir, "git", "remote", "add", "origin", "git@gitlab.example.com:shop/orders.git")
	program.Run(t, dir, "git", "add", ".")
	program.Run(t, dir, "git", "-c", "user.name=orders", "-c", "user.email=orders@example.com", "commit", "--quiet", "-m", "orders")
	program.Run(t, dir, "git", "update-ref", "refs/remotes/origin/main", "HEAD")
	program.Run(t, dir, "git", "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
}

// spoil gives a job something that the schema does not have.
func spoil(t *testing.T, e tree) {
	t.Helper()
	e.write(t, ".gitlab-ci.yml", e.read(t, ".gitlab-ci.yml")+"\nodd:\n  scripted: [true]\n")
}

// TestJenkins: Groovy's own parser takes the Jenkinsfiles, and the linter finds no error in them.
func TestJenkins(t *testing.T) {
	lint := program.Tool(t, "npm-groovy-lint")
	dir := t.TempDir()
	for _, e := range combinations(t) {
		if e.has("Jenkinsfile") {
			folder := filepath.Join(dir, e.name)
			require.NoError(t, os.Mkdir(folder, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "Jenkinsfile"), []byte(e.read(t, "Jenkinsfile")), 0o644))
		}
	}
	// Without --noserver it leaves a Java process behind.
	args := []string{"--noserver", "--no-insight", "--failon", "error", "--path", dir, "--files", "**/Jenkinsfile"}
	out := program.Run(t, dir, lint, args...)
	assert.Contains(t, out, "Jenkinsfile")

	broken := filepath.Join(dir, "deploy_ci_jenkins", "Jenkinsfile")
	require.NoError(t, os.WriteFile(broken, []byte("pipeline { stages { sh 'a }"), 0o644))
	_, err := exec.Command(lint, append(args, "--parse")...).Output()
	assert.Error(t, err, "what is no Groovy is found")
}
