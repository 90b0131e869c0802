package protoload

import (
	"cmp"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// The files that say which folders buf's names of protos are relative to.
const bufConfig, bufWorkspace = "buf.yaml", "buf.work.yaml"

// BufRoots are the folders that buf's names of protos are relative to, as the buf.work.yaml or the buf.yaml of a folder says:
// the folders of the modules of a workspace, and the roots that an old module has inside of its own. Without either, it is the folder
// itself. A folder in another folder comes before it. Paths begin with dir as it is given.
// https://buf.build/docs/configuration/v2/buf-yaml, https://buf.build/docs/configuration/v1/buf-work-yaml
func BufRoots(view *disk.View, dir string) []string {
	var roots []string
	if folders, ok := bufDirectories(view, dir); ok {
		for _, folder := range folders {
			roots = append(roots, moduleRoots(view, filepath.Join(dir, folder))...)
		}
	} else {
		roots = moduleRoots(view, dir)
	}
	if len(roots) == 0 {
		roots = []string{dir}
	}
	return innerFirst(roots)
}

// innerFirst are the folders in their order, except that one which stands in another comes before it.
func innerFirst(folders []string) []string {
	var ordered []string
	for _, folder := range folders {
		if slices.Contains(ordered, folder) {
			continue
		}
		i := slices.IndexFunc(ordered, func(outer string) bool { return holds(outer, folder) })
		if i < 0 {
			i = len(ordered)
		}
		ordered = slices.Insert(ordered, i, folder)
	}
	return ordered
}

// bufDirectories are the folders of the modules of a workspace, as the buf.work.yaml in its folder has them.
func bufDirectories(view *disk.View, dir string) ([]string, bool) {
	var written struct{ Directories []string }
	if !readYAML(view, filepath.Join(dir, bufWorkspace), &written) {
		return nil, false
	}
	return written.Directories, true
}

// bufYAML is a buf.yaml of any version, as far as it says where modules are.
type bufYAML struct {
	Modules []struct{ Path string }  // version v2
	Build   struct{ Roots []string } // version v1beta1
	Deps    []string
}

// moduleRoots are the folders that the buf.yaml in a folder names: of its modules, or the roots of the module that the
// folder is.
func moduleRoots(view *disk.View, dir string) []string {
	var written bufYAML
	if !readYAML(view, filepath.Join(dir, bufConfig), &written) {
		return []string{dir}
	}
	folders := written.Build.Roots
	for _, module := range written.Modules {
		folders = append(folders, cmp.Or(module.Path, "."))
	}
	if len(folders) == 0 {
		return []string{dir}
	}
	var roots []string
	for _, folder := range folders {
		root := filepath.Join(dir, filepath.FromSlash(folder))
		if info, err := view.Stat(root); err == nil && info.IsDir() && filepath.IsLocal(folder) {
			roots = append(roots, root)
		}
	}
	return roots
}

// readYAML is false for a file that is not there or that buf itself would refuse.
func readYAML(view *disk.View, file string, into any) bool {
	text, err := view.ReadLarge(file, 1<<20)
	return err == nil && yaml.Unmarshal(text, into) == nil
}

// bufRootsAround are the roots of the workspace that a proto stands in, or of its module where there is no workspace, and the file that says so. A workspace
// names modules that have a buf.yaml of their own, so the search goes on to the top of the repository.
func bufRootsAround(view *disk.View, proto string) (roots []string, config string) {
	for dir := filepath.Dir(proto); ; dir = filepath.Dir(dir) {
		name := bufConfig
		if view.Exists(filepath.Join(dir, bufWorkspace)) {
			name = bufWorkspace
		}
		if view.Exists(filepath.Join(dir, name)) && (config == "" || name == bufWorkspace) {
			around := BufRoots(view, dir)
			if slices.ContainsFunc(around, func(root string) bool { return holds(root, proto) }) {
				roots, config = around, filepath.Join(dir, name)
			}
		}
		if view.Exists(filepath.Join(dir, ".git")) || dir == filepath.Dir(dir) {
			return roots, config
		}
	}
}
