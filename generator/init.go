package generator

import (
	"cmp"
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
	Dir    string // folder of the new service; made if it is not there
	Proto  string // proto file to begin with, copied into Dir; empty: a starter
	Module string // Go module of the new service; empty: the one around Dir, otherwise example.com/ and its name
}

//go:embed starter.proto.tmpl
var starterProto string

// bufYAML names the folder of the starter's proto, for buf and for msgen.
const bufYAML = "version: v2\nmodules:\n  - path: proto\n"

// Init writes a proto file, a commented policy that holds every key at its default, the schema of policies for editors, and, for a
// starter proto, a buf.yaml. It returns their paths, the proto first. It overwrites nothing: a file that is there is a
// [diag.ListError], and then none is written.
func Init(opts InitOptions) ([]string, error) {
	view, err := disk.New()
	if err != nil {
		return nil, err
	}
	defer view.Close()
	files, err := begin(view, opts)
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(files))
	for i, file := range files {
		paths[i] = filepath.Join(opts.Dir, filepath.FromSlash(file.path))
	}
	if err := refuseExisting(view, paths); err != nil {
		return nil, err
	}
	for i, file := range files {
		if err := write.New(paths[i], file.content); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// begun is a file that a service begins with.
type begun struct {
	path    string // relative to its folder, slash-separated
	content []byte
}

// begin makes the files, the proto first.
func begin(view *disk.View, opts InitOptions) ([]begun, error) {
	schema, err := policy.Schema()
	if err != nil {
		return nil, err
	}
	name := build.ServiceName(filepath.Base(view.Abs(opts.Dir)))
	var protos []begun
	if opts.Proto != "" {
		base := filepath.Base(opts.Proto)
		name = build.ServiceName(strings.TrimSuffix(base, ".proto"))
		text, err := view.ReadFile(opts.Proto)
		if err != nil {
			return nil, err
		}
		protos = []begun{{base, text}}
	} else {
		proto, err := starter(name, cmp.Or(opts.Module, inputs.ModuleAround(view, opts.Dir), "example.com/"+name))
		if err != nil {
			return nil, err
		}
		protos = []begun{proto, {"buf.yaml", []byte(bufYAML)}}
	}
	text := policy.Starter(name, opts.Module)
	if _, problems := policy.Load(filepath.Join(opts.Dir, inputs.PolicyName), text); problems.HasErrors() {
		return nil, problems.Err() // the module has a name that none can have
	}
	return append(protos, begun{inputs.PolicyName, text}, begun{policy.SchemaName, schema}), nil
}

// starter is a small proto that shows a read, a write and a stream, in a folder and with names that buf lint accepts.
func starter(name, module string) (begun, error) {
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
		return begun{}, err
	}
	folder := pkg + "/v1"
	var out strings.Builder
	err = tmpl.Execute(&out, struct{ Package, Service, GoPackage string }{
		pkg, service, module + "/gen/" + folder + ";" + strings.ReplaceAll(pkg, "_", "") + "v1",
	})
	return begun{"proto/" + folder + "/" + pkg + ".proto", []byte(out.String())}, err
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
