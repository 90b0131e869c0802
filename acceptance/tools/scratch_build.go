package tools

import (
	"context"
	"os"
	"path/filepath"
)

// ScratchBuild builds a program whose module `go install` refuses because it has replace directives: it makes a
// module of its own that requires the program's, says there what is replaced, and builds from there.
type ScratchBuild struct {
	Module   string   // the program's module
	Package  string   // its main package; empty means the module's root
	Replaces []string // as `go mod edit -replace` takes them: OLD=NEW@VERSION
	LDFlags  string   // as `go build -ldflags` takes them; may be empty
}

func (ScratchBuild) find(c cache, t Tool) string { return c.find(t) }

func (s ScratchBuild) get(ctx context.Context, c cache, t Tool) error {
	return c.fill(t, func(dir string) error {
		scratch, err := os.MkdirTemp("", "msgen-scratch-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(scratch)
		for _, args := range s.steps(t.Version, filepath.Join(dir, t.Name)) {
			// GOWORK is off because a scratch module is in nobody's workspace.
			step := command{dir: scratch, env: []string{"GOFLAGS=", "GOWORK=off"}, args: args}
			if err := step.run(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// steps are the commands that make the program out.
func (s ScratchBuild) steps(version, out string) [][]string {
	steps := [][]string{{"go", "mod", "init", "scratch"}}
	for _, r := range s.Replaces {
		steps = append(steps, []string{"go", "mod", "edit", "-replace", r})
	}
	pkg := s.Package
	if pkg == "" {
		pkg = s.Module
	}
	return append(steps,
		[]string{"go", "get", s.Module + "@" + version},
		[]string{"go", "build", "-mod=mod", "-ldflags", s.LDFlags, "-o", out, pkg},
	)
}
