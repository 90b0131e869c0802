package model

import "slices"

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
