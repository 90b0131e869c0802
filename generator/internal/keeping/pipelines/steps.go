package pipelines

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/internal/shellword"
)

// Steps are what makes CI systems find the pipelines that a plan leaves in the tree: commands to run in the tree, and notes on
// what no command can do.
func Steps(planned *plan.Plan, repository *disk.Tree, service *model.Tree) (next, notes []string) {
	if !service.BelowRoot() {
		return nil, nil
	}
	for _, a := range planned.Actions {
		stays := a.Kind == plan.Create || a.Found.Kind == disk.Regular && a.Kind != plan.Remove && a.Kind != plan.Orphan
		if !stays || a.Elsewhere != "" || !isPipeline(a.Path) {
			continue
		}
		atRoot := repository.Look(a.Path)
		switch {
		case a.Path == jenkins && a.Kind == plan.Create:
			notes = append(notes, fmt.Sprintf("Jenkins looks for a Jenkinsfile at the root of the repository: set the Script Path of the job to %s", service.FromRepository(jenkins)))
		case a.Path == jenkins: // Jenkins alone knows which one it runs
		case a.Path == gitLab && !bytes.Contains(atRoot.Content, []byte(service.FromRepository(gitLab))):
			next = append(next, trigger(atRoot.Kind == disk.Absent, service))
		case a.Path == gitLab: // the pipeline at the root runs this one
		case atRoot.Kind == disk.Absent:
			up := service.ToRepository() + workflows
			next = append(next, fmt.Sprintf("mkdir -p %s && mv %s %s/", up, a.Path, up))
		default:
			notes = append(notes, fmt.Sprintf("GitHub runs %s at the root of the repository, and not the file of that name in %s: move what it lacks into it, and delete the one in %s",
				a.Path, service.InRepository, service.InRepository))
		}
	}
	return next, notes
}

// trigger is the command that has the pipeline at the root of the repository run the one in the tree, after a change of what the
// tree is made from. https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#parent-child-pipelines
func trigger(first bool, service *model.Tree) string {
	job := fmt.Sprintf("%s-pipeline: {trigger: {include: %s, strategy: depend}, rules: [{changes: %s}]}",
		service.Name, inline(service.FromRepository(gitLab)), inline(service.WatchedBy(gitLab)))
	lines, into := shellword.Quote(job), ">>"
	if first { // otherwise a merge request has two pipelines, of its branch and its own
		lines, into = "'include: {template: Workflows/MergeRequest-Pipelines.gitlab-ci.yml}' "+lines, ">"
	}
	return fmt.Sprintf(`printf '%%s\n' %s %s%s`, lines, into, service.ToRepository()+gitLab)
}

// inline is a value as JSON, which is YAML on one line.
func inline(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // texts always have a JSON
	return string(bytes.TrimSpace(out.Bytes()))
}
