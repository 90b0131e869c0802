package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/write"
	"github.com/msgen/msgen/generator/internal/reading/policy"
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
	files, err := answer.files(ctx, request, version)
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

// files are those of the response, and what there is to tell is put into the answer.
func (a *Answer) files(ctx context.Context, request *pluginpb.CodeGeneratorRequest, version string) ([]state.File, error) {
	options, problems := parsePluginOptions(request.GetParameter())
	if err := problems.Err(); err != nil {
		return nil, err
	}
	if len(options.protoPaths) == 0 && fromBuf(request) {
		options.protoPaths = bufFolders()
	}
	set, problems := protoload.FromRequest(inOrder(request), options.protoPaths)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	r, err := newPluginRun(options, set, version)
	if err != nil {
		return nil, err
	}
	if checked, _ := r.inputs.loadPolicy(); checked.Sound("service.hosts") { // else build reports its problems
		if !servesAny(set, checked) {
			a.Notes = append(a.Notes, "no service to serve in "+strings.Join(set.Targets, ", ")+": nothing is generated for it")
			return nil, nil
		}
		if err := checkStrategy(request, set, checked); err != nil {
			return nil, err
		}
	}
	if err := r.build(ctx); err != nil {
		return nil, err
	}
	if options.existing == "" {
		return a.generated(r)
	}
	if err := r.render(); err != nil {
		return nil, err
	}
	tree, err := r.plan()
	if err != nil {
		return nil, err
	}
	return a.planned(tree)
}

// newPluginRun settles the inputs of a run that answers a request.
func newPluginRun(options *pluginOptions, set *protoload.Set, version string) (*run, error) {
	r := &run{
		opts: Options{Version: version, Full: true, AllowBreaking: options.allowBreaking},
		load: func(_ context.Context, checked *policy.Policy, callees []protoload.Callee) (*protoload.Set, diag.List) {
			problems := set.FindCallees(callees)
			dropCallees(set, checked)
			return set, problems
		},
		inputs: inputs{policy: options.policy, out: options.existing},
		disk:   new(write.Tree),
		base:   new(state.State),
		plugin: options,
		flags:  flags{policy: "policy=", allowBreaking: "allow_breaking=true"},
	}
	if options.existing != "" {
		if err := r.open(); err != nil {
			return nil, err
		}
		if err := r.notGateway(); err != nil {
			return nil, err
		}
	}
	if source, _ := set.Source(set.Targets[0]); options.policy == "" && source.Bytes != nil {
		r.inputs.protos = []string{source.Path}
		r.findPolicy()
	}
	return r, nil
}

// dropCallees takes the protos of dependencies out of the targets, which they are among so that the request has them,
// unless the policy says that the tree serves what they declare.
func dropCallees(set *protoload.Set, checked *policy.Policy) {
	if checked == nil {
		return
	}
	own := slices.DeleteFunc(slices.Clone(set.Targets), func(name string) bool {
		alone := protoload.Set{Files: set.Files, Targets: []string{name}}
		return slices.Contains(set.Callees, name) && !slices.ContainsFunc(servicesOf(&alone), func(service string) bool {
			return slices.Contains(checked.Service.Hosts, service)
		})
	})
	if len(own) > 0 {
		set.Targets = own
	}
}

// generated are the files that are msgen's alone.
func (a *Answer) generated(r *run) ([]state.File, error) {
	if err := r.print(); err != nil {
		return nil, err
	}
	a.Warnings, a.Notes = r.problems.All(), r.notes
	a.Notes = append(a.Notes, "without the option existing the files that you and msgen share, and those that are yours, are left out")
	return slices.DeleteFunc(r.files, func(file state.File) bool {
		return file.Owner != state.Generated || !r.plugin.wants(file)
	}), nil
}

// planned are the files that a plan changes, msgen's memory with them.
func (a *Answer) planned(tree *Tree) ([]state.File, error) {
	a.Warnings = tree.Warnings
	if refused, ok := errors.AsType[*RefusedError](tree.refused()); ok {
		return nil, fmt.Errorf("%w\nnothing was generated; `msgen generate -o %s` knows these flags", refused, tree.Dir)
	}
	var files []state.File
	for _, action := range tree.plan.Actions {
		switch action.Kind {
		case plan.Create, plan.Update, plan.Merge:
			files = append(files, state.File{Path: action.Path, Content: action.New})
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
		if found := tree.disk.Look(memory.Path); !memory.Gone && !bytes.Equal(found.Content, memory.Content) {
			files = append(files, state.File{Path: memory.Path, Content: memory.Content})
		}
	}
	return files, nil
}

func (a *Answer) warn(tree *Tree, action plan.Action, message, fix string) {
	a.Warnings = append(a.Warnings, diag.Problem{
		Position: diag.Position{File: filepath.Join(tree.Dir, filepath.FromSlash(action.Path))},
		Severity: diag.Warning, Message: message, Fix: fix,
	})
}
