package state

import (
	"cmp"
	"encoding/json"
)

// nested is state.json in format 1: the members of an object in lines of their own, of which a merge could keep half.
type nested struct {
	Inputs   Inputs            `json:"inputs"`
	Handlers map[string]string `json:"handlers"`
	Stubs    map[string]string `json:"stubs"`
	Files    map[string]file   `json:"files"`
}

// addNested adds what a file in format 1 says.
func (s *State) addNested(data []byte) error {
	var doc nested
	if err := json.Unmarshal(data, &doc); err != nil {
		return broken(data, err)
	}
	in := &s.Inputs
	in.Protos, in.ImportPaths = union(in.Protos, doc.Inputs.Protos), union(in.ImportPaths, doc.Inputs.ImportPaths)
	in.Policy, in.Root, in.System = cmp.Or(in.Policy, doc.Inputs.Policy), cmp.Or(in.Root, doc.Inputs.Root), cmp.Or(in.System, doc.Inputs.System)
	in.Plugin = cmp.Or(in.Plugin, doc.Inputs.Plugin)
	in.Dependencies, in.OthersProtos = union(in.Dependencies, doc.Inputs.Dependencies), union(in.OthersProtos, doc.Inputs.OthersProtos)
	in.Sums, s.Handlers, s.Stubs = joined(in.Sums, doc.Inputs.Sums), joined(s.Handlers, doc.Handlers), joined(s.Stubs, doc.Stubs)
	for path, entry := range doc.Files {
		s.addFile(path, entry)
	}
	return nil
}
