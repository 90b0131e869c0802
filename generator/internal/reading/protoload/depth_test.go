package protoload_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// TestNestingEnds: up to 100 levels are read, of messages as many as the compiler lets pass, and the 101st is a problem.
func TestNestingEnds(t *testing.T) {
	const head = "syntax = \"proto2\";\npackage p;\n"
	const node = "import \"google/protobuf/descriptor.proto\";\nmessage N { optional N n = 1; repeated N m = 2; }\nextend google.protobuf.FileOptions { optional N o = 50000; }\n"
	messages := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "message M%d {", i)
		}
		return b.String() + strings.Repeat("}", n)
	}
	groups := func(n int) string {
		var b strings.Builder
		for i := range n - 1 {
			fmt.Fprintf(&b, "optional group G%d = 1 {", i)
		}
		return "message M {" + b.String() + strings.Repeat("}", n)
	}
	for name, nested := range map[string]func(n int) string{
		"messages": messages,
		"groups":   groups,
		"values": func(n int) string {
			return node + "option (o) = " + strings.Repeat("{n:", n-1) + "{" + strings.Repeat("}", n) + ";"
		},
		"in angles": func(n int) string {
			return node + "option (o) = {n:" + strings.Repeat("<n:", n-2) + "<" + strings.Repeat(">", n-1) + "};"
		},
		"without end": func(n int) string { return "message M " + strings.Repeat("{", n) },
		"strings": func(n int) string {
			return `option java_package = "` + strings.Repeat(`{\"`, n) + `"; // ` + strings.Repeat("{", n) + "\n/*" + strings.Repeat("{", n) + "*/"
		},
	} {
		load := func(n int) []diag.Problem {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "a.proto"), head+nested(n))
			_, problems := protoload.Load(context.Background(), protoload.Options{View: disk.From(dir), Files: []string{"a.proto"}})
			return problems.All()
		}
		deep := func(problems []diag.Problem) int { return strings.Count(fmt.Sprint(problems), "nested too deeply") }
		if name == "strings" {
			assert.Empty(t, load(100_000), name)
			continue
		}
		for _, n := range []int{101, 100_000} {
			problems := load(n)
			require.Len(t, problems, 1, name)
			assert.Equal(t, 1, deep(problems), name)
			assert.Positive(t, problems[0].Col, name)
		}
		assert.Zero(t, deep(load(100)), name)
		most := map[string]int{"messages": 31, "groups": 31, "values": 100, "in angles": 100}[name]
		if most > 0 {
			assert.Empty(t, load(most), name)
		}
	}
}
