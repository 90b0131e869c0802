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
func (s *Service) Stages() []Stage {
	var stages []Stage
	before := ""
	for _, environment := range s.Environments() {
		stages = append(stages, Stage{environment, before})
		before = environment
	}
	return stages
}

// Progress names the environments in the order in which a change reaches them: "dev, staging and prod".
func (s *Service) Progress() string { return enumerated(s.Environments()) }

// PipelinesCode is Pipelines with each name set as code in Markdown.
func (s *Service) PipelinesCode() []string {
	files := s.Pipelines()
	for i, file := range files {
		files[i] = "`" + file + "`"
	}
	return files
}

// GitHubRegistry reports whether the image's registry is GitHub's, to which a pipeline has a token of its own.
func (s *Service) GitHubRegistry() bool { return s.Registry() == "ghcr.io" }

// GitHubPackages are the permissions that building the image takes.
func (s *Service) GitHubPackages() map[string]string {
	permissions := map[string]string{"contents": "read"}
	if s.GitHubRegistry() {
		permissions["packages"] = "write"
	}
	return permissions
}

// GitHubUser and GitHubPassword are who the pipeline is to the image's registry, as expressions of GitHub's.
func (s *Service) GitHubUser() string {
	if s.GitHubRegistry() {
		return "${{ github.actor }}"
	}
	return "${{ vars.REGISTRY_USERNAME }}"
}

// GitHubPassword stands beside GitHubUser.
func (s *Service) GitHubPassword() string {
	if s.GitHubRegistry() {
		return "${{ secrets.GITHUB_TOKEN }}"
	}
	return "${{ secrets.REGISTRY_PASSWORD }}"
}

// Pipelines names the files of pipelines by where a CI system looks for them: at the root of a repository.
func (s *Service) Pipelines() []string {
	if !s.Deploys() {
		return nil
	}
	files := map[string]string{"github": ".github/workflows/" + s.Name + ".yaml", "gitlab": ".gitlab-ci.yml", "jenkins": "Jenkinsfile"}
	var out []string
	for _, ci := range s.Policy.Deploy.CI {
		out = append(out, files[string(ci)])
	}
	slices.Sort(out)
	return out
}

// BelowRoot reports whether the tree stands in a folder of a bigger repository.
func (s *Service) BelowRoot() bool { return s.InRepository != "." }

// FromRepository is a path of the tree as seen from the root of the repository, where pipelines start.
func (s *Service) FromRepository(inTree string) string { return path.Join(s.InRepository, inTree) }

// Shell is a path as a shell takes it.
func (s *Service) Shell(path string) string { return shellword.Quote(path) }

// ToRepository leads from the tree to the root of the repository, with a slash at its end; it is empty where the tree is that.
func (s *Service) ToRepository() string {
	if !s.BelowRoot() {
		return ""
	}
	return strings.Repeat("../", strings.Count(s.InRepository, "/")+1)
}

// ModuleFromRepository is the folder of the module's go.mod, which is the context of the image.
func (s *Service) ModuleFromRepository() string {
	if !s.Subfolder() {
		return s.InRepository
	}
	return path.Clean("./" + strings.TrimSuffix(s.InRepository, s.Dir))
}

// WatchedBy are the patterns of the files after whose change a pipeline has work to do, the pipeline itself among them.
func (s *Service) WatchedBy(pipeline string) []string {
	patterns := []string{literal(s.InRepository) + "/**/*", literal(pipeline)}
	for _, watched := range s.Watched {
		if folder, ok := strings.CutSuffix(watched, "/"); ok {
			patterns = append(patterns, literal(folder)+"/**/*")
			continue
		}
		patterns = append(patterns, literal(watched))
	}
	if s.Subfolder() { // any package of the module may be imported
		for _, name := range []string{"go.mod", "go.sum", "**/*.go"} {
			patterns = append(patterns, strings.TrimPrefix(literal(s.ModuleFromRepository())+"/"+name, "./"))
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
