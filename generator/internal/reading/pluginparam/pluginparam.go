// Package pluginparam reads what a request of protoc's or buf's says in addition to its protos.
package pluginparam

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/mod/module"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/internal/nearest"
)

// Options are the parameter of a request: "policy=policy.yaml,existing=.,Ma.proto=example.com/a". A nil
// *Options is a run that answers no request.
type Options struct {
	Policy        string       // file; empty: policy.yaml beside the first proto, if there is one
	System        string       // the system file whose gateway the tree is; empty: it is none
	Existing      string       // the tree that the answer is for; empty: it is not known
	Only          string       // onlyService, onlyDeploy, or empty for both
	ProtoPaths    []string     // folders in which the text of the protos is
	AllowBreaking bool         // go on although a change breaks callers
	Tree          state.Plugin // what the tree remembers
}

const (
	onlyService = "service"
	onlyDeploy  = "deploy"
)

// settings are the options by name, each with what it sets. A setting returns what is wanted instead of the
// value; empty if the value is good. M stands for a family of options and is not among them.
func settings() map[string]func(o *Options, value string) (want string) {
	return map[string]func(*Options, string) string{
		"policy":     text(func(o *Options) *string { return &o.Policy }, "a policy file"),
		"system":     text(func(o *Options) *string { return &o.System }, "a system file"),
		"existing":   text(func(o *Options) *string { return &o.Existing }, "the folder that the output goes to"),
		"only":       choice(func(o *Options, value string) { o.Only = value }, onlyService, onlyDeploy),
		"stubs":      choice(func(o *Options, value string) { o.Tree.Stubs = value == "true" }, "true", "false"),
		"paths":      choice(func(o *Options, value string) { o.Tree.SourceRelative = value == "source_relative" }, "import", "source_relative"),
		"module":     modulePath,
		"proto_path": protoPath,
		"command":    command,
		"allow_breaking": choice(func(o *Options, value string) { o.AllowBreaking = value == "true" },
			"true", "false"),
	}
}

func text(field func(*Options) *string, want string) func(*Options, string) string {
	return func(o *Options, value string) string {
		if value == "" {
			return want
		}
		*field(o) = value
		return ""
	}
}

func choice(set func(*Options, string), values ...string) func(*Options, string) string {
	return func(o *Options, value string) string {
		if !slices.Contains(values, value) {
			return strings.Join(values, " or ")
		}
		set(o, value)
		return ""
	}
}

func modulePath(o *Options, value string) string {
	if module.CheckImportPath(value) != nil {
		return "a module path such as example.com/orders"
	}
	o.Tree.Module = value
	return ""
}

func protoPath(o *Options, value string) string {
	if value == "" {
		return "the folder that protoc's -I names"
	}
	o.ProtoPaths = append(o.ProtoPaths, value)
	return ""
}

// command takes the command that runs the compiler. It stands in files of a line each.
func command(o *Options, value string) string {
	if value == "" || strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "the command that makes the tree, such as make protos"
	}
	o.Tree.Command = value
	return ""
}

// Parse reads a parameter. All of its problems are reported.
func Parse(parameter string) (*Options, diag.List) {
	o := &Options{Tree: state.Plugin{Packages: map[string]string{}}}
	var problems diag.List
	for option := range strings.SplitSeq(parameter, ",") {
		name, value, _ := strings.Cut(option, "=")
		if name == "" && value == "" {
			continue // protoc-gen-go passes over them too
		}
		if problem := o.set(name, value); problem != nil {
			problems.Add(*problem)
		}
	}
	if o.System != "" && o.Existing == "" {
		problems.Add(diag.Problem{
			Message: "plugin option system makes the gateway of a system", Found: o.System,
			Want: "existing beside it, with the folder of the gateway",
		})
	}
	if o.Tree.SourceRelative && !o.Tree.Stubs {
		problems.Add(diag.Problem{
			Message: "plugin option paths says where stubs are written, and none are", Found: "source_relative",
			Want: "stubs=true beside it", Fix: "leave paths out where protoc-gen-go writes the stubs",
		})
	}
	return o, problems
}

// set takes one option; it returns what is wrong with it, if anything is.
func (o *Options) set(name, value string) *diag.Problem {
	all := settings()
	setting, known := all[name]
	if proto, isPackage := strings.CutPrefix(name, "M"); !known && isPackage && strings.HasSuffix(proto, ".proto") {
		importPath, _, _ := strings.Cut(value, ";")
		if module.CheckImportPath(importPath) != nil {
			return &diag.Problem{
				Message: "plugin option " + name, Found: value, Want: "an import path such as example.com/orders/gen/orders/v1",
			}
		}
		o.Tree.Packages[proto] = value
		return nil
	}
	if !known {
		var names []string
		for name := range all {
			names = append(names, name)
		}
		slices.Sort(names)
		return &diag.Problem{
			Message: "unknown plugin option", Found: name,
			Want: strings.Join(names, ", ") + " or M and the name of a proto", Fix: nearest.DidYouMean(name, names),
		}
	}
	if want := setting(o, value); want != "" {
		return &diag.Problem{Message: "plugin option " + name, Found: value, Want: want}
	}
	return nil
}

// Wants reports whether a file is of the half that is asked for.
func (o *Options) Wants(file state.File) bool {
	return o == nil || o.Only == "" || file.Deploy == (o.Only == onlyDeploy)
}

// WantsProgram reports whether the program is of the half that is asked for, and not its deployment alone.
func (o *Options) WantsProgram() bool { return o.Wants(state.File{}) }
