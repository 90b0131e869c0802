// Package gitindex reads what git tracks: the index of a repository. https://git-scm.com/docs/index-format
package gitindex

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// maxSize is the size up to which an index is read. A repository with a million files stays below it.
const maxSize = 1 << 28

// Index is what git tracks of the repository around a folder. The zero Index tracks nothing.
type Index struct {
	view       *disk.View
	repository string // absolute
	content    []byte
}

// Around is the index of the repository that holds a folder. Where there is none, or none that can be read, it tracks nothing.
func Around(view *disk.View, dir string) Index {
	repository, ok := view.Above(dir, ".git")
	if !ok {
		return Index{}
	}
	return Index{view, repository, read(view, repository)}
}

// Entry is how git tracks a file.
type Entry struct {
	mode  uint32
	stage int
}

// Ordinary reports whether git has an ordinary file at the path: no link, no other repository, no merge to be resolved.
func (e Entry) Ordinary() bool {
	const kind, file = 0o170000, 0o100000
	return e.stage == 0 && e.mode&kind == file
}

// Find is how git tracks the files, by their paths as they were given. A name that differs in case only is the same, as it is
// on file systems that ignore case. The files of another repository within this one have the entry of that.
func (i Index) Find(files ...string) map[string]Entry {
	wanted := map[string][]string{}
	for _, file := range files {
		for _, name := range i.names(file) {
			wanted[name] = append(wanted[name], file)
		}
	}
	if len(wanted) == 0 || len(i.content) < 12 || !bytes.HasPrefix(i.content, []byte("DIRC")) {
		return nil
	}
	for _, hash := range []int{20, 32} { // SHA-1 or SHA-256, which the index does not say
		found := map[string]Entry{}
		sound := walk(i.content, hash, func(name string, entry Entry) {
			for _, file := range wanted[strings.ToLower(name)] {
				found[file] = entry
			}
		})
		if sound {
			return found
		}
	}
	return nil
}

// names are the names in the index that speak of a file: its own, and the folders above it, which an index has only where they
// are repositories.
func (i Index) names(file string) []string {
	if i.repository == "" {
		return nil
	}
	rel, err := filepath.Rel(i.repository, i.view.Abs(file))
	if err != nil || !filepath.IsLocal(rel) {
		return nil
	}
	var names []string
	for ; rel != "."; rel = filepath.Dir(rel) {
		names = append(names, strings.ToLower(filepath.ToSlash(rel)))
	}
	return names
}

// read is the index of a repository, or of a worktree; nil where it cannot be read.
func read(view *disk.View, repository string) []byte {
	git := filepath.Join(repository, ".git")
	if link, err := view.ReadFile(git); err == nil { // https://git-scm.com/docs/gitrepository-layout
		target := strings.TrimSpace(strings.TrimPrefix(string(link), "gitdir:"))
		if !filepath.IsAbs(target) {
			target = filepath.Join(repository, target)
		}
		git = target
	}
	index, err := view.ReadLarge(filepath.Join(git, "index"), maxSize)
	if err != nil {
		return nil
	}
	return index
}

// walk calls do for each entry. It is not sound where these have hashes of another length.
func walk(index []byte, hash int, do func(string, Entry)) (sound bool) {
	version, count := binary.BigEndian.Uint32(index[4:]), binary.BigEndian.Uint32(index[8:])
	rest, name := index[12:], ""
	const stat, mode, flagBytes, extended, lengthMask = 40, 24, 2, 0x4000, 0xfff
	for range count {
		head := stat + hash + flagBytes
		if len(rest) < head+flagBytes {
			return false
		}
		flags := int(binary.BigEndian.Uint16(rest[stat+hash:]))
		if flags&extended != 0 {
			head += flagBytes
		}
		kept, text := 0, rest[head:]
		if version == 4 { // the name begins as the one before it
			var cut int
			if cut, text = varint(text); cut > len(name) {
				return false
			}
			kept = len(name) - cut
		}
		end := bytes.IndexByte(text, 0)
		if end < 0 {
			return false
		}
		name = name[:kept] + string(text[:end])
		if flags&lengthMask != min(len(name), lengthMask) {
			return false
		}
		do(name, Entry{mode: binary.BigEndian.Uint32(rest[mode:]), stage: flags >> 12 & 3})
		next := len(rest) - len(text) + end + 1
		if version != 4 { // padded to eight bytes
			next = (head + end + 8) &^ 7
		}
		rest = rest[min(next, len(rest)):]
	}
	return true
}

// varint is a number as git has the offsets of packs, and what follows it.
func varint(text []byte) (int, []byte) {
	number := 0
	for i, c := range text {
		number = number<<7 | int(c&0x7f)
		if c&0x80 == 0 {
			return number, text[i+1:]
		}
		if number++; number > maxSize {
			break
		}
	}
	return maxSize, nil
}
