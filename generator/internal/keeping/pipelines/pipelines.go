// Package pipelines follows the pipelines of a tree to the root of its repository, the only place where GitHub and GitLab look
// for them. msgen emits them into the tree, and writes outside of it no file that was not moved there.
package pipelines

import (
	"bytes"
	"path"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Where CI systems look for pipelines.
const (
	workflows = ".github/workflows"
	gitLab    = ".gitlab-ci.yml"
	jenkins   = "Jenkinsfile"
)

func isPipeline(inTree string) bool {
	return path.Dir(inTree) == workflows || inTree == gitLab || inTree == jenkins
}

// Moved are the pipelines of an earlier run that somebody has moved to the same place at the root of the repository: they are
// no longer in the tree, and what is there now has a line of theirs that names the Dockerfile of the tree, or tags its image.
// Pipelines of other trees have no such line. They are paths from the tree, by their paths in the tree.
func Moved(tree, repository *disk.Tree, memory *state.State, service *model.Tree) map[string]string {
	moved := map[string]string{}
	if !service.BelowRoot() {
		return moved
	}
	for inTree, entry := range memory.Files {
		if entry.Owner != state.Merged || !isPipeline(inTree) || tree.Look(inTree).Kind != disk.Absent {
			continue
		}
		bases, found := entry.Bases(tree.Look(state.BasePath(inTree)).Content), repository.Look(inTree)
		if found.Kind == disk.Regular && shareName(bytes.Join(bases, []byte("\n")), found.Content, service) {
			moved[inTree] = service.ToRepository() + inTree
		}
	}
	return moved
}

// shareName reports whether a pipeline has a line of another one that names the service.
func shareName(base, found []byte, service *model.Tree) bool {
	names := [][]byte{[]byte(service.FromRepository("Dockerfile"))}
	if service.Deploys() {
		names = append(names, []byte(service.Policy.Deploy.Image+":$"))
	}
	lines := map[string]bool{}
	for line := range bytes.Lines(found) {
		lines[string(bytes.TrimSpace(line))] = true
	}
	for line := range bytes.Lines(base) {
		for _, name := range names {
			if bytes.Contains(line, name) && lines[string(bytes.TrimSpace(line))] {
				return true
			}
		}
	}
	return false
}
