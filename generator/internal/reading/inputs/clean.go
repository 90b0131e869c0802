package inputs

import (
	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// bufGen is what buf reads where it runs, unless its user names another file, which a plugin does not learn.
const bufGen = "buf.gen.yaml"

// Emptied is a folder that buf deletes in each run: before it starts the plugins, or when they have answered, as of v1.75.
type Emptied struct {
	Dir string
	At  diag.Position // of what has buf do so
}

// BufEmpties are the folders that buf deletes, as the buf.gen.yaml of the working directory says: with clean, the folders that
// its plugins write to. https://buf.build/docs/configuration/v2/buf-gen-yaml
func BufEmpties(view *disk.View) []Emptied {
	var template struct {
		Clean   yaml.Node `yaml:"clean"`
		Plugins []struct {
			Out string `yaml:"out"`
		} `yaml:"plugins"`
	}
	text, err := view.ReadLarge(bufGen, 1<<20)
	if err != nil || yaml.Unmarshal(text, &template) != nil {
		return nil // buf itself has read it, or another file
	}
	var clean bool
	if template.Clean.Decode(&clean) != nil || !clean {
		return nil
	}
	var emptied []Emptied
	for _, plugin := range template.Plugins {
		if plugin.Out != "" {
			emptied = append(emptied, Emptied{plugin.Out, diag.Position{File: bufGen, Line: template.Clean.Line, Col: template.Clean.Column}})
		}
	}
	return emptied
}

// Covers reports whether a path is the folder, or in it.
func (e Emptied) Covers(view *disk.View, path string) bool {
	return inside(view.Abs(e.Dir), view.Abs(path))
}

// Problem is that a file which buf deletes is a person's.
func (e Emptied) Problem(file string) diag.Problem {
	return diag.Problem{
		Position: e.At,
		Message:  "clean has buf delete " + e.Dir + " in each run, and with it files that are yours, such as " + file,
		Found:    "true",
		Want:     "no clean for the folder of a service",
		Fix:      "remove clean: true; where other plugins need it, move msgen's to a template of its own: buf generate --template buf.gen.msgen.yaml",
	}
}
