package protoload

import (
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// ServicesBeside lists the protos below the import paths that have services and stand in other folders than the targets,
// sorted. Folders for which skip is true are passed over. It looks at [maxSearched] files at most.
func (s *Set) ServicesBeside(skip func(dir string) bool) []string {
	serves := regexp.MustCompile(`(?m)^\s*service\s+\w+\s*\{`)
	var folders, found []string
	for _, target := range s.Targets {
		folders = append(folders, path.Dir(target))
	}
	for _, written := range s.ImportPaths {
		below, root := SplitImportPath(written)
		eachProto(s.view, root, maxSearched, skip, func(name, file string) {
			name = path.Join(below, name)
			if slices.Contains(folders, path.Dir(name)) {
				return
			}
			if text, err := s.view.ReadFile(file); err == nil && serves.Match(text) {
				found = append(found, name)
			}
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// maxSearched bounds the search for services beside the targets.
const maxSearched = 20_000

// eachProto calls do with the name and the path of every proto below root. What cannot be read has none, and it looks at so many
// files and folders at most.
func eachProto(view *disk.View, root string, most int, skip func(dir string) bool, do func(name, file string)) {
	searched := 0
	_ = view.Walk(root, func(file string, entry fs.DirEntry, err error) error {
		searched++
		switch {
		case searched > most:
			return fs.SkipAll
		case err != nil:
			return fs.SkipDir
		case entry.IsDir() && file != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules" || skip != nil && skip(file)):
			return fs.SkipDir
		case !entry.IsDir() && path.Ext(entry.Name()) == ".proto":
			if rel, err := filepath.Rel(root, file); err == nil {
				do(filepath.ToSlash(rel), file)
			}
		}
		return nil
	})
}
