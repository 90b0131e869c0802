package generator

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// protosOf finds the protos of a service, which the system file names; otherwise all in the folder of the service.
func (s *services) protosOf(m *member, made *state.State) ([]string, error) {
	if len(m.protos) == 0 {
		return s.protosIn(m, m.dir, made)
	}
	var protos []string
	var problems diag.List
	for i, path := range m.protos {
		found, err := s.protosAt(m, path, made)
		key := fmt.Sprintf("%s.protos[%d]", m.key, i)
		switch {
		case err != nil:
			problems.Add(diag.Problem{
				Position: s.written.At(key), Message: key + ": cannot be read: " + disk.Cause(err).Error(), Found: path, Want: "a .proto file, or a folder with some",
			})
		case len(found) == 0:
			problems.Add(diag.Problem{Position: s.written.At(key), Message: key + ": holds no proto", Found: path, Want: "a .proto file, or a folder with some"})
		}
		for _, proto := range found {
			if !slices.Contains(protos, proto) { // a folder may have been named with a file in it
				protos = append(protos, proto)
			}
		}
	}
	return protos, problems.Err()
}

// protosAt are the protos at a path that the system file names.
func (s *services) protosAt(m *member, path string, made *state.State) ([]string, error) {
	info, err := s.view.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return s.protosIn(m, path, made)
	case filepath.Ext(path) == ".proto":
		return []string{path}, nil
	default:
		return nil, nil
	}
}

// protosIn finds the protos at and below a folder, sorted. It leaves out the copies that msgen has put into the tree, folders whose
// names begin with a dot, and folders of other services of the system.
func (s *services) protosIn(m *member, dir string, made *state.State) ([]string, error) {
	var protos []string
	err := s.view.Walk(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != dir && (strings.HasPrefix(entry.Name(), ".") || name != m.dir && s.isMember(name)):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".proto":
			return nil
		}
		inTree, err := filepath.Rel(m.dir, name)
		if err == nil && !inputs.IsCopy(made, filepath.ToSlash(inTree)) {
			protos = append(protos, name)
		}
		return err
	})
	return protos, err
}

// noProto is the problem of a service of which nobody knows a proto.
func (s *services) noProto(m *member) error {
	var problems diag.List
	problems.Add(diag.Problem{
		Position: m.at, Message: "no proto in the folder of a service", Found: m.dir, Want: "a folder with a .proto file",
		Fix: "write one there, or add protos: [FOLDER] next to dir",
	})
	return problems.Err()
}

// inTree are paths that the tree remembers, as the working directory sees them.
func (m *member) inTree(paths []string) []string {
	var out []string
	for _, path := range paths {
		out = append(out, m.fromTree(path))
	}
	return out
}

// importPathsInTree are import paths that the tree remembers, as the working directory sees them.
func (m *member) importPathsInTree(paths []string) []string {
	var out []string
	for _, path := range paths {
		out = append(out, protoload.MoveImportPath(path, m.fromTree))
	}
	return out
}

// fromTree is a path that the tree remembers.
func (m *member) fromTree(path string) string { return filepath.Join(m.dir, filepath.FromSlash(path)) }

// requested are the protos of a plugin's request with what a service hosts, as its policy says.
func (s *services) requested(m *member) []string {
	file := filepath.Join(m.dir, inputs.PolicyName)
	source, err := s.view.ReadFile(file)
	if err != nil {
		return nil
	}
	checked, problems := policy.Load(file, source)
	if problems.HasErrors() {
		return nil // which are reported where the service is read
	}
	var protos []string
	for _, name := range s.request.Targets {
		hosted := slices.ContainsFunc(s.request.Services(name), func(service string) bool { return slices.Contains(checked.Service.Hosts, service) })
		if source, _ := s.request.Source(name); hosted && source.Bytes != nil {
			protos = append(protos, source.Path)
		}
	}
	return protos
}
