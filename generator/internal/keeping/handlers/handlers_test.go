package handlers_test

import (
	"flag"
	"fmt"
	"go/format"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/msgen/msgen/generator/internal/keeping/handlers"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

var update = flag.Bool("update", false, "rewrite the expected results; the run ends red")

// TestSplice runs the cases of testdata: base/..., disk/... and new/... are the three sides of one folder, and
// want/... is every file that the splices change, with notes as they are told. packages/... are the Go of other packages. `base` and `new` alone list RPCs, from which
// the handlers are written that msgen would emit.
func TestSplice(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			require.NoError(t, err)
			got := txtar.Format(spliced(archive))
			if string(got) != string(txtar.Format(archive)) && *update {
				require.NoError(t, os.WriteFile(name, got, 0o644))
				t.Error("rewritten")
			}
			assert.Equal(t, string(txtar.Format(archive)), string(got))
			assertWindows(t, archive)
			assertSettled(t, archive)
		})
	}
}

// TestTexts gives the planner one text for one path.
func TestTexts(t *testing.T) {
	last, now := emitted("Get Ping Pong"), emitted("Get Ping Pong\nPut Ping Pong")
	server, tests := "orders.go", "orders_test.go"
	elsewhere := map[string][]byte{"a.go": last[server], tests: last[tests]}
	edited := map[string][]byte{server: append(slices.Clone(last[server]), "// mine\n"...), tests: last[tests]}
	windows := map[string][]byte{server: []byte(strings.ReplaceAll(string(last[server]), "\n", "\r\n")), tests: last[tests]}
	unreadable := map[string][]byte{server: []byte("package"), tests: last[tests]}
	for name, c := range map[string]struct {
		base, disk map[string][]byte
		want       map[string]splice.TextKind
	}{
		"nothing is there":            {nil, nil, nil},
		"nobody has touched it":       {last, last, nil},
		"its user has deleted it":     {last, map[string][]byte{tests: last[tests]}, map[string]splice.TextKind{server: splice.Absent}},
		"it has another name":         {nil, elsewhere, map[string]splice.TextKind{server: splice.Absent, tests: splice.Present, "a.go": splice.Present}},
		"its user has edited it":      {last, edited, map[string]splice.TextKind{server: splice.Present}},
		"its lines end as on Windows": {last, windows, map[string]splice.TextKind{server: splice.Present}},
		"it does not parse":           {last, unreadable, map[string]splice.TextKind{server: splice.Present, tests: splice.Present}},
	} {
		got := handlers.Splice(handlers.Package{Base: c.base, Disk: c.disk, New: now}).Texts
		for _, path := range []string{server, tests, "a.go", "b.go"} {
			assert.Equal(t, c.want[path], got[path].Kind, "%s: %s", name, path)
		}
	}
	written := handlers.Splice(handlers.Package{Base: last, Disk: windows, New: now}).Texts[server].Content
	assert.Equal(t, strings.ReplaceAll(string(now[server]), "\n", "\r\n"), string(written), "the whole file, with its line ends")
}

func TestCurrent(t *testing.T) {
	last, now := emitted("Get Ping Pong"), emitted("Get Ping Pong\nPut Ping Pong")
	edited := map[string][]byte{"orders.go": append(slices.Clone(last["orders.go"]), "// mine\n"...)}
	empty := map[string][]byte{"orders.go": []byte("package orders\n")}
	for name, c := range map[string]struct {
		disk, now map[string][]byte
		want      bool
	}{
		"untouched":                   {last, last, true},
		"edited":                      {edited, last, true},
		"Put is missing":              {edited, now, false},
		"something is to be reported": {empty, last, false},
	} {
		result := handlers.Splice(handlers.Package{Base: last, Disk: c.disk, New: c.now})
		assert.Equal(t, c.want, result.Current(func(path string) []byte { return c.disk[path] }), name)
	}
}

// assertWindows: files with the line ends of Windows are spliced in the same way, and keep them.
func assertWindows(t *testing.T, archive *txtar.Archive) {
	t.Helper()
	windows := &txtar.Archive{}
	want := map[string]string{}
	for _, file := range archive.Files {
		if kind, _, _ := strings.Cut(file.Name, "/"); kind == "disk" || kind == "want" {
			file.Data = []byte(strings.ReplaceAll(string(file.Data), "\n", "\r\n"))
		}
		windows.Files = append(windows.Files, file)
		want[file.Name] = string(file.Data)
	}
	for _, file := range spliced(windows).Files {
		path, spliced := strings.CutPrefix(file.Name, "want/")
		if _, known := want[file.Name]; spliced && !known { // the planner writes it as a whole
			want[file.Name] = strings.ReplaceAll(want["new/"+path], "\n", "\r\n")
		}
		assert.Equal(t, want[file.Name], string(file.Data), file.Name)
	}
}

func isFormatted(src []byte) bool {
	formatted, err := format.Source(src)
	return err == nil && string(formatted) == string(src)
}

// assertSettled: what gofmt has formatted stays so, and a second run changes nothing.
func assertSettled(t *testing.T, archive *txtar.Archive) {
	t.Helper()
	p := packageOf(archive)
	texts := handlers.Splice(p).Texts
	for path, text := range texts {
		if text.Kind == splice.Present {
			assert.True(t, !isFormatted(p.Disk[path]) || isFormatted(text.Content), "%s is no longer formatted", path)
			p.Disk[path] = text.Content
		}
	}
	for path, content := range p.New {
		if texts[path].Kind == splice.NotOurs {
			p.Disk[path] = content
		}
	}
	p.Base = p.New
	for path, text := range handlers.Splice(p).Texts {
		assert.False(t, text.Changes(p.Disk[path]), "%s:\n%s", path, text.Content)
	}
}

// spliced is the archive with what comes of its inputs.
func spliced(archive *txtar.Archive) *txtar.Archive {
	out := &txtar.Archive{Comment: archive.Comment}
	for _, file := range archive.Files {
		if kind, _, _ := strings.Cut(file.Name, "/"); kind != "want" && kind != "notes" {
			out.Files = append(out.Files, file)
		}
	}
	p := packageOf(archive)
	result := handlers.Splice(p)
	for _, path := range slices.Sorted(maps.Keys(result.Texts)) {
		if text := result.Texts[path]; text.Changes(p.Disk[path]) {
			out.Files = append(out.Files, txtar.File{Name: "want/" + path, Data: text.Content})
		}
	}
	var notes strings.Builder
	for _, note := range result.Notes {
		fmt.Fprintf(&notes, "%s:%d: %s\n", note.Path, note.Line, note.Text)
	}
	if notes.Len() > 0 {
		out.Files = append(out.Files, txtar.File{Name: "notes", Data: []byte(notes.String())})
	}
	return out
}

// packageOf is the folder that an archive describes.
func packageOf(archive *txtar.Archive) handlers.Package {
	p := handlers.Package{Base: map[string][]byte{}, Disk: map[string][]byte{}, New: map[string][]byte{}, Path: "example.com/orders/internal/orders"}
	p.Find = func(importPath string) map[string][]byte {
		files := map[string][]byte{}
		for _, file := range archive.Files {
			if name, ok := strings.CutPrefix(file.Name, "packages/"); ok && path.Dir(name) == importPath {
				files[name] = file.Data
			}
		}
		return files
	}
	for _, file := range archive.Files {
		kind, name, _ := strings.Cut(file.Name, "/")
		switch kind {
		case "base":
			maps.Copy(p.Base, side(name, file.Data))
		case "new":
			maps.Copy(p.New, side(name, file.Data))
		case "disk":
			p.Disk[name] = file.Data
		}
	}
	return p
}

// side is what msgen emits: a file that the case has, or what it lists.
func side(path string, text []byte) map[string][]byte {
	if path != "" {
		return map[string][]byte{path: text}
	}
	return emitted(string(text))
}

// emitted is the handlers of RPCs, a line each: "Get Ping Pong", "Watch Ping stream Pong", "Put stream Ping Pong". A line "stubs
// PATH" says where their stubs are.
func emitted(rpcs string) map[string][]byte {
	stubs := "example.com/orders/gen/orders/v1"
	var methods, tests strings.Builder
	imports := map[string]bool{}
	for line := range strings.Lines(rpcs) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "stubs" {
			stubs = rest
			continue
		}
		methods.WriteString(stub(name, rest, imports))
		fmt.Fprintf(&tests, "\nfunc Test%s(t *testing.T) {\n\tcheck(t, connect(t).%s())\n}\n", name, name)
	}
	var extra string
	if imports["context"] {
		extra = "\t\"context\"\n\n"
	}
	if imports["grpc"] {
		extra += "\t\"google.golang.org/grpc\"\n"
	}
	handlers := "// Package orders answers.\npackage orders\n\nimport (\n" + extra + "\t\"google.golang.org/grpc/codes\"\n\t\"google.golang.org/grpc/status\"\n" +
		"\n\tordersv1 \"" + stubs + "\"\n)\n\n// Server implements.\ntype Server struct {\n\tordersv1.UnsafeOrdersServer\n}\n\n" +
		"// New returns.\nfunc New() *Server {\n\treturn &Server{}\n}\n" + methods.String()
	test := "package orders\n\nimport (\n\t\"testing\"\n)\n" + tests.String() +
		"\nfunc connect(t *testing.T) *client { return nil }\n\nfunc check(t *testing.T, err error) {}\n"
	return map[string][]byte{"orders.go": []byte(handlers), "orders_test.go": []byte(test)}
}

func stub(name, types string, imports map[string]bool) string {
	words := strings.Fields(types)
	typed := func(s string) string { return "ordersv1." + s }
	results, zero := "error", ""
	var params string
	switch {
	case len(words) == 2:
		imports["context"] = true
		params, results, zero = "ctx context.Context, req *"+typed(words[0]), "(*"+typed(words[1])+", error)", "nil, "
	case words[0] == "stream" && len(words) == 4:
		imports["grpc"] = true
		params = "stream grpc.BidiStreamingServer[" + typed(words[1]) + ", " + typed(words[3]) + "]"
	case words[0] == "stream":
		imports["grpc"] = true
		params = "stream grpc.ClientStreamingServer[" + typed(words[1]) + ", " + typed(words[2]) + "]"
	default:
		imports["grpc"] = true
		params = "req *" + typed(words[0]) + ", stream grpc.ServerStreamingServer[" + typed(words[2]) + "]"
	}
	return fmt.Sprintf("\n// %[1]s answers.\nfunc (s *Server) %[1]s(%[2]s) %[3]s {\n\t// TODO: implement %[1]s.\n\treturn %[4]sstatus.Error(codes.Unimplemented, \"%[1]s is not implemented\")\n}\n",
		name, params, results, zero)
}
