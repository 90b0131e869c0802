package generator

import (
	"path/filepath"
	"strings"
	"text/template"

	_ "embed"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
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
	view, err := disk.New()
	if err != nil {
		return nil, err
	}
	name := build.ServiceName(filepath.Base(view.Abs(opts.Dir)))
	protoName, read := name+".proto", func() ([]byte, error) { return starter(name) }
	if opts.Proto != "" {
		protoName, read = filepath.Base(opts.Proto), func() ([]byte, error) { return view.ReadFile(opts.Proto) }
		name = build.ServiceName(strings.TrimSuffix(protoName, ".proto"))
	}
	proto, err := read()
	if err != nil {
		return nil, err
	}
	paths := []string{filepath.Join(opts.Dir, protoName), filepath.Join(opts.Dir, inputs.PolicyName)}
	if err := refuseExisting(view, paths); err != nil {
		return nil, err
	}
	for i, content := range [][]byte{proto, policy.Starter(name)} {
		if err := write.New(paths[i], content); err != nil {
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

func refuseExisting(view *disk.View, paths []string) error {
	var problems diag.List
	for _, path := range paths {
		if view.Taken(path) {
			problems.Add(diag.Problem{
				Position: diag.Position{File: path},
				Message:  "exists already, and init overwrites nothing",
				Fix:      "name another folder, or go on with msgen generate",
			})
		}
	}
	return problems.Err()
}
