package protoload

import (
	"bytes"

	"google.golang.org/protobuf/types/descriptorpb"
)

// The fields of google.protobuf.FileDescriptorProto that hold what a file declares.
const (
	messageField = 4
	enumField    = 5
	serviceField = 6
)

// holds reports whether the source can be the text that the descriptor was made from: the name of every message, enum and
// service of the file stands where its source_code_info says.
func (s Source) holds(file *descriptorpb.FileDescriptorProto) bool {
	wanted := declaredNames(file)
	lines := bytes.Split(s.text(), []byte("\n"))
	for _, at := range file.GetSourceCodeInfo().GetLocation() {
		path, span := at.GetPath(), at.GetSpan()
		if len(path) != 3 || path[2] != nameField || len(span) < 3 {
			continue
		}
		name, declares := wanted[[2]int32{path[0], path[1]}]
		if !declares {
			continue
		}
		delete(wanted, [2]int32{path[0], path[1]})
		if int(span[0]) >= len(lines) || !standsAt(lines[span[0]], int(span[1])+1, name) {
			return false
		}
	}
	return len(wanted) == 0
}

// declaredNames are the names of what a file declares, by the field and the index that lead to it.
func declaredNames(file *descriptorpb.FileDescriptorProto) map[[2]int32]string {
	names := map[[2]int32]string{}
	for i, message := range file.GetMessageType() {
		names[[2]int32{messageField, int32(i)}] = message.GetName()
	}
	for i, enum := range file.GetEnumType() {
		names[[2]int32{enumField, int32(i)}] = enum.GetName()
	}
	for i, service := range file.GetService() {
		names[[2]int32{serviceField, int32(i)}] = service.GetName()
	}
	return names
}

// standsAt reports whether the word stands in the line at a column that counts tabs as protoc does.
func standsAt(line []byte, expanded int, word string) bool {
	characters := []rune(string(line))
	from := unexpanded(line, expanded) - 1
	return from <= len(characters) && bytes.HasPrefix([]byte(string(characters[from:])), []byte(word))
}
