package tools

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
)

// NPM is a package of the npm registry with a program.
type NPM struct {
	Package string
	Program string // empty: the tool's name
}

func (NPM) find(c cache, t Tool) string { return c.find(t) }

func (n NPM) get(ctx context.Context, c cache, t Tool) error {
	return c.fill(t, func(dir string) error {
		install := command{args: []string{"npm", "install", "--prefix", dir, "--no-audit", "--no-fund", n.Package + "@" + t.Version}}
		if err := install.run(ctx); err != nil {
			return err
		}
		return os.Symlink(filepath.Join("node_modules", ".bin", cmp.Or(n.Program, t.Name)), filepath.Join(dir, t.Name))
	})
}
