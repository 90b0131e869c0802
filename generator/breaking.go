package generator

import (
	"encoding/base64"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/keeping/protobreak"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// compare holds the protos to those that the tree was made from last. A change that breaks callers is an error, or a note
// where it is allowed.
func (r *run) compare() (err error) {
	if r.protos, err = r.encodeProtos(); err != nil {
		return err
	}
	known := r.disk.Look(state.DescriptorsPath)
	if known.Kind != plan.Regular {
		return nil // a new tree, or one of an older msgen
	}
	was, err := decodeProtos(known.Content)
	if err != nil {
		return r.unreadable(err)
	}
	var now []protoreflect.FileDescriptor
	callees := r.onlyCallees() // whose callers are others
	for _, file := range r.result.Plugin.Files {
		if slices.Contains(callees, file.Desc.Path()) {
			continue
		}
		now = append(now, file.Desc)
	}
	changes, err := protobreak.Find(was, now)
	if err != nil {
		return r.unreadable(err)
	}
	for _, change := range changes {
		r.breaks(change)
	}
	return r.problems.Err()
}

// breaks tells of one change.
func (r *run) breaks(change protobreak.Change) {
	at := diag.Position{File: change.File}
	if change.At != nil {
		at = r.set.Position(change.At)
	}
	message := fmt.Sprintf("%s, which breaks callers: %s", change.Message, change.Breaks)
	if r.opts.AllowBreaking {
		r.notes = append(r.notes, fmt.Sprintf("%s: %s", at, message))
		return
	}
	fix := "generate with " + r.flags.allowBreaking + " if that is meant"
	if change.Keep != "" {
		fix = change.Keep + "; or " + fix
	}
	r.problems.Add(diag.Problem{Position: at, Message: message, Fix: fix})
}

func (r *run) unreadable(err error) error {
	var problems diag.List
	problems.Add(diag.Problem{
		Position: diag.Position{File: r.inputs.fromTree(state.DescriptorsPath)},
		Message:  "not readable as the protos of the last run: " + err.Error(),
		Fix:      "restore it from version control, or delete it: the next run then takes the protos as they are",
	})
	return problems.Err()
}

// encodeProtos is the protos that come from disk, without positions and comments, as the tree keeps them.
func (r *run) encodeProtos() ([]byte, error) {
	var set descriptorpb.FileDescriptorSet
	callees := r.onlyCallees()
	for _, file := range r.set.Files {
		if slices.Contains(callees, file.GetName()) {
			continue
		}
		if _, onDisk := r.set.Source(file.GetName()); onDisk {
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
