package gobreak_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/keeping/gobreak"
)

const (
	stubs = "package v1\n\nimport \"google.golang.org/protobuf/runtime/protoimpl\"\n\ntype Ping struct {\n\tstate protoimpl.MessageState\n\tId string\n\tNote string\n}\n\n" +
		"func (x *Ping) GetId() string { return x.Id }\n\ntype Old struct{ Id string }\n"
	handler = `package orders

import (
	"context"

	"google.golang.org/grpc"
	v1 "example.com/orders/gen/v1"
)

var wrong int = "was wrong before"

func (s *Server) Get(ctx context.Context, req *v1.Ping) (*v1.Old, error) {
	_ = grpc.Unknown(req.Note, req.GetId())
	return &v1.Old{Id: req.Id}, ctx.Err()
}

type Server struct{}
`
)

func tree(files map[string]string, users ...string) gobreak.Tree {
	t := gobreak.Tree{Root: "example.com/orders", Files: map[string][]byte{}, Users: map[string]bool{}}
	for name, text := range files {
		t.Files[name] = []byte(text)
	}
	for _, name := range users {
		t.Users[name] = true
	}
	return t
}

func TestNewPlacesAlone(t *testing.T) {
	before := map[string]string{
		"gen/v1/v1.pb.go":                  stubs,
		"internal/orders/orders.go":        handler,
		"internal/orders/orders_test.go":   "package orders_test\n\nimport v1 \"example.com/orders/gen/v1\"\n\nvar _ = v1.Old{}\n",
		"internal/orders/other_windows.go": "package orders\n\nvar _ = v1.Never\n",
		"internal/orders/tag.go":           "//go:build never\n\npackage orders\n\nvar _ = v1.Never\n",
		"internal/orders/broken.go":        "package orders\n\nfunc (\n",
		"internal/server/server.go":        "package server\n\nimport v1 \"example.com/orders/gen/v1\"\n\nvar _ = v1.Old{}\n",
	}
	users := []string{"internal/orders/orders.go", "internal/orders/orders_test.go", "internal/orders/other_windows.go", "internal/orders/tag.go", "internal/orders/broken.go"}
	assert.Empty(t, gobreak.New(tree(before, users...), tree(before, users...)))

	after := maps.Clone(before)
	after["gen/v1/v1.pb.go"] = strings.NewReplacer("type Old struct{ Id string }\n", "", "\tNote string\n", "").Replace(stubs)
	after["internal/orders/orders.go"] = strings.Replace(handler, "import (", "import (\n", 1) // every line has moved
	var got []string
	for _, place := range gobreak.New(tree(before, users...), tree(after, users...)) {
		got = append(got, fmt.Sprintf("%s:%d:%d: %s", place.Path, place.Line, place.Col, place.Message))
	}
	assert.Equal(t, []string{
		"internal/orders/orders.go:13:62: undefined: v1.Old",
		"internal/orders/orders.go:14:23: req.Note undefined (type *v1.Ping has no field or method Note)",
		"internal/orders/orders.go:15:13: undefined: v1.Old",
		"internal/orders/orders_test.go:5:12: undefined: v1.Old",
	}, got)
}

// TestNamesOfPackages: an import need not say what its package is called, and code that uses it by its name compiles.
func TestNamesOfPackages(t *testing.T) {
	const custom = `package balancer

import (
	"math/rand/v2"

	"github.com/mattn/go-isatty"
	"gopkg.in/yaml.v3"
)

func pick(n int) int { return rand.IntN(n) + isatty.One + yaml.Two + twice.Never }
`
	breaks := gobreak.New(tree(nil), tree(map[string]string{"internal/balancer/custom.go": custom}, "internal/balancer/custom.go"))
	assert.Equal(t, []gobreak.Break{{Path: "internal/balancer/custom.go", Line: 10, Col: 70, Message: "undefined: twice"}}, breaks)
}

// TestOneLine: what a call has and wants stands on the line of the place.
func TestOneLine(t *testing.T) {
	const server = "package server\n\nfunc New(name string) {}\n"
	const main = "package main\n\nimport \"example.com/orders/server\"\n\nfunc main() { server.New() }\n"
	breaks := gobreak.New(tree(nil), tree(map[string]string{"server/server.go": server, "cmd/main.go": main}, "cmd/main.go"))
	assert.Equal(t, []gobreak.Break{{Path: "cmd/main.go", Line: 5, Col: 26, Message: "not enough arguments in call to server.New: have (), want (string)"}}, breaks)
}

func TestUndefinedNamesOfAFileAreOneBreak(t *testing.T) {
	place := func(line int, message string) gobreak.Break {
		return gobreak.Break{Path: "a_test.go", Line: line, Col: 1, Message: message}
	}
	assert.Equal(t, []gobreak.Break{place(1, "undefined: start, probe"), place(2, "too many arguments")}, gobreak.Merged([]gobreak.Break{
		place(1, "undefined: start"), place(2, "too many arguments"), place(3, "undefined: probe"), place(4, "undefined: start"),
	}))
	assert.Empty(t, gobreak.Merged(nil))
}
