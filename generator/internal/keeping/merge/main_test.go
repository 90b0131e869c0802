package merge_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
)

// features are what a policy adds to main.
type features struct{ tracing, deps, publishes, subscribes, second bool }

// emitted is main as msgen writes it.
func (f features) emitted() string {
	when := func(on bool, text string) string {
		if on {
			return text
		}
		return ""
	}
	traced := when(f.tracing, ", tracing")
	var handed []string
	for name, on := range map[string]bool{"deps": f.deps, "publisher": f.publishes} {
		if on {
			handed = append(handed, name)
		}
	}
	slices.Sort(handed)
	passed := strings.Join(handed, ", ")
	check := "\tif err != nil {\n\t\treturn err\n\t}\n"
	align := when(f.second, " ")
	return `// Command shop serves.
package main

import (
	"context"
	"os"

` + when(f.deps, "\t\"shop/internal/clients\"\n") + `	"shop/internal/config"
` + when(f.publishes || f.subscribes, "\t\"shop/internal/events\"\n") + `	"shop/internal/orders"
` + when(f.second, "\t\"shop/internal/refunds\"\n") + `	"shop/internal/server"
` + when(f.subscribes, "\t\"shop/internal/subscriber\"\n") + `	"shop/internal/telemetry"
)

func main() {
	cfg, err := config.Load(os.Getenv)
	tel := telemetry.New(os.Stdout)
	if err == nil {
		err = run(context.Background(), cfg, tel)
	}
	if err != nil {
		os.Exit(1)
	}
}

// run serves until ctx is done. The handlers are made here; give them what they need.
func run(ctx context.Context, cfg config.Config, tel telemetry.Telemetry) error {
` + when(f.tracing, "\ttracing, err := telemetry.NewTracing(cfg.Tracing, tel) // for the clients of other services too\n"+check) +
		when(f.deps, "\tdeps, err := clients.New(tel"+traced+")\n"+check+"\tdefer func() { _ = deps.Close() }()\n") +
		when(f.publishes, "\tpublisher, err := events.NewPublisher(cfg.Kafka, tel"+traced+")\n"+check+"\tdefer publisher.Close()\n") +
		when(f.subscribes, "\tinbox := events.NewMemoryInbox(100_000) // or one of yours\n"+
			"\tconsumer, err := events.NewConsumer(cfg.Kafka, tel"+traced+", subscriber.New("+passed+"), inbox)\n"+check) + `	srv, err := server.New(cfg, tel` + traced + when(f.subscribes, ", consumer") + `, server.Services{
		Orders: ` + align + "orders.New(" + passed + `),
` + when(f.second, "\t\tRefunds: refunds.New("+passed+"),\n") + `	})
	if err != nil {
		return err
	}
	return srv.Run(ctx)
}
`
}

// packages are what main imports: as much of it as main calls.
var packages = map[string]string{
	"context": "type Context interface{}\nfunc Background() Context { return nil }",
	"fmt":     "func Errorf(string, ...any) error { return nil }",
	"os":      "type File struct{}\nvar Stdout *File\nfunc Getenv(string) string { return \"\" }\nfunc Exit(int) {}",
	"config":  "type Config struct{ Tracing, Kafka int; Address string }\nfunc Load(func(string) string) (Config, error) { return Config{}, nil }",
	"telemetry": "type Telemetry struct{}\ntype Tracing struct{}\nfunc New(any) Telemetry { return Telemetry{} }\n" +
		"func NewTracing(int, Telemetry) (*Tracing, error) { return nil, nil }",
	"clients":    "type Clients struct{}\nfunc (*Clients) Close() error { return nil }\nfunc New(...any) (*Clients, error) { return nil, nil }",
	"events":     "type Publisher struct{}\nfunc (*Publisher) Close() {}\nfunc NewPublisher(...any) (*Publisher, error) { return nil, nil }\ntype Consumer struct{}\nfunc NewConsumer(...any) (*Consumer, error) { return nil, nil }\nfunc NewMemoryInbox(int) int { return 0 }",
	"subscriber": "func New(...any) int { return 0 }",
	"orders":     "func New(...any) int { return 0 }",
	"refunds":    "func New(...any) int { return 0 }",
	"store":      "type Store struct{}\nfunc (Store) Close() error { return nil }\nfunc Open(string) (Store, error) { return Store{}, nil }",
	"server":     "import \"context\"\ntype Services struct{ Orders, Refunds int }\ntype Server struct{}\nfunc New(...any) (*Server, error) { return nil, nil }\nfunc (*Server) Run(context.Context) error { return nil }",
}

// compiles type-checks a main against the packages.
func compiles(source string) error {
	file, err := parser.ParseFile(fset, "main.go", source, 0)
	if err != nil {
		return err
	}
	_, err = (&types.Config{Importer: inTree{}}).Check("main", fset, []*ast.File{file}, nil)
	return err
}

var (
	fset    = token.NewFileSet()
	checked = map[string]*types.Package{}
)

type inTree struct{}

func (inTree) Import(importPath string) (*types.Package, error) {
	source := packages[path.Base(importPath)]
	if checked[importPath] == nil {
		file, err := parser.ParseFile(fset, importPath, "package "+path.Base(importPath)+"\n"+source, 0)
		if err != nil {
			return nil, err
		}
		if checked[importPath], err = (&types.Config{Importer: inTree{}}).Check(importPath, fset, []*ast.File{file}, nil); err != nil {
			return nil, err
		}
	}
	return checked[importPath], nil
}

// habits are edits that people make in main. Their words say mine.
var habits = map[string]func(main string) string{
	"a database, at the place that main names": func(main string) string {
		return replaced(main, "give them what they need.\nfunc run(ctx context.Context, cfg config.Config, tel telemetry.Telemetry) error {\n",
			"give them what they need.\nfunc run(ctx context.Context, cfg config.Config, tel telemetry.Telemetry) error {\n"+database,
			"orders.New()", "orders.New(mine)", "orders.New(deps)", "orders.New(mine, deps)", "\t\"shop/internal/telemetry\"\n", "\t\"shop/internal/store\"\n\t\"shop/internal/telemetry\"\n")
	},
	"a database, right before the server, with checks that wrap": func(main string) string {
		return replaced(main, "\tsrv, err :=", database+"\n\tsrv, err :=", "orders.New()", "orders.New(mine)", "orders.New(deps)", "orders.New(deps, mine)",
			"\t\"context\"\n", "\t\"context\"\n\t\"fmt\"\n",
			"\t\"shop/internal/telemetry\"\n", "\t\"shop/internal/store\"\n\t\"shop/internal/telemetry\"\n",
			"\t\treturn err\n", "\t\treturn fmt.Errorf(\"run: %w\", err)\n")
	},
	"names of their own": func(main string) string {
		return replaced(main, "cfg config.Config, tel telemetry.Telemetry) error", "mineCfg config.Config, mineTel telemetry.Telemetry) error",
			"(cfg, tel", "(mineCfg, mineTel", "cfg.Tracing, tel", "mineCfg.Tracing, mineTel", "cfg.Kafka, tel", "mineCfg.Kafka, mineTel",
			"New(tel", "New(mineTel", "srv", "mineServer", "deps", "myDeps", "tracing", "myTracing", "publisher", "myPublisher")
	},
	"variables that msgen names the same": func(main string) string {
		return replaced(main, "\tsrv, err :=", "\tdeps2, publisher2, clients2 := 1, 2, 3 // mine\n\t_, _, _ = deps2, publisher2, clients2 // mine\n\tsrv, err :=")
	},
	"packages under other names": func(main string) string {
		return replaced(main, "\t\"shop/internal/server\"", "\tmine \"shop/internal/server\"", "server.", "mine.", "\t\"shop/internal/telemetry\"", "\tmineTel \"shop/internal/telemetry\"", "telemetry.", "mineTel.")
	},
	"the services in a variable, the server in a block": func(main string) string {
		from, to := strings.Index(main, "server.Services{"), strings.Index(main, "\t})")
		literal := main[from : to+2]
		return replaced(main, literal, "mine", "\tsrv, err :=", "\tmine := "+literal+"\n\tsrv, err :=")
	},
	"the handlers in a variable": func(main string) string {
		from := strings.Index(main, "orders.New(")
		handlers := main[from : from+strings.Index(main[from:], ")")+1]
		return replaced(main, handlers, "mine", "\tsrv, err :=", "\tmine := "+handlers+"\n\tsrv, err :=")
	},
	"a function by another name": func(main string) string { return replaced(main, "run(", "mine(", "// run", "// mine") },
	"white space of their own": func(main string) string {
		return replaced(main, "server.New(cfg, tel", "server.New(cfg,\n\t\ttel", "\tsrv, err", "\n\n\tsrv , err")
	},
}

const database = "\tmine, err := store.Open(cfg.Address) // mine\n\tif err != nil {\n\t\treturn err // mine\n\t}\n\tdefer func() { _ = mine.Close() }()\n"

// TestMainOfPeople adds each feature to a main that people have made their own, and takes it away again: there is no
// conflict, the code compiles, and all that they wrote is there.
func TestMainOfPeople(t *testing.T) {
	added := map[string]features{
		"a dependency": {deps: true}, "tracing": {tracing: true}, "events out": {publishes: true}, "events in": {subscribes: true},
		"a second service": {second: true}, "everything": {true, true, true, true, true},
		"everything but a dependency": {true, false, true, true, true},
	}
	for habit, change := range habits {
		for from, before := range map[string]features{"nothing": {}, "tracing": {tracing: true}, "a dependency": {deps: true}} {
			mine := change(before.emitted())
			require.NoError(t, compiles(mine), habit)
			for to, after := range added {
				name := habit + "/" + from + " to " + to
				there := merged(t, name, before.emitted(), mine, after.emitted())
				back := merged(t, name+" and back", after.emitted(), there, before.emitted())
				assert.Equal(t, words(mine), words(back), name)
			}
		}
	}
}

// merged is a main after a change of msgen's text, which compiles and has what was the user's.
func merged(t *testing.T, name, base, mine, theirs string) string {
	t.Helper()
	result := merge.File("main.go", []byte(base), []byte(mine), []byte(theirs), nil)
	require.Empty(t, result.Conflicts, "%s\n%s", name, result.Content)
	require.NoError(t, compiles(string(result.Content)), "%s\n%s", name, result.Content)
	return string(result.Content)
}

// TestMainKeeps: a New with parameters of its user's is passed no more than it takes, and what else msgen adds is there.
func TestMainKeeps(t *testing.T) {
	before, after := features{}.emitted(), features{deps: true, second: true}.emitted()
	mine := replaced(before, "orders.New()", "orders.New(1)")
	keeps := func(importPath string) bool { return importPath == "shop/internal/orders" }
	result := merge.File("main.go", []byte(before), []byte(mine), []byte(after), keeps)
	require.Empty(t, result.Conflicts)
	require.Equal(t, replaced(after, "orders.New(deps)", "orders.New(1)"), string(result.Content))
}

// TestMainPassesOptions: a server that its user's main makes is passed the options that msgen's passes.
func TestMainPassesOptions(t *testing.T) {
	withOptions := func(main string) string {
		return replaced(main, "\t})\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn srv", "\t}, serverOptions(cfg, tel)...)\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn srv")
	}
	for habit, change := range habits {
		for _, after := range []features{{}, {true, true, true, true, true}} {
			before := features{}.emitted()
			mine := change(before)
			result := merge.File("main.go", []byte(before), []byte(mine), []byte(withOptions(after.emitted())), nil)
			require.Empty(t, result.Conflicts, "%s\n%s", habit, result.Content)
			_, err := parser.ParseFile(fset, "main.go", result.Content, 0)
			require.NoError(t, err, "%s\n%s", habit, result.Content)
			assert.Regexp(t, `\bNew\([^;]*, serverOptions\(\w+, \w+\)\.\.\.\)\n`, string(result.Content), habit)
		}
	}
}

// TestMainConflicts: what people have written in a statement that goes, and more than a return in the check of its error, is
// for them to take out.
func TestMainConflicts(t *testing.T) {
	before := features{tracing: true}.emitted()
	for name, mine := range map[string]string{
		"a comment": replaced(before, "services too\n\tif err != nil {\n", "services too\n\tif err != nil {\n\t\t// mine\n"),
		"a check that does more": replaced(before, "tel) // for the clients of other services too\n\tif err != nil {\n",
			"tel)\n\tif err != nil {\n\t\tprintln(1)\n"),
		"a service": replaced(before, "orders.New()", "orders.New(1)"),
	} {
		theirs := features{}.emitted()
		if name == "a service" {
			theirs = replaced(before, "\t\tOrders: orders.New(),\n", "")
		}
		require.NotEqual(t, before, mine, name)
		result := merge.File("main.go", []byte(before), []byte(mine), []byte(theirs), nil)
		assert.NotEmpty(t, result.Conflicts, name)
	}
}

// words counts the words of the user's.
func words(source string) map[string]int {
	counts := map[string]int{}
	for word := range strings.FieldsFuncSeq(source, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if strings.Contains(word, "mine") {
			counts[word]++
		}
	}
	return counts
}
