package inputs

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/internal/shellword"
)

// near reports whether a path from the tree leads to the folder around the tree, or below that. A tree remembers no path
// that leads further: it would name folders of one machine.
func near(fromTree string) bool {
	return strings.HasPrefix(fromTree, "../") && filepath.IsLocal(filepath.FromSlash(strings.TrimPrefix(fromTree, "../")))
}

// OriginalOf is the path from the tree to an input that is copied into it, as the tree remembers it; empty where it does not.
func (in *Settled) OriginalOf(copied, file string) string {
	switch from := in.Relative(file); {
	case from == copied: // the copy itself is the input of this run
		return in.Memory.Inputs.Originals[copied]
	case near(from):
		return from
	default:
		return ""
	}
}

// originals are the files that inputs were copied from, by their copies in the tree: where an earlier run has found them, and
// for dependencies where the policy names them. Not all of them exist.
func (in *Settled) originals() map[string]string {
	made := in.Memory.Inputs
	out := map[string]string{}
	beside := path.Dir(made.Policy)
	if original := made.Originals[made.Policy]; near(original) {
		beside = path.Dir(original)
	}
	for _, d := range made.Dependencies {
		for _, source := range []state.Source{d.Proto, d.Policy} {
			if written := path.Join(beside, source.Written); in.Remembered && source.Written != "" && written != source.Path {
				out[source.Path] = written
			}
		}
	}
	for copied, original := range made.Originals {
		if near(original) {
			out[copied] = original
		}
	}
	return out
}

// Stale warns of copies of inputs that a run of the tree alone goes by although the originals, which are there, have changed. Where
// they are not, as in a clone, the copies are all there is: so a warning does not make a check fail.
func (in *Settled) Stale() []diag.Problem {
	if !in.Bare || in.System != "" {
		return nil
	}
	var problems []diag.Problem
	originals := in.originals()
	for _, copied := range slices.Sorted(maps.Keys(originals)) {
		entry, known := in.Memory.Files[copied]
		found := in.Tree.Look(copied)
		if !known || found.Kind != disk.Regular || state.Sum(found.Content) != entry.Sum {
			continue // its user's, who has edited it
		}
		original := in.FromTree(originals[copied])
		info, err := in.View.Stat(original)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if text, err := in.View.ReadFile(original); err != nil || checkout.Same(text, found.Content) {
			continue
		}
		problems = append(problems, diag.Problem{
			Severity: diag.Warning,
			Position: diag.Position{File: in.FromTree(copied)},
			Message:  "this copy is what the tree is generated from, and the original has changed since",
			Found:    original,
			Want:     "a copy of the original as it is now",
			Fix:      fmt.Sprintf("run `%s`", in.renewal(in.given())),
		})
	}
	return problems
}

// given are the protos of the tree as its user gave them: the originals where they are known.
func (in *Settled) given() []string {
	var protos []string
	for _, proto := range in.Memory.Inputs.Protos {
		if original := in.Memory.Inputs.Originals[proto]; near(original) {
			proto = original
		}
		protos = append(protos, proto)
	}
	return protos
}

// renewal generates the tree from protos, which are paths from it, and from its policy, and reads them where they were written.
func (in *Settled) renewal(protos []string) string {
	words := []string{"msgen", "generate"}
	for _, proto := range protos {
		words = append(words, in.FromTree(proto))
	}
	for _, dir := range in.originalImportPaths() {
		words = append(words, "-I", dir)
	}
	policy := in.Memory.Inputs.Policy
	if original := in.Memory.Inputs.Originals[policy]; near(original) {
		policy = original
	}
	if policy != "" && policy != path.Join(path.Dir(protos[0]), PolicyName) {
		words = append(words, "-p", in.FromTree(policy))
	}
	if filepath.Clean(in.Out) != "." {
		words = append(words, "-o", in.Out)
	}
	for i, word := range words {
		words[i] = shellword.Quote(filepath.ToSlash(word))
	}
	return strings.Join(words, " ")
}

// originalImportPaths are the folders that give the originals of the tree's own protos the names of their copies.
func (in *Settled) originalImportPaths() []string {
	var dirs []string
	for copied, original := range in.Memory.Inputs.Originals {
		name, isProto := strings.CutPrefix(copied, CopiesDir+"/")
		if !isProto || !near(original) || slices.Contains(in.Memory.Inputs.OthersProtos, name) {
			continue
		}
		if dir, ok := strings.CutSuffix(original, "/"+name); ok {
			dirs = append(dirs, in.FromTree(dir))
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// replaced reports whether a file is the copy of a proto that only dependencies need, in a run that reads their originals.
func (l *Loaded) replaced(file string) bool {
	inTree := l.Relative(file)
	name, isProto := strings.CutPrefix(inTree, CopiesDir+"/")
	return isProto && !l.Remembered && IsCopy(l.Memory, inTree) && slices.Contains(l.Memory.Inputs.OthersProtos, name)
}
