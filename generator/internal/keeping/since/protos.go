package since

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
)

// Protos are the protos that come from disk, without positions and comments, as the tree keeps them: a line for each, sorted, with
// its name and its FileDescriptorProto in base64, since the response of a plugin can hold text alone.
func Protos(in *inputs.Loaded) ([]byte, error) {
	others := in.OthersProtos()
	files := slices.DeleteFunc(slices.Clone(in.Set.Files), func(file *descriptorpb.FileDescriptorProto) bool {
		_, onDisk := in.Set.Source(file.GetName())
		return !onDisk || slices.Contains(others, file.GetName())
	})
	slices.SortFunc(files, byName)
	var text []byte
	for _, file := range files {
		bare := proto.CloneOf(file)
		bare.SourceCodeInfo = nil
		encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(bare)
		if err != nil {
			return nil, err
		}
		text = append(append(text, file.GetName()...), ' ')
		text = append(base64.StdEncoding.AppendEncode(text, encoded), '\n')
	}
	return text, nil
}

// decodeProtos are the protos that a tree keeps: one set, and after a merge of branches perhaps two. A set that git has left half
// of, in a format that it could mix, is none.
func decodeProtos(text []byte) ([]*descriptorpb.FileDescriptorSet, error) {
	sides := checkout.Sides(text)
	var sets []*descriptorpb.FileDescriptorSet
	for _, side := range sides {
		files, err := decodeFiles(side)
		switch {
		case err == nil:
			sets = append(sets, branches(files)...)
		case len(sides) == 1:
			return nil, err
		}
	}
	return sets, nil
}

// branches are the sets of protos that some files are: two where two branches have left a line each for one proto.
func branches(files []*descriptorpb.FileDescriptorProto) []*descriptorpb.FileDescriptorSet {
	sets := []*descriptorpb.FileDescriptorSet{firsts(files)}
	if len(sets[0].GetFile()) < len(files) {
		reversed := slices.Clone(files)
		slices.Reverse(reversed)
		sets = append(sets, firsts(reversed))
	}
	return sets
}

// firsts is the first file of each name, sorted by that.
func firsts(files []*descriptorpb.FileDescriptorProto) *descriptorpb.FileDescriptorSet {
	seen := map[string]bool{}
	set := new(descriptorpb.FileDescriptorSet)
	for _, file := range files {
		if !seen[file.GetName()] {
			seen[file.GetName()] = true
			set.File = append(set.File, file)
		}
	}
	slices.SortFunc(set.File, byName)
	return set
}

func byName(a, b *descriptorpb.FileDescriptorProto) int { return cmp.Compare(a.GetName(), b.GetName()) }

// decodeFiles reads a line for each proto. Lines without a name are a whole set, as older versions of msgen have written it.
func decodeFiles(text []byte) ([]*descriptorpb.FileDescriptorProto, error) {
	var files []*descriptorpb.FileDescriptorProto
	var whole []byte
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		space := bytes.LastIndexByte(line, ' ')
		if space < 0 {
			whole = append(whole, line...)
			continue
		}
		file := new(descriptorpb.FileDescriptorProto)
		if err := decode(line[space+1:], file); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	set := new(descriptorpb.FileDescriptorSet)
	err := decode(whole, set)
	return append(files, set.GetFile()...), err
}

func decode(text []byte, into proto.Message) error {
	encoded, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return err
	}
	return proto.Unmarshal(encoded, into)
}
