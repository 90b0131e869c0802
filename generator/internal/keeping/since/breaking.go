package since

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/protobreak"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Allowance says whether a change that breaks callers may be made: it is then a note.
type Allowance struct {
	Given bool
	Flag  string // what gives it, as the user of a run writes it
}

// Breaking compares the protos with the protos of the last run, and finds the changes that break callers.
func Breaking(in *inputs.Loaded, made *build.Result, allowed Allowance) (notes []string, problems diag.List) {
	known := in.Tree.Look(state.DescriptorsPath)
	if known.Kind != disk.Regular {
		return nil, problems // a new tree, or one of an older msgen
	}
	changes, err := changesSince(known.Content, in, made)
	if err != nil {
		problems.Add(diag.Problem{
			Position: diag.Position{File: in.FromTree(state.DescriptorsPath)},
			Message:  "not readable as the protos of the last run: " + err.Error(),
			Fix:      "restore it from version control, or delete it: the next run then takes the protos as they are",
		})
		return nil, problems
	}
	for _, change := range changes {
		at := diag.Position{File: change.File}
		if change.At != nil {
			at = in.Set.Position(change.At)
		}
		message := fmt.Sprintf("%s, which breaks callers: %s", change.Message, change.Breaks)
		if allowed.Given {
			notes = append(notes, fmt.Sprintf("%s: %s", at, message))
			continue
		}
		fix := "generate with " + allowed.Flag + " if that is meant"
		if change.Keep != "" {
			fix = change.Keep + "; or " + fix
		}
		problems.Add(diag.Problem{Position: at, Message: message, Fix: fix})
	}
	return notes, problems
}

// changesSince are the changes since the last run. After a merge of branches, the protos of either are known: a change that one
// of them has made already was settled there, and so was the removal of a file, whose line the other may have kept.
func changesSince(last []byte, in *inputs.Loaded, made *build.Result) ([]protobreak.Change, error) {
	branches, err := decodeProtos(last)
	if err != nil {
		return nil, err
	}
	var now []protoreflect.FileDescriptor
	others := in.OthersProtos() // whose callers are others
	for _, file := range made.Plugin.Files {
		if !slices.Contains(others, file.Desc.Path()) {
			now = append(now, file.Desc)
		}
	}
	var changes []protobreak.Change
	for i, was := range branches {
		if in.Memory.Mixed {
			was.File = slices.DeleteFunc(was.File, func(file *descriptorpb.FileDescriptorProto) bool {
				return !slices.ContainsFunc(now, func(desc protoreflect.FileDescriptor) bool { return desc.Path() == file.GetName() })
			})
		}
		found, err := protobreak.Find(was, now)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			changes = found
			continue
		}
		changes = slices.DeleteFunc(changes, func(change protobreak.Change) bool {
			return !slices.ContainsFunc(found, func(other protobreak.Change) bool { return other.Message == change.Message })
		})
	}
	return changes, nil
}
