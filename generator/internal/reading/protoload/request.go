package protoload

import (
	"path/filepath"

	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// FromRequest takes the protos of a plugin request, which protoc or buf has compiled and checked. Their text is looked for
// below the folders, which are relative to the working directory or absolute, in order; nil means the working directory. Text
// that is found gives positions the columns and the paths that [Load] gives them; without it, the path is the name of the
// proto, and a tab counts as the columns that it fills.
func FromRequest(view *disk.View, request *pluginpb.CodeGeneratorRequest, folders []string) (*Set, diag.List) {
	var problems diag.List
	if len(folders) == 0 {
		folders = []string{"."}
	}
	roots := givenRoots(Options{View: view, ImportPaths: folders}, &problems)
	if problems.HasErrors() {
		return nil, problems
	}
	set := &Set{Files: request.GetProtoFile(), Targets: request.GetFileToGenerate(), ImportPaths: folders, sources: map[string]Source{}, view: view}
	own := newBuiltins()
	for _, file := range set.Files {
		name := file.GetName()
		if source, ok := roots.textOf(file); ok {
			set.sources[name] = source
		} else if _, builtin := own.find(name); !builtin {
			set.sources[name] = Source{Path: name}
		}
	}
	return set, problems
}

// textOf finds the text that a descriptor was made from.
func (r importRoots) textOf(file *descriptorpb.FileDescriptorProto) (Source, bool) {
	path, ok := r.find(file.GetName())
	if !ok {
		return Source{}, false
	}
	content, err := r.view.ReadFile(path)
	if err != nil {
		return Source{}, false
	}
	return Source{Path: r.shownBelow(path), Bytes: content}.inColumnsOf(file)
}

// shownBelow is the path of a file as a user writes it who writes the import roots as they did.
func (r importRoots) shownBelow(path string) string {
	for _, root := range r.roots {
		if rel, ok := below(root.path, path); ok {
			_, dir := SplitImportPath(root.shown)
			return filepath.Join(dir, rel)
		}
	}
	return r.show(path)
}
