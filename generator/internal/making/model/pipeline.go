package model

import (
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/internal/shellword"
)

// Stage is the deployment to one environment.
type Stage struct {
	Environment string
	Before      string // the environment that a change is in before this one; empty for the first
}

// Stages are the deployments of a pipeline, in order.
func (t *Tree) Stages() []Stage {
	var stages []Stage
	before := ""
	for _, environment := range t.Environments() {
		stages = append(stages, Stage{environment, before})
		before = environment
	}
	return stages
}

// Progress names the environments in the order in which a change reaches them: "dev, staging and prod".
func (t *Tree) Progress() string { return enumerated(t.Environments()) }

// PipelinesCode is Pipelines with each name set as code in Markdown.
func (t *Tree) PipelinesCode() []string {
	files := t.Pipelines()
	for i, file := range files {
		files[i] = "`" + file + "`"
	}
	return files
}

// GitHubRegistry reports whether the image's registry is GitHub's, to which a pipeline has a token of its own.
func (t *Tree) GitHubRegistry() bool { return t.Registry() == "ghcr.io" }

// GitHubPackages are the permissions that building the image takes.
func (t *Tree) GitHubPackages() map[string]string {
	permissions := map[string]string{"contents": "read"}
	if t.GitHubRegistry() {
		permissions["packages"] = "write"
	}
	return permissions
}

// GitHubUser and GitHubPassword are who the pipeline is to the image's registry, as expressions of GitHub's.
func (t *Tree) GitHubUser() string {
	if t.GitHubRegistry() {
		return "${{ github.actor }}"
	}
	return "${{ vars.REGISTRY_USERNAME }}"
}

// GitHubPassword stands beside GitHubUser.
func (t *Tree) GitHubPassword() string {
	if t.GitHubRegistry() {
		return "${{ secrets.GITHUB_TOKEN }}"
	}
	return "${{ secrets.REGISTRY_PASSWORD }}"
}

// Pipelines names the files of pipelines by where a CI system looks for them: at the root of a repository.
func (t *Tree) Pipelines() []string {
	if !t.Deploys() {
		return nil
	}
	files := map[string]string{"github": ".github/workflows/" + t.Name + ".yaml", "gitlab": ".gitlab-ci.yml", "jenkins": "Jenkinsfile"}
	var out []string
	for _, ci := range t.Policy.Deploy.CI {
		out = append(out, files[string(ci)])
	}
	slices.Sort(out)
	return out
}

// BelowRoot reports whether the tree stands in a folder of a bigger repository.
func (t *Tree) BelowRoot() bool { return t.InRepository != "." }

// FromRepository is a path of the tree as seen from the root of the repository, where pipelines start.
func (t *Tree) FromRepository(inTree string) string { return path.Join(t.InRepository, inTree) }

// Shell is a path as a shell takes it.
func (t *Tree) Shell(path string) string { return shellword.Quote(path) }

// ToRepository leads from the tree to the root of the repository, with a slash at its end; it is empty where the tree is that.
func (t *Tree) ToRepository() string {
	if !t.BelowRoot() {
		return ""
	}
	return strings.Repeat("../", strings.Count(t.InRepository, "/")+1)
}

// ModuleFromRepository is the folder of the module's go.mod, which is the context of the image.
func (t *Tree) ModuleFromRepository() string {
	if !t.Subfolder() {
		return t.InRepository
	}
	return path.Clean("./" + strings.TrimSuffix(t.InRepository, t.Dir))
}

// WatchedBy are the patterns of the files after whose change a pipeline has work to do, the pipeline itself among them.
func (t *Tree) WatchedBy(pipeline string) []string {
	patterns := []string{literal(t.InRepository) + "/**/*", literal(pipeline)}
	for _, watched := range t.Watched {
		if folder, ok := strings.CutSuffix(watched, "/"); ok {
			patterns = append(patterns, literal(folder)+"/**/*")
			continue
		}
		patterns = append(patterns, literal(watched))
	}
	if t.Subfolder() { // any package of the module may be imported
		for _, name := range []string{"go.mod", "go.sum", "**/*.go"} {
			patterns = append(patterns, strings.TrimPrefix(literal(t.ModuleFromRepository())+"/"+name, "./"))
		}
	}
	return patterns
}

// literal is a path as a pattern of GitHub's or GitLab's that nothing else matches.
func literal(name string) string {
	var out strings.Builder
	for _, r := range name {
		if strings.ContainsRune(`\*?+![]{}`, r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
