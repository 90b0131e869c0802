package inputs

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Lost refuses a folder that is empty, or not there, where git has a tree of msgen's: somebody has deleted it, with the files
// that are theirs, as buf does with --clean.
func Lost(view *disk.View, dir string) diag.List {
	var problems diag.List
	if entries, err := view.ReadDir(dir); err == nil && len(entries) > 0 {
		return problems
	}
	repository, ok := view.Above(dir, ".git")
	if !ok || !indexHas(readIndex(view, repository), relative(view, repository, filepath.Join(dir, filepath.FromSlash(state.Path)))) {
		return problems
	}
	problems.Add(diag.Problem{
		Position: diag.Position{File: dir},
		Message:  "the folder of the tree is empty, and git has one there with files that are yours",
		Fix:      "run git restore " + dir + ", and then this again",
	})
	return problems
}

// maxIndex is the size up to which an index is read. A repository with a million files stays below it.
const maxIndex = 1 << 28

// readIndex is the index of a repository, or of a worktree; nil where it cannot be read.
func readIndex(view *disk.View, repository string) []byte {
	git := filepath.Join(repository, ".git")
	if link, err := view.ReadFile(git); err == nil { // https://git-scm.com/docs/gitrepository-layout
		target := strings.TrimSpace(strings.TrimPrefix(string(link), "gitdir:"))
		if !filepath.IsAbs(target) {
			target = filepath.Join(repository, target)
		}
		git = target
	}
	file := filepath.Join(git, "index")
	if info, err := view.Stat(file); err != nil || info.Size() > maxIndex {
		return nil
	}
	index, err := view.ReadFile(file)
	if err != nil {
		return nil
	}
	return index
}

// indexHas reports whether an index of git's has a path. https://git-scm.com/docs/index-format
func indexHas(index []byte, path string) bool {
	if len(index) < 12 || !bytes.HasPrefix(index, []byte("DIRC")) {
		return false
	}
	for _, hash := range []int{20, 32} { // SHA-1 or SHA-256, which the index does not say
		if has, sound := walkIndex(index, hash, path); sound {
			return has
		}
	}
	return false
}

// walkIndex looks for a path among the entries. It is not sound where these have hashes of another length.
func walkIndex(index []byte, hash int, path string) (has, sound bool) {
	version, count := binary.BigEndian.Uint32(index[4:]), binary.BigEndian.Uint32(index[8:])
	rest, name := index[12:], ""
	const stat, flagBytes, extended, lengthMask = 40, 2, 0x4000, 0xfff
	for range count {
		head := stat + hash + flagBytes
		if len(rest) < head+flagBytes {
			return false, false
		}
		flags := int(binary.BigEndian.Uint16(rest[stat+hash:]))
		if flags&extended != 0 {
			head += flagBytes
		}
		kept, text := 0, rest[head:]
		if version == 4 { // the name begins as the one before it
			var cut int
			if cut, text = varint(text); cut > len(name) {
				return false, false
			}
			kept = len(name) - cut
		}
		end := bytes.IndexByte(text, 0)
		if end < 0 {
			return false, false
		}
		name = name[:kept] + string(text[:end])
		if flags&lengthMask != min(len(name), lengthMask) {
			return false, false
		}
		if name == path {
			return true, true
		}
		next := len(rest) - len(text) + end + 1
		if version != 4 { // padded to eight bytes
			next = (head + end + 8) &^ 7
		}
		rest = rest[min(next, len(rest)):]
	}
	return false, true
}

// varint is a number as git has the offsets of packs, and what follows it.
func varint(text []byte) (int, []byte) {
	number := 0
	for i, c := range text {
		number = number<<7 | int(c&0x7f)
		if c&0x80 == 0 {
			return number, text[i+1:]
		}
		if number++; number > maxIndex {
			break
		}
	}
	return maxIndex, nil
}
