package since

import (
	"encoding/base64"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"
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

func changesSince(last []byte, in *inputs.Loaded, made *build.Result) ([]protobreak.Change, error) {
	was, err := decodeProtos(last)
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
	return protobreak.Find(was, now)
}

// Protos are the protos that come from disk, without positions and comments, as the tree keeps them.
func Protos(in *inputs.Loaded) ([]byte, error) {
	var set descriptorpb.FileDescriptorSet
	others := in.OthersProtos()
	for _, file := range in.Set.Files {
		if slices.Contains(others, file.GetName()) {
			continue
		}
		if _, onDisk := in.Set.Source(file.GetName()); onDisk {
			bare := proto.CloneOf(file)
			bare.SourceCodeInfo = nil
			set.File = append(set.File, bare)
		}
	}
	encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(&set)
	if err != nil {
		return nil, err
	}
	const width = 76
	var text []byte
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(encoded)), width) {
		text = append(append(text, line...), '\n')
	}
	return text, nil
}

func decodeProtos(text []byte) (*descriptorpb.FileDescriptorSet, error) {
	encoded, err := base64.StdEncoding.DecodeString(string(text)) // which passes over line breaks
	if err != nil {
		return nil, err
	}
	var set descriptorpb.FileDescriptorSet
	return &set, proto.Unmarshal(encoded, &set)
}
