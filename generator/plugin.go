package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/making/treefiles"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/pluginparam"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Answer is what a request of protoc's or buf's gets, and what a response has no place for.
type Answer struct {
	Response *pluginpb.CodeGeneratorResponse // with an error, and then without files, when the inputs have problems
	Warnings []diag.Problem                  // about the inputs and the tree, sorted
	Notes    []string                        // as [Tree] has them
	Next     []string
}

// Plugin answers a request. It reads the tree that the option existing names and writes nothing: that is for protoc or buf to
// do. Without existing the answer has the generated files alone, since nobody knows what stands where the others would go.
func Plugin(ctx context.Context, request *pluginpb.CodeGeneratorRequest, version string) *Answer {
	answer := &Answer{Response: &pluginpb.CodeGeneratorResponse{
		SupportedFeatures: new(uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL |
			pluginpb.CodeGeneratorResponse_FEATURE_SUPPORTS_EDITIONS)),
		MinimumEdition: new(int32(descriptorpb.Edition_EDITION_PROTO2)),
		MaximumEdition: new(int32(descriptorpb.Edition_EDITION_2023)),
	}}
	files, err := guarded(func() ([]state.File, error) { return answer.files(ctx, request, version) })
	if err != nil {
		answer.Response.Error = new(err.Error())
		return answer
	}
	slices.SortFunc(files, func(a, b state.File) int { return strings.Compare(a.Path, b.Path) })
	for _, file := range files {
		answer.Response.File = append(answer.Response.File, &pluginpb.CodeGeneratorResponse_File{
			Name: new(file.Path), Content: new(string(file.Content)),
		})
	}
	return answer
}

// guarded runs the pipeline. Where that panics, protoc and buf get an error to show, as they do for any other problem, and not
// a plugin that has died.
func guarded(run func() ([]state.File, error)) (files []state.File, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("a fault in msgen, please report it with the protos and the policy: %v\n\n%s", value, debug.Stack())
		}
	}()
	return run()
}

// files are those of the response, and what there is to tell is put into the answer.
func (a *Answer) files(ctx context.Context, request *pluginpb.CodeGeneratorRequest, version string) ([]state.File, error) {
	view, err := disk.New()
	if err != nil {
		return nil, err
	}
	defer view.Close()
	options, problems := pluginparam.Parse(request.GetParameter())
	if err := problems.Err(); err != nil {
		return nil, err
	}
	emptied, problems := checkFolder(view, request, options)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	folders := options.ProtoPaths
	if len(folders) == 0 && pluginparam.FromBuf(request) {
		folders = protoload.BufRoots(view, ".")
	}
	set, problems := protoload.FromRequest(view, pluginparam.InOrder(request), folders)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	options.Tree.Compiler, options.Tree.Managed = pluginparam.CompilerOf(request), set.Managed()
	ask := asked(options, set, version)
	in, err := ask.settle(ctx, view)
	if err != nil {
		return nil, err
	}
	if loaded, _ := inputs.Policies(in); loaded.Checked.Sound("service.hosts") && in.System == "" { // otherwise the model reports its problems
		if !pluginparam.ServesAny(set, loaded.Checked) {
			a.Notes = append(a.Notes, "no service to serve in "+strings.Join(set.Targets, ", ")+": nothing is generated for it")
			return nil, nil
		}
		if err := pluginparam.CheckStrategy(view, request, set, loaded.Checked); err != nil {
			return nil, err
		}
	}
	m, err := ask.modelOf(ctx, in)
	if err != nil {
		return nil, err
	}
	if options.Existing == "" {
		return a.generated(options, m)
	}
	tree, err := ask.plan(m)
	if err != nil {
		return nil, err
	}
	problems = keptFrom(view, emptied, tree)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return a.planned(tree, func(path string) bool {
		return slices.ContainsFunc(emptied, func(folder inputs.Emptied) bool { return folder.Covers(view, inTree(tree, path)) })
	})
}

// inTree is a path of a tree as the user names it.
func inTree(tree *Tree, path string) string { return filepath.Join(tree.Dir, filepath.FromSlash(path)) }

// checkFolder refuses a tree that buf deletes in each run, and one that was deleted. It returns the folders that buf
// deletes, of which some may be in the tree.
func checkFolder(view *disk.View, request *pluginpb.CodeGeneratorRequest, options *pluginparam.Options) ([]inputs.Emptied, diag.List) {
	var problems diag.List
	if options.Existing == "" {
		return nil, problems
	}
	var emptied []inputs.Emptied
	if pluginparam.FromBuf(request) {
		emptied = inputs.BufEmpties(view)
	}
	for _, folder := range emptied {
		if folder.Covers(view, options.Existing) {
			problems.Add(folder.Problem(filepath.Join(options.Existing, "README.md")))
			break // the same for every plugin that writes there
		}
	}
	problems.Merge(inputs.Lost(view, options.Existing))
	return emptied, problems
}

// keptFrom refuses to put files that a person may change into a folder of the tree that buf deletes.
func keptFrom(view *disk.View, emptied []inputs.Emptied, tree *Tree) diag.List {
	var problems diag.List
	for _, folder := range emptied {
		shared := slices.IndexFunc(tree.plan.Actions, func(action plan.Action) bool {
			return action.Owner != state.Generated && folder.Covers(view, inTree(tree, action.Path))
		})
		if shared >= 0 {
			problems.Add(folder.Problem(inTree(tree, tree.plan.Actions[shared].Path)))
		}
	}
	return problems
}

// asked is the run that answers a request.
func asked(options *pluginparam.Options, set *protoload.Set, version string) *request {
	return &request{
		Options: Options{Policy: options.Policy, Out: options.Existing, Version: version, Full: true, AllowBreaking: options.AllowBreaking},
		plugin:  options, protos: set,
	}
}

// generated are the files that are msgen's alone.
func (a *Answer) generated(options *pluginparam.Options, m *modelled) ([]state.File, error) {
	printed, err := treefiles.Printed(m.made, options.Tree.ForeignStubs())
	if err != nil {
		return nil, err
	}
	a.Warnings, a.Notes = m.warnings, m.notes
	a.Notes = append(a.Notes, "without the option existing the files that you and msgen share, and those that are yours, are left out")
	return slices.DeleteFunc(printed.Files, func(file state.File) bool {
		return file.Owner != state.Generated || !options.Wants(file)
	}), nil
}

// planned are the files that a plan changes, msgen's memory with them, and the files that the compiler deletes.
func (a *Answer) planned(tree *Tree, deleted func(path string) bool) ([]state.File, error) {
	a.Warnings = tree.Warnings
	if refused, ok := errors.AsType[*RefusedError](tree.refused()); ok {
		return nil, fmt.Errorf("%w\nnothing was generated; `msgen generate -o %s` knows these flags", refused, tree.Dir)
	}
	var files []state.File
	for _, action := range tree.plan.Actions {
		switch action.Kind {
		case plan.Create, plan.Update, plan.Merge:
			files = append(files, state.File{Path: action.Path, Content: action.New})
		case plan.Same:
			if deleted(action.Path) {
				files = append(files, state.File{Path: action.Path, Content: action.New})
			}
		case plan.Remove:
			a.warn(tree, action, "is no longer generated, and a plugin can remove nothing", "delete it")
		case plan.Orphan:
			a.warn(tree, action, action.Reason, action.Fix)
		default: // the disk is left alone there
		}
	}
	if len(files) > 0 {
		a.Notes, a.Next = tree.Notes, tree.Next
	}
	for _, memory := range tree.plan.Memory {
		if found := tree.seen.Look(memory.Path); !memory.Gone && !bytes.Equal(found.Content, memory.Content) {
			files = append(files, state.File{Path: memory.Path, Content: memory.Content})
		}
	}
	return files, nil
}

func (a *Answer) warn(tree *Tree, action plan.Action, message, fix string) {
	a.Warnings = append(a.Warnings, diag.Problem{
		Position: diag.Position{File: inTree(tree, action.Path)},
		Severity: diag.Warning, Message: message, Fix: fix,
	})
}
