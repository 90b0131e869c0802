package tools

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
)

// NPM is a package of the npm registry with a program or a library.
type NPM struct {
	Package string
	Program string // empty: the tool's name
	File    string // of the package, where it is a library for browsers: this file stands for the program
}

func (NPM) find(c cache, t Tool) string { return c.find(t) }

func (n NPM) get(ctx context.Context, c cache, t Tool) error {
	return c.fill(t, func(dir string) error {
		install := command{args: []string{"npm", "install", "--prefix", dir, "--no-audit", "--no-fund", n.Package + "@" + t.Version}}
		if err := install.run(ctx); err != nil {
			return err
		}
		program := filepath.Join(".bin", cmp.Or(n.Program, t.Name))
		if n.File != "" {
			program = filepath.Join(n.Package, n.File)
		}
		return os.Symlink(filepath.Join("node_modules", program), filepath.Join(dir, t.Name))
	})
}
