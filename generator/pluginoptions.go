package generator

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/internal/nearest"
)

// pluginOptions are the parameter of a request: "policy=policy.yaml,existing=.,Ma.proto=example.com/a". A nil
// *pluginOptions is a run that answers no request.
type pluginOptions struct {
	policy         string            // file; empty: policy.yaml beside the first proto, if there is one
	existing       string            // the tree that the answer is for; empty: it is not known
	only           string            // onlyService, onlyDeploy, or empty for both
	stubs          bool              // write the stubs, which protoc-gen-go and protoc-gen-go-grpc do else
	sourceRelative bool              // see build.Stubs
	module         string            // of the tree
	packages       map[string]string // the Go package of each proto named by an M
	protoPaths     []string          // folders in which the text of the protos is
	allowBreaking  bool
}

const (
	onlyService = "service"
	onlyDeploy  = "deploy"
)

// pluginSettings are the options by name, each with what it sets. What a setting returns is what is wanted instead of the
// value; empty if the value is good. M stands for a family of options and is not among them.
func pluginSettings() map[string]func(o *pluginOptions, value string) (want string) {
	return map[string]func(*pluginOptions, string) string{
		"policy":     text(func(o *pluginOptions) *string { return &o.policy }, "a policy file"),
		"existing":   text(func(o *pluginOptions) *string { return &o.existing }, "the folder that the output goes to"),
		"only":       choice(func(o *pluginOptions, value string) { o.only = value }, onlyService, onlyDeploy),
		"stubs":      choice(func(o *pluginOptions, value string) { o.stubs = value == "true" }, "true", "false"),
		"paths":      choice(func(o *pluginOptions, value string) { o.sourceRelative = value == "source_relative" }, "import", "source_relative"),
		"module":     modulePath,
		"proto_path": protoPath,
		"allow_breaking": choice(func(o *pluginOptions, value string) { o.allowBreaking = value == "true" },
			"true", "false"),
	}
}

func text(field func(*pluginOptions) *string, want string) func(*pluginOptions, string) string {
	return func(o *pluginOptions, value string) string {
		if value == "" {
			return want
		}
		*field(o) = value
		return ""
	}
}

func choice(set func(*pluginOptions, string), values ...string) func(*pluginOptions, string) string {
	return func(o *pluginOptions, value string) string {
		if !slices.Contains(values, value) {
			return strings.Join(values, " or ")
		}
		set(o, value)
		return ""
	}
}

func modulePath(o *pluginOptions, value string) string {
	if module.CheckImportPath(value) != nil {
		return "a module path such as example.com/orders"
	}
	o.module = value
	return ""
}

func protoPath(o *pluginOptions, value string) string {
	if value == "" {
		return "the folder that protoc's -I names"
	}
	o.protoPaths = append(o.protoPaths, value)
	return ""
}

// parsePluginOptions reads a parameter. All of its problems are reported.
func parsePluginOptions(parameter string) (*pluginOptions, diag.List) {
	o := &pluginOptions{packages: map[string]string{}}
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
	if o.sourceRelative && !o.stubs {
		problems.Add(diag.Problem{
			Message: "plugin option paths says where stubs are written, and none are", Found: "source_relative",
			Want: "stubs=true beside it", Fix: "leave paths out where protoc-gen-go writes the stubs",
		})
	}
	return o, problems
}

// set takes one option; it returns what is wrong with it, if anything is.
func (o *pluginOptions) set(name, value string) *diag.Problem {
	settings := pluginSettings()
	setting, known := settings[name]
	if proto, isPackage := strings.CutPrefix(name, "M"); !known && isPackage && strings.HasSuffix(proto, ".proto") {
		importPath, _, _ := strings.Cut(value, ";")
		if module.CheckImportPath(importPath) != nil {
			return &diag.Problem{
				Message: "plugin option " + name, Found: value, Want: "an import path such as example.com/orders/gen/orders/v1",
			}
		}
		o.packages[proto] = value
		return nil
	}
	if !known {
		var names []string
		for name := range settings {
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

// foreignStubs reports whether the stubs are other plugins'.
func (o *pluginOptions) foreignStubs() bool { return o != nil && !o.stubs }

// stubPackages are the options that decide on Go packages.
func (o *pluginOptions) stubPackages() build.Stubs {
	if o == nil {
		return build.Stubs{}
	}
	return build.Stubs{Foreign: !o.stubs, SourceRelative: o.sourceRelative, Packages: o.packages}
}

// wants reports whether a file is of the half that is asked for.
func (o *pluginOptions) wants(file state.File) bool {
	return o == nil || o.only == "" || file.Deploy == (o.only == onlyDeploy)
}

// filter is what plan.Options call Only.
func (o *pluginOptions) filter() func(state.File) bool {
	if o == nil || o.only == "" {
		return nil
	}
	return o.wants
}

// placeModule has the module option stand in for a policy that does not name the module.
func (r *run) placeModule(checked *policy.Policy) {
	if r.plugin == nil || r.plugin.module == "" || checked == nil {
		return
	}
	if named := checked.Service.Module; named != "" && named != r.plugin.module {
		r.problems.Add(diag.Problem{
			Position: checked.At("service.module"),
			Message:  "service.module: not the module that the plugin option names",
			Found:    named,
			Want:     fmt.Sprintf("%q", r.plugin.module),
			Fix:      "leave one of the two out",
		})
	}
	checked.Service.Module = r.plugin.module
}
