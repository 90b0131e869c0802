// Package render prints a finished model through msgen's templates: files in memory, each with its owner. What is
// emitted, who owns it, when and how often is one table; a template's place under templates/ is its place in the
// emitted tree.
package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"text/template"

	"github.com/Masterminds/sprig/v3"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/internal/parallel"
	"github.com/msgen/msgen/templates"
)

// Files returns every file of the service's tree: what the table's templates print, in its order, then its own runtime. It fails
// only when a template does not fit the model or does not print Go, which is msgen's fault and names the template.
func Files(tree *model.Tree) ([]state.File, error) {
	printed, err := printAll(tree)
	if err != nil {
		return nil, err
	}
	asTheyAre, err := ownRuntime(tree)
	return append(printed, asTheyAre...), err
}

// printAll prints the templates of the table.
func printAll(tree *model.Tree) ([]state.File, error) {
	var jobs []job
	for _, entry := range table {
		jobs = append(jobs, entry.jobs(tree)...)
	}
	files := make([]state.File, len(jobs))
	var group parallel.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, job := range jobs {
		group.Go(func() (err error) {
			files[i], err = job.print()
			return err
		})
	}
	return files, group.Wait()
}

// job is one template printed once.
type job struct {
	entry
	path string
	of   *model.Tree // whose tree it is in
	data any
}

// perHost is what a template reads that is printed once for each proto service.
type perHost struct {
	*model.Tree
	Host *model.Host
}

// perEnvironment is what a template reads that is printed once for each environment.
type perEnvironment struct {
	*model.Tree
	Environment string
}

// jobs are the files that the entry stands for in this service: none, one, or one for each host or environment.
func (e entry) jobs(tree *model.Tree) []job {
	if strings.HasPrefix(e.template, clientTree) {
		return e.clientJobs(tree)
	}
	if !e.holds(tree) {
		return nil
	}
	inTree := strings.NewReplacer("{name}", tree.Name, "{manifests}", tree.Manifests(), "{edge}", tree.Edge().Folder()).Replace(e.inTree())
	var jobs []job
	switch {
	case strings.Contains(inTree, "{service}"):
		for _, host := range tree.Hosts {
			if e.whenHost == nil || e.whenHost(host) {
				jobs = append(jobs, job{e, strings.ReplaceAll(inTree, "{service}", host.Package), tree, perHost{tree, host}})
			}
		}
	case strings.Contains(inTree, "{dependency}"):
		for _, dependency := range tree.Dependencies {
			jobs = append(jobs, job{e, strings.ReplaceAll(inTree, "{dependency}", dependency.Package), tree, dependency})
		}
	case strings.Contains(inTree, "{env}"):
		for _, environment := range tree.Environments() {
			jobs = append(jobs, job{e, strings.ReplaceAll(inTree, "{env}", environment), tree, perEnvironment{tree, environment}})
		}
	case e.data != nil:
		jobs = []job{{e, inTree, tree, e.data(tree)}}
	default:
		jobs = []job{{e, inTree, tree, tree}}
	}
	return jobs
}

// clientJobs are the files that an entry of the clients' stands for: one of each client.
func (e entry) clientJobs(tree *model.Tree) []job {
	var jobs []job
	for _, client := range tree.Clients() {
		if e.whenClient == nil || e.whenClient(client) {
			jobs = append(jobs, job{e, client.Dir + "/" + strings.TrimPrefix(e.template, clientTree), tree, client})
		}
	}
	return jobs
}

func (e entry) holds(tree *model.Tree) bool { return e.when == nil || e.when(tree) }

// inTree is where the template's output stands in the emitted tree: its own path without the first folder.
func (e entry) inTree() string {
	_, rest, _ := strings.Cut(e.template, "/")
	return rest
}

func (j job) print() (state.File, error) {
	text, err := fs.ReadFile(templates.FS, j.template+".tmpl")
	if err != nil {
		return state.File{}, err
	}
	content := text
	if j.as != verbatim {
		content, err = execute(j.template, string(text), j.data)
	}
	if err == nil && j.as == formatted {
		content, err = formatGo(content, j.of.Root, j.of.Runtime())
	}
	if err != nil {
		return state.File{}, fmt.Errorf("templates/%s.tmpl: %w", j.template, err)
	}
	return state.File{
		Path: j.path, Content: content, Owner: j.owner, Splice: j.splice, Deploy: strings.HasPrefix(j.template, deployTree),
	}, nil
}

// functions are what templates call by name. They are few, since a template takes a copy of them all, and none of them
// depends on the machine or the time.
var functions = sync.OnceValue(func() template.FuncMap {
	hermetic := sprig.HermeticTxtFuncMap()
	return template.FuncMap{"indent": hermetic["indent"], "join": hermetic["join"], "json": jsonText, "yaml": yamlText}
})

// jsonText is the value as JSON, on one line, which is YAML too.
func jsonText(value any) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// deployTree is the folder of the templates that say how the service is deployed.
const deployTree = "deploy/"

// execute prints one template. Templates of the deploy tree have delimiters of their own, since `{{ }}` is plain text
// in the files that they make.
func execute(name, text string, data any) ([]byte, error) {
	left, right := "{{", "}}"
	if strings.HasPrefix(name, deployTree) {
		left, right = "[%", "%]"
	}
	if !strings.Contains(text, left) {
		return []byte(text), nil
	}
	tmpl, err := template.New(name).Delims(left, right).Funcs(functions()).Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := tmpl.Execute(&out, data); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
