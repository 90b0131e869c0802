// Command shop assembles examples/shop in a folder:
//
//	go run ./internal/shop bin/shop
//
// The repository holds what people have written of the shop: protos, policies, and the files that they edited after msgen
// had generated them. The command does what these people did. It generates all trees from the protos and policies alone, and
// then puts the edited files in. The other order does not work: msgen refuses to touch a main.go that it has not written.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator"
)

const (
	source     = "examples/shop" // seen from the root of the repository
	systemFile = "msgen.system.yaml"
	policyFile = "policy.yaml"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: go run ./internal/shop FOLDER")
	}
	folder := args[0]
	if err := remove(folder); err != nil {
		return err
	}
	if err := put(folder, isInput); err != nil {
		return err
	}
	if err := generate(ctx, folder); err != nil {
		return err
	}
	return put(folder, func(string) bool { return true })
}

// remove removes the shop of an earlier run, and no other folder.
func remove(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	isSystem := func(entry fs.DirEntry) bool { return entry.Name() == systemFile }
	if len(entries) > 0 && !slices.ContainsFunc(entries, isSystem) {
		return fmt.Errorf("%s has files and is no shop: name another folder", folder)
	}
	return os.RemoveAll(folder)
}

// isInput reports whether msgen reads a file to generate a tree.
func isInput(name string) bool {
	return path.Ext(name) == ".proto" || slices.Contains([]string{policyFile, systemFile, "go.mod"}, path.Base(name))
}

// put copies the files of the source that are wanted.
func put(folder string, wanted func(name string) bool) error {
	from := os.DirFS(source)
	return fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !wanted(name) {
			return err
		}
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, content, 0o644)
	})
}

// generate makes the tree of each service, in the order of the system file, and then whatever the system as a whole adds.
// A run for the system alone would name the protos by their paths in this repository, and these names are in the stubs.
func generate(ctx context.Context, folder string) error {
	system := filepath.Join(folder, systemFile)
	dirs, err := services(system)
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := generateService(ctx, filepath.Join(folder, dir)); err != nil {
			return err
		}
	}
	planned, err := generator.PlanSystem(ctx, system, generator.Options{Version: generator.Unreleased})
	if err != nil {
		return err
	}
	return write(ctx, planned.Trees...)
}

// services are the folders of the services that a system file names.
func services(file string) (dirs []string, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var system struct {
		Services []struct {
			Dir string `yaml:"dir"`
		} `yaml:"services"`
	}
	if err := yaml.Unmarshal(text, &system); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, service := range system.Services {
		dirs = append(dirs, service.Dir)
	}
	return dirs, nil
}

func generateService(ctx context.Context, dir string) error {
	protos := filepath.Join(dir, "proto")
	files, err := filepath.Glob(filepath.Join(protos, "*", "*", "*", "*.proto"))
	if err != nil {
		return err
	}
	tree, err := generator.Plan(ctx, generator.Options{
		Protos: files, ImportPaths: []string{protos}, Policy: filepath.Join(dir, policyFile), Out: dir, Version: generator.Unreleased,
	})
	if err != nil {
		return err
	}
	return write(ctx, tree)
}

func write(ctx context.Context, trees ...*generator.Tree) error {
	errs, err := generator.Write(ctx, trees, generator.Locks{})
	return errors.Join(append(errs, err)...)
}
