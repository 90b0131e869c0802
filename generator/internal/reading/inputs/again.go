package inputs

import (
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Again are the inputs of the last run as they stand now, with the texts of the protos that it remembers. Nothing is
// parsed: the Set has no Files, and Checked is nil. It is false where one of them cannot be read, or where they cannot be
// the ones of this run.
func Again(in *Settled) (*Loaded, bool) {
	known := in.Memory.Inputs
	var names []string
	for name := range known.Sums {
		if strings.HasSuffix(name, ".proto") {
			names = append(names, name)
		}
	}
	l := &Loaded{Settled: in}
	if l.Module, _ = in.findModule(); !l.Module.Owned || len(names) == 0 || !in.GoModules(l.Module, true).None() {
		return nil, false
	}
	if in.Policy != "" {
		var err error
		if l.PolicySource, err = in.View.ReadFile(in.Policy); err != nil || state.Sum(l.PolicySource) != known.Sums[known.Policy] {
			return nil, false
		}
	}
	var ok bool
	if l.Dependencies, ok = in.rememberedDependencies(); !ok {
		return nil, false
	}
	l.Set, ok = protoload.Locate(l.loading(), names)
	return l, ok
}
