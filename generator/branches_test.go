package generator

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// commit is every file of a folder.
type commit map[string]string

// merging is what git does with two branches: the files, in which people still have to resolve the conflicts.
type merging func(t *testing.T, base, ours, theirs commit) commit

// teamwork is the work of two people on two branches, and what comes of it.
type teamwork struct {
	base         func(*shop) // nil: nothing special
	ours, theirs func(*shop)
	person       func(s *shop, ours, theirs commit) // who merges, after the conflicts in the files that are not msgen's; nil: nothing
	version      string                             // of the msgen on their branch; empty: of the other, too
	want         map[string][]string                // texts that are in a file then
}

const alpha, beta = "  rpc Alpha(Ping) returns (Pong);\n", "  rpc Beta(Ping) returns (Pong);\n"

var merges = map[string]teamwork{
	"an RPC each": {
		ours:   func(s *shop) { s.edit("shop.proto", shopGet, alpha+shopGet) },
		theirs: func(s *shop) { s.edit("shop.proto", shopPut, shopPut+beta) },
		want:   map[string][]string{orders: {") Alpha(", ") Beta("}, "gen/shop/v1/shop_grpc.pb.go": {") Alpha(", ") Beta("}},
	},
	"an RPC each at the same place, with handlers": {
		ours:   implemented("Alpha", alpha),
		theirs: implemented("Beta", beta),
		want:   map[string][]string{orders: {"Alpha, mine", "Beta, mine"}},
	},
	"a service each, and lines in main.go": {
		ours: firstService,
		theirs: func(s *shop) {
			secondService(s)
			put(s.T, s.path("cmd/shop/main.go"), s.get("cmd/shop/main.go")+"\n// theirs, mine\n")
		},
		want: map[string][]string{"cmd/shop/main.go": {"ours, mine", "theirs, mine", "first.New()", "second.New()"}},
	},
	"a service each, and the person takes one main.go": {
		ours:   firstService,
		theirs: secondService,
		person: func(s *shop, ours, _ commit) { put(s.T, s.path("cmd/shop/main.go"), ours["cmd/shop/main.go"]) },
		want:   map[string][]string{"cmd/shop/main.go": {"ours, mine", "first.New()", "second.New()"}},
	},
	"a policy and an RPC": {
		ours: func(s *shop) {
			put(s.T, s.path("policy.yaml"), matrixPolicy+"server: {rateLimit: {requestsPerSecond: 1}}\ndeploy: {image: registry.example.com/shop}\n")
			s.edit("Makefile", "test:", "# ours, mine\ntest:")
		},
		theirs: func(s *shop) { s.edit("shop.proto", shopGet, alpha+shopGet) },
		want:   map[string][]string{"Makefile": {"ours, mine"}, "internal/server/server.go": {"rate.NewLimiter"}},
	},
	"the stubs of one side": {
		ours:   func(s *shop) { s.edit("shop.proto", shopGet, alpha+shopGet) },
		theirs: func(s *shop) { s.edit("shop.proto", shopPut, shopPut+beta) },
		person: func(s *shop, _, theirs commit) {
			for _, name := range []string{"gen/shop/v1/shop.pb.go", "gen/shop/v1/shop_grpc.pb.go", "POLICY.md"} {
				put(s.T, s.path(name), theirs[name])
			}
		},
	},
	"an RPC that one of them has removed": {
		ours:   func(s *shop) { s.edit("shop.proto", shopWatch, "") },
		theirs: func(s *shop) { put(s.T, s.path("shop.proto"), s.get("shop.proto")+"message Fresh {}\n") },
		want:   map[string][]string{"gen/shop/v1/shop.pb.go": {"type Fresh struct"}},
	},
	"a newer msgen on one branch": {
		ours:    func(s *shop) { s.edit("shop.proto", shopGet, alpha+shopGet) },
		theirs:  func(s *shop) { s.edit("shop.proto", shopPut, shopPut+beta) },
		version: "v1.1.0",
		want:    map[string][]string{".msgen/version": {"v1.1.0\n"}},
	},
	"a proto file that is added, and one that is removed": {
		base: func(s *shop) { s.add("more") },
		ours: func(s *shop) {
			require.NoError(s, os.Remove(s.path("more.proto")))
			_, err := s.generate("shop.proto")
			require.NoError(s, err)
		},
		theirs: func(s *shop) { s.add("more", "fresh") },
		want:   map[string][]string{"internal/server/services.go": {"freshv1"}, "internal/fresh/fresh.go": {") Do("}},
	},
	"without .gitattributes": {
		ours: func(s *shop) {
			require.NoError(s, os.Remove(s.path(".gitattributes")))
			s.edit("shop.proto", shopGet, alpha+shopGet)
		},
		theirs: func(s *shop) { s.edit("shop.proto", shopPut, shopPut+beta) },
		want:   map[string][]string{orders: {") Alpha(", ") Beta("}},
	},
}

// add generates from protos that are added to the tree's.
func (s *shop) add(names ...string) {
	s.Helper()
	protos := []string{"shop.proto"}
	for _, name := range names {
		protos = append(protos, name+".proto")
		put(s.T, s.path(name+".proto"), "syntax = \"proto3\";\npackage "+name+".v1;\nmessage Ping {}\nservice "+
			strings.ToUpper(name[:1])+name[1:]+" { rpc Do(Ping) returns (Ping); }\n")
	}
	_, err := s.generate(protos...)
	require.NoError(s, err)
}

// implemented adds an RPC with a handler of the user's.
func implemented(name, rpc string) func(*shop) {
	return func(s *shop) {
		s.edit("shop.proto", shopPut, shopPut+rpc)
		_, err := s.bare("v1.0.0")
		require.NoError(s, err)
		s.edit(orders, "\t// TODO: implement "+name+".\n", "\t// "+name+", mine\n")
	}
}

// firstService adds a service, and a line of the user's in main.go.
func firstService(s *shop) {
	s.edit("shop.proto", "message Ping", "service First { rpc Do(Ping) returns (Pong); }\nmessage Ping")
	s.edit("cmd/shop/main.go", "package main\n", "package main\n\n// ours, mine\n")
}

// secondService adds a service at another place of the proto.
func secondService(s *shop) {
	put(s.T, s.path("shop.proto"), s.get("shop.proto")+"service Second { rpc Do(Ping) returns (Pong); }\n")
}

// TestBranches merges two branches, and regenerates once.
func TestBranches(t *testing.T) {
	for name, work := range merges {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work.test(t, simulated)
		})
	}
}

func (work teamwork) test(t *testing.T, merge merging) {
	s := newShop(t)
	version := "v1.0.0"
	if work.base != nil {
		work.base(s)
	}
	base := s.commit()
	work.ours(s)
	ours := s.committed(version)
	s.checkout(base)
	if work.theirs(s); work.version != "" {
		version = work.version
	}
	theirs := s.committed(version)
	s.checkout(merge(t, base, ours, theirs))
	s.resolve()
	if work.person != nil {
		work.person(s, ours, theirs)
	}
	_, err := s.bare(version)
	require.NoError(t, err)
	s.assertRegenerated(version)
	for name, texts := range work.want {
		for _, text := range texts {
			assert.Contains(t, s.get(name), text, name)
		}
	}
}

// bare is a run without arguments, and without any permission.
func (s *shop) bare(version string) (*Tree, error) {
	s.Helper()
	tree, err := Plan(context.Background(), Options{Out: s.dir, Version: version})
	require.NoError(s, err)
	return tree, performed(tree)
}

// committed is the folder after a run that may do what its user wants.
func (s *shop) committed(version string) commit {
	s.Helper()
	tree, err := Plan(context.Background(), Options{Out: s.dir, Version: version, AllowBreaking: true})
	require.NoError(s, err)
	require.NoError(s, performed(tree))
	return s.commit()
}

// assertRegenerated holds a tree to what a run from nothing makes of the same inputs.
func (s *shop) assertRegenerated(version string) {
	s.Helper()
	check, err := Plan(context.Background(), Options{Out: s.dir, Version: version, Full: true})
	require.NoError(s, err)
	assert.Empty(s, changes(check), "msgen generate --check finds nothing")
	tree, err := here(s).Tree(s.dir)
	require.NoError(s, err)
	memory, err := state.Read(tree)
	require.NoError(s, err)
	assert.False(s, memory.Mixed)
	var protos []string
	for _, proto := range memory.Inputs.Protos {
		protos = append(protos, s.path(proto))
	}
	fresh, err := Plan(context.Background(), Options{
		Protos: protos, ImportPaths: []string{s.dir}, Policy: s.path("policy.yaml"), Out: filepath.Join(s.TempDir(), "fresh"), Version: version,
	})
	require.NoError(s, err)
	for _, action := range fresh.plan.Actions {
		if action.Owner != state.Generated || !exists(s.path(action.Path)) {
			continue
		}
		assert.Equal(s, string(action.New), s.get(action.Path), action.Path)
	}
}

// resolve takes both sides of each conflict in the files of people.
func (s *shop) resolve() {
	s.Helper()
	tree, err := here(s).Tree(s.dir)
	require.NoError(s, err)
	memory, err := state.Read(tree)
	require.NoError(s, err)
	for name, text := range s.commit() {
		people := memory.Files[name].Owner != state.Generated && !strings.HasPrefix(name, state.Dir)
		if people && checkout.Conflict([]byte(text)) > 0 {
			put(s.T, s.path(name), bothSides(text))
		}
	}
}

// commit reads all files but git's.
func (s *shop) commit() commit {
	s.Helper()
	files := commit{}
	require.NoError(s, filepath.WalkDir(s.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		name, err := filepath.Rel(s.dir, path)
		require.NoError(s, err)
		content, err := os.ReadFile(path)
		files[filepath.ToSlash(name)] = string(content)
		return err
	}))
	return files
}

// checkout puts the files of a commit into the folder, and removes all others.
func (s *shop) checkout(files commit) {
	s.Helper()
	for name := range s.commit() {
		if _, stays := files[name]; !stays {
			require.NoError(s, os.Remove(s.path(name)))
		}
	}
	for name, text := range files {
		put(s.T, s.path(name), text)
	}
}

// simulated is git for tests that need Go alone; acceptance holds the same work to git itself.
func simulated(_ *testing.T, base, ours, theirs commit) commit {
	files := commit{}
	for _, name := range slices.Sorted(maps.Keys(union(ours, theirs))) {
		was, now, other := base[name], ours[name], theirs[name]
		_, kept := ours[name]
		_, keptToo := theirs[name]
		switch {
		case now == other, was == other && keptToo == has(base, name):
			if kept {
				files[name] = now
			}
		case was == now && kept == has(base, name), !kept:
			if keptToo {
				files[name] = other
			}
		case !keptToo:
			files[name] = now
		default:
			files[name] = mergedText(attribute(ours[".gitattributes"], name), was, now, other)
		}
	}
	return files
}

func has(files commit, name string) bool {
	_, ok := files[name]
	return ok
}

func union(a, b commit) commit {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// attribute is what .gitattributes says of how a file is merged. The last line counts.
func attribute(attributes, name string) string {
	found := ""
	for line := range strings.Lines(attributes) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		folder, below := strings.CutSuffix(fields[0], "**")
		if fields[0] != "/"+name && (!below || !strings.HasPrefix("/"+name, folder)) {
			continue
		}
		for _, field := range fields[1:] {
			if strings.Contains(field, "merge") {
				found = field
			}
		}
	}
	return found
}

func mergedText(attribute, base, ours, theirs string) string {
	merged := string(merge.Lines([]byte(base), []byte(ours), []byte(theirs)).Content)
	switch attribute {
	case "-merge":
		return ours
	case "merge=union":
		return bothSides(merged)
	default:
		return merged
	}
}

// bothSides are the lines of both sides of each conflict.
func bothSides(text string) string {
	var out strings.Builder
	dropped := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "<<<<<<< "), strings.HasPrefix(line, ">>>>>>> "):
		case strings.HasPrefix(line, "||||||| "):
			dropped = true
		case line == "=======\n":
			dropped = false
		case !dropped:
			out.WriteString(line)
		}
	}
	return out.String()
}

// TestUnresolved: what a person has to decide stops the run, which names the place and writes nothing.
func TestUnresolved(t *testing.T) {
	conflict := "<<<<<<< HEAD\n// a\n=======\n// b\n>>>>>>> theirs\n"
	for name, at := range map[string]string{
		"cmd/shop/main.go": "has conflict markers", orders: "has conflict markers", "internal/mine/mine.go": "has conflict markers",
		"Makefile": "has conflict markers", "go.mod": "has conflict markers",
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			before := ""
			if name != "internal/mine/mine.go" {
				before = s.get(name)
			}
			put(t, s.path(name), before+conflict)
			s.edit("shop.proto", shopGet, alpha+shopGet)
			sum := diskSum(t, s.dir)
			_, err := s.bare("v1.0.0")
			refused, ok := errors.AsType[*RefusedError](err)
			require.True(t, ok, err)
			require.Len(t, refused.Changes, 1)
			assert.Equal(t, name, refused.Changes[0].Path)
			assert.Equal(t, at, refused.Changes[0].Reason)
			assert.Equal(t, []int{strings.Count(before, "\n") + 1}, refused.Changes[0].Conflicts)
			assert.Equal(t, sum, diskSum(t, s.dir))
		})
	}
}
