package merge_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

const mainGo = `// Command orders serves.
package main

import (
	"context"
	"log/slog"

	"example.com/orders/internal/orders"
	"example.com/orders/internal/server"
)

func main() {
	run(context.Background())
}

// run serves.
func run(ctx context.Context) {
	server.New(ctx, slog.Default(), server.Services{
		Orders: orders.New(),
	})
}
`

func replaced(s string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(s) }

func TestGoBringsTogether(t *testing.T) {
	longer := replaced(mainGo,
		"\"example.com/orders/internal/orders\"\n", "\"example.com/orders/internal/orders\"\n\t\"example.com/orders/internal/orderservice\"\n",
		"\t\tOrders: orders.New(),\n", "\t\tOrders:       orders.New(),\n\t\tOrderService: orderservice.New(),\n")
	for name, c := range map[string]struct{ base, mine, theirs, want string }{
		"an argument of the user's, and a service beside it that aligns the literal anew": {
			mainGo, replaced(mainGo, "orders.New()", "orders.New(store)"), longer,
			replaced(longer, "orders.New()", "orders.New(store)"),
		},
		"a service that goes, and an argument on the line above": {
			longer, replaced(longer, "orders.New()", "orders.New(store)"), mainGo,
			replaced(mainGo, "orders.New()", "orders.New(store)"),
		},
		"two functions at the same place, two imports at the same place": {
			mainGo,
			replaced(mainGo, "\t\"context\"\n", "\t\"context\"\n\t\"fmt\"\n", "// run serves.", "func mine() { fmt.Println() }\n\n// run serves."),
			replaced(mainGo, "\t\"context\"\n", "\t\"context\"\n\t\"errors\"\n", "// run serves.", "func theirs() error { return errors.New(\"\") }\n\n// run serves."),
			replaced(mainGo, "\t\"context\"\n", "\t\"context\"\n\t\"errors\"\n\t\"fmt\"\n",
				"// run serves.", "func theirs() error { return errors.New(\"\") }\n\nfunc mine() { fmt.Println() }\n\n// run serves."),
		},
		"an import that msgen drops and the user's code needs": {
			mainGo,
			replaced(mainGo, "// run serves.", "var logger = slog.Default()\n\n// run serves."),
			replaced(mainGo, "\t\"log/slog\"\n", "", "slog.Default()", "nil"),
			replaced(mainGo, "ctx, slog.Default()", "ctx, nil", "// run serves.", "var logger = slog.Default()\n\n// run serves."),
		},
		"a function that the user moved, and that msgen changes": {
			mainGo,
			replaced(mainGo, "func main() {\n\trun(context.Background())\n}\n\n", "") + "\nfunc main() {\n\trun(context.Background())\n}\n",
			replaced(mainGo, "context.Background()", "context.TODO()"),
			replaced(mainGo, "func main() {\n\trun(context.Background())\n}\n\n", "") + "\nfunc main() {\n\trun(context.TODO())\n}\n",
		},
		"a service that msgen calls differently, and an argument": {
			mainGo, replaced(mainGo, "orders.New()", "orders.New(store)"), replaced(mainGo, "Orders: orders", "Purchases: orders"),
			replaced(mainGo, "Orders: orders.New()", "Purchases: orders.New(store)"),
		},
		"services that change places stay where their user has them": {
			longer, replaced(longer, "orders.New()", "orders.New(store)"),
			replaced(longer, "\t\tOrders:       orders.New(),\n\t\tOrderService: orderservice.New(),\n", "\t\tOrderService: orderservice.New(),\n\t\tOrders:       orders.New(),\n"),
			replaced(longer, "orders.New()", "orders.New(store)"),
		},
		"an element of the user's between services that change places": {
			longer,
			replaced(longer, "\t\tOrderService: orderservice.New(),\n", "\t\tMine:         orders.Mine(),\n\t\tOrderService: orderservice.New(1),\n"),
			replaced(longer, "\t\tOrders:       orders.New(),\n\t\tOrderService: orderservice.New(),\n", "\t\tOrderService: orderservice.New(),\n\t\tOrders:       orders.New(),\n"),
			replaced(longer, "\t\tOrderService: orderservice.New(),\n", "\t\tMine:         orders.Mine(),\n\t\tOrderService: orderservice.New(1),\n"),
		},
		"a function that the user removed": {
			mainGo + "\nfunc extra() {}\n", mainGo,
			replaced(mainGo, "serves.", "answers.") + "\nfunc extra() {}\n",
			replaced(mainGo, "serves.", "answers."),
		},
		"no Go: by lines": {"a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, end := range []string{"\n", "\r\n"} {
				mine, want := strings.ReplaceAll(c.mine, "\n", end), strings.ReplaceAll(c.want, "\n", end)
				result := merge.File("main.go", []byte(c.base), []byte(mine), []byte(c.theirs), nil)
				assert.Empty(t, result.Conflicts)
				assert.Equal(t, want, string(result.Content))
			}
		})
	}
}

func TestGoConflicts(t *testing.T) {
	for name, c := range map[string]struct {
		base, mine, theirs string
		line               int
	}{
		"one line, two ways": {mainGo, replaced(mainGo, "Background", "Mine"), replaced(mainGo, "Background", "Theirs"), 13},
		"edited and dropped": {
			mainGo + "\nfunc extra() {}\n", mainGo + "\nfunc extra() { mine() }\n", mainGo, 22,
		},
		"an element that its user edited and msgen drops, beside two that are alike": {
			mainGo, replaced(mainGo, "orders.New()", "orders.New(1)"),
			replaced(mainGo, "Orders: orders.New(),\n", "A: orders.New(),\n\t\tB: orders.New(),\n"), 19,
		},
		"an element that its user edited and msgen drops": {
			replaced(mainGo, "orders.New(),\n", "orders.New(),\n\t\tMore: more.New(),\n"), replaced(mainGo, "orders.New(),\n", "orders.New(),\n\t\tMore: more.New(1),\n"), mainGo, 20,
		},
		"added by both": {mainGo, mainGo + "\nfunc extra() { mine() }\n", mainGo + "\nfunc extra() { theirs() }\n", 22},
	} {
		t.Run(name, func(t *testing.T) {
			result := merge.File("main.go", []byte(c.base), []byte(c.mine), []byte(c.theirs), nil)
			assert.Equal(t, []int{c.line}, result.Conflicts)
			assert.NotZero(t, checkout.Conflict(result.Content))
		})
	}
}

// goFile is a file with the functions, each of which says whose it is.
func goFile(functions []string) string {
	return "package p\n\n" + strings.Join(functions, "\n")
}

func editedGo(rnd *rand.Rand, who string, functions []string) []string {
	out := slices.Clone(functions)
	for range rnd.IntN(4) {
		at := rnd.IntN(len(out) + 1)
		name := fmt.Sprintf("%s%d", who, rnd.IntN(1000))
		added := fmt.Sprintf("// %s is new.\nfunc %s() {\n\tprintln(%q)\n}\n", name, name, name)
		switch {
		case at == len(out) || rnd.IntN(2) == 0:
			out = slices.Insert(out, at, added)
		case rnd.IntN(2) == 0:
			out[at] = strings.Replace(out[at], "{\n", "{\n\tprintln(\"edit of "+who+"\")\n", 1)
		default:
			out = slices.Delete(out, at, at+1)
		}
	}
	return out
}

// TestGoAtRandom: what comes of two edits of a Go file is Go, and has every line that its user wrote.
func TestGoAtRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 9))
	clean := 0
	for range 2_000 {
		var functions []string
		for i := range 2 + rnd.IntN(6) {
			functions = append(functions, fmt.Sprintf("func f%d() {\n\tprintln(%d)\n}\n", i, i))
		}
		mine, theirs := editedGo(rnd, "mine", functions), editedGo(rnd, "theirs", functions)
		result := merge.Go([]byte(goFile(functions)), []byte(goFile(mine)), []byte(goFile(theirs)), nil)
		for line := range strings.Lines(goFile(mine)) {
			if strings.Contains(line, "mine") {
				require.Contains(t, string(result.Content), line)
			}
		}
		if result.Clean() {
			clean++
			_, err := parser.ParseFile(token.NewFileSet(), "", result.Content, 0)
			require.NoError(t, err)
		}
	}
	assert.Greater(t, clean, 1000)
}
