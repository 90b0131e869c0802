package words

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// unread names the folders that hold no text of people.
var unread = map[string]bool{".git": true, ".cache": true, ".msgen": true, "bin": true, "node_modules": true}

var generated = regexp.MustCompile(`(?m)\A(?:.*\n){0,3}\W*Code generated .*DO NOT EDIT`)

// eachSource calls visit with each file that people write, in the order of paths.
func eachSource(tree fs.FS, visit func(path, text string)) error {
	emitted := map[string]string{}
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && unread[entry.Name()]:
			return fs.SkipDir
		case entry.IsDir():
			return noteEmitted(tree, name, emitted)
		case kindOf(name) == unknown || !entry.Type().IsRegular():
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if emitted[name] != sum(text) && !isGenerated(name, text) && !bytes.ContainsRune(text, 0) {
			visit(name, string(text))
		}
		return nil
	})
}

// isGenerated reports whether the header says so. A template prints that header for its output.
func isGenerated(name string, text []byte) bool {
	return path.Ext(name) != ".tmpl" && generated.Match(text)
}

// noteEmitted adds the sums of the files that msgen has written into the folder, if msgen has. A file that its user has
// edited has another sum, and counts as written by people.
func noteEmitted(tree fs.FS, folder string, emitted map[string]string) error {
	data, err := fs.ReadFile(tree, path.Join(folder, ".msgen", "state.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var state map[string]json.RawMessage
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	for key, value := range state {
		name, isFile := strings.CutPrefix(key, "file ")
		if !isFile {
			continue
		}
		var file struct{ SHA256 string }
		if err := json.Unmarshal(value, &file); err != nil {
			return err
		}
		emitted[path.Join(folder, name)] = file.SHA256
	}
	return nil
}

func sum(text []byte) string {
	digest := sha256.Sum256(text)
	return hex.EncodeToString(digest[:])
}

// A kind says which parts of a file are words.
type kind int

const (
	unknown kind = iota
	goSource
	markdown
	plain  // every line; comments begin with # or //
	code   // the comments alone
	script // the comments of the script that begins an archive
	prose  // every line before the files of an archive
)

var kinds = map[string]kind{
	".go": goSource, ".md": markdown,
	"": plain, ".bash": plain, ".cfg": plain, ".conf": plain, ".css": code, ".env": plain, ".fish": plain, ".js": code,
	".json": plain, ".ndjson": plain, ".proto": plain, ".sh": plain, ".txt": plain, ".yaml": plain, ".yml": plain, ".zsh": plain,
	".gitattributes": plain, ".gitignore": plain, ".dockerignore": plain,
}

// notOurs names files with the words of lawyers, and with the phrases themselves.
var notOurs = map[string]bool{"LICENSE": true, "internal/words/phrases.go": true}

// kindOf says how to read the file of that name. In testdata, people write the comments that introduce an archive of
// cases. The rest is input, or repeats the output of msgen.
func kindOf(name string) kind {
	folder := "/" + path.Dir(name) + "/"
	switch {
	case notOurs[name]:
		return unknown
	case path.Ext(name) == ".txtar" && strings.Contains(folder, "/script/"):
		return script
	case path.Ext(name) == ".txtar":
		return prose
	case strings.Contains(folder, "/testdata/"):
		return unknown
	}
	return kinds[path.Ext(strings.TrimSuffix(name, ".tmpl"))]
}

// isDocument reports whether users of msgen read the file: Markdown, and the manual of the commands.
func isDocument(name string) bool { return kindOf(name) == markdown || name == "cmd/msgen/doc.go" }
