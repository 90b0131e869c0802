package tools

import "context"

// GoInstall is `go install Package@Version`, for a module without replace directives.
type GoInstall struct {
	Package string // of the main package, whose last element is the tool's name
}

func (GoInstall) find(c cache, t Tool) string { return c.find(t) }

func (g GoInstall) get(ctx context.Context, c cache, t Tool) error {
	return c.fill(t, func(dir string) error {
		return command{
			env:  []string{"GOBIN=" + dir, "GOFLAGS="},
			args: []string{"go", "install", g.Package + "@" + t.Version},
		}.run(ctx)
	})
}
