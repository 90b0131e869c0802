// Command lines prints how much Go msgen emits: the lines of code and of tests, blank ones and comments too, and the number of
// files. Stubs (gen/), memory (.msgen/) and deploy/ do not count. A package whose name ends in "test" is linked by tests alone,
// and counts as tests.
//
//	go run ./bench/lines
package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "lines:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "msgen-lines-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	greeter, shop := filepath.Join(dir, "greeter"), filepath.Join(dir, "shop")
	for _, args := range [][]string{
		{"./cmd/msgen", "generate", "examples/greeter/greeter.proto", "-I", "examples/greeter", "-o", greeter},
		{"./internal/shop", shop},
	} {
		if out, err := exec.Command("go", append([]string{"run"}, args...)...).CombinedOutput(); err != nil {
			return fmt.Errorf("go run %s: %w\n%s", args[0], err, out)
		}
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tcode\ttests\tfiles\t")
	for _, tree := range []struct{ name, dir string }{
		{"greeter, no policy", greeter},
		{"orders, with dependencies, retries, breakers and events", filepath.Join(shop, "orders")},
		{"shop, six services of one module", shop},
	} {
		n, err := count(tree.dir)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t\n", tree.name, n.code, n.tests, n.files)
	}
	return table.Flush()
}

type counts struct{ code, tests, files int }

func count(dir string) (n counts, err error) {
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case entry.IsDir() && (base == "gen" || base == ".msgen" || base == "deploy"):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		n.files++
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		lines := bytes.Count(text, []byte("\n"))
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(path.Dir(name), "test") {
			n.tests += lines
		} else {
			n.code += lines
		}
		return err
	})
	return n, err
}
