package protoload

import (
	"bytes"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// inColumnsOf finds out whether the source can be the text that a compiler made the descriptor from, and how that compiler
// counts columns: every name that the descriptor declares stands in the text where its source_code_info says.
func (s Source) inColumnsOf(file *descriptorpb.FileDescriptorProto) (Source, bool) {
	lines := bytes.Split(s.text(), []byte("\n"))
	for _, s.columns = range []columns{{tab: 8}, {tab: 8, bytes: true}, {tab: 4}} { // msgen's own, protoc's, buf's
		if s.columns.fit(lines, file) {
			return s, true
		}
	}
	return Source{}, false
}

// fit reports whether the names of the file stand in the lines at the columns that its source_code_info has.
func (c columns) fit(lines [][]byte, file *descriptorpb.FileDescriptorProto) bool {
	names := 0
	for _, at := range file.GetSourceCodeInfo().GetLocation() {
		name, declares := declaredAt(file, at.GetPath())
		if !declares {
			continue
		}
		names++
		if line := int(at.GetSpan()[0]); line >= len(lines) || !c.standsAt(lines[line], int(at.GetSpan()[1])+1, name) {
			return false
		}
	}
	return names > 0
}

// declaredAt is the name of the message, field, RPC or other declaration whose name is at the path, as
// google.protobuf.SourceCodeInfo.Location has paths.
func declaredAt(file proto.Message, path []int32) (name string, ok bool) {
	m := file.ProtoReflect()
	for ; len(path) > 1; path = path[2:] {
		field := m.Descriptor().Fields().ByNumber(protoreflect.FieldNumber(path[0]))
		if field == nil || !field.IsList() || field.Message() == nil || int(path[1]) >= m.Get(field).List().Len() {
			return "", false
		}
		m = m.Get(field).List().Get(int(path[1])).Message()
	}
	named, ok := m.Interface().(interface{ GetName() string })
	if !ok || len(path) != 1 || path[0] != nameField || m == file.ProtoReflect() {
		return "", false
	}
	return named.GetName(), true
}

// standsAt reports whether the word stands in the line at the column.
func (c columns) standsAt(line []byte, expanded int, word string) bool {
	characters := []rune(string(line))
	from := c.character(line, expanded) - 1
	return from <= len(characters) && bytes.HasPrefix([]byte(string(characters[from:])), []byte(word))
}
