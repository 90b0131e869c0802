package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	_ "embed"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// InitOptions say where a new service begins.
type InitOptions struct {
	Dir   string // folder of the new service; made if it is not there
	Proto string // proto file to begin with, copied into Dir; empty: a starter
}

//go:embed starter.proto.tmpl
var starterProto string

// Init writes a proto file and a commented policy that holds every key at its default, and returns the paths of both,
// the proto first. It overwrites nothing: a file that is there is a [diag.ListError], and then neither is written.
func Init(opts InitOptions) ([]string, error) {
	abs, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	name := build.ServiceName(filepath.Base(abs))
	protoName, read := name+".proto", func() ([]byte, error) { return starter(name) }
	if opts.Proto != "" {
		protoName, read = filepath.Base(opts.Proto), func() ([]byte, error) { return os.ReadFile(opts.Proto) }
		name = build.ServiceName(strings.TrimSuffix(protoName, ".proto"))
	}
	proto, err := read()
	if err != nil {
		return nil, err
	}
	paths := []string{filepath.Join(opts.Dir, protoName), filepath.Join(opts.Dir, policyName)}
	if err := refuseExisting(paths); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(opts.Dir, 0o755); err != nil {
		return nil, err
	}
	for i, content := range [][]byte{proto, policy.Starter(name)} {
		if err := create(paths[i], content); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// starter is a small proto that shows a read, a write and a stream.
func starter(name string) ([]byte, error) {
	words := strings.Split(name, "-")
	for i, word := range words {
		words[i] = strings.ToUpper(word[:min(1, len(word))]) + word[min(1, len(word)):]
	}
	service := strings.Join(words, "")
	pkg := strings.ReplaceAll(name, "-", "_")
	if service[0] < 'A' { // proto names begin with a letter, DNS labels may begin with a digit
		service, pkg = "Service"+service, "service_"+pkg
	}
	tmpl, err := template.New("starter.proto").Parse(starterProto)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	err = tmpl.Execute(&out, struct{ Package, Service string }{pkg, service})
	return []byte(out.String()), err
}

func refuseExisting(paths []string) error {
	var problems diag.List
	for _, path := range paths {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			problems.Add(diag.Problem{
				Position: diag.Position{File: path},
				Message:  "exists already, and init overwrites nothing",
				Fix:      "name another folder, or go on with msgen generate",
			})
		}
	}
	return problems.Err()
}

// create writes a new file; one that appeared meanwhile is an error, not overwritten.
func create(path string, content []byte) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(content); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
