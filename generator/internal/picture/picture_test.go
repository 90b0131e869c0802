package picture_test

import (
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/graph"
	"github.com/msgen/msgen/generator/internal/picture"
)

var update = flag.Bool("update", false, "rewrite the expected files; the run ends red")

func drawn(t *testing.T, g *graph.Graph, format picture.Format) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, picture.Write(&b, g, format))
	return b.String()
}

// TestExpected compares what is drawn with files that were looked at.
func TestExpected(t *testing.T) {
	for name, g := range map[string]*graph.Graph{"shop": shop(false), "cycle": shop(true), "empty": {}} {
		for _, format := range picture.Formats {
			file := "testdata/" + name + "." + string(format)
			got := drawn(t, g, format)
			want, err := os.ReadFile(file)
			if *update && string(want) != got {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				t.Errorf("%s: updated", file)
				continue
			}
			require.NoError(t, err)
			assert.Equal(t, string(want), got, "%s is out of date: run go test -update", file)
		}
	}
}

func TestUnknownFormatListsThose(t *testing.T) {
	err := picture.Write(io.Discard, &graph.Graph{}, "png")
	assert.EqualError(t, err, `no format is called "png", want one of ["text" "mermaid" "dot" "svg"]`)
}

// full fails when its room is used up.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteErrorsAreReturned(t *testing.T) {
	for _, format := range picture.Formats {
		assert.ErrorIs(t, picture.Write(full{}, shop(false), format), io.ErrShortWrite)
	}
}

// TestAllIsThere finds every service, call, bound and topic in every format.
func TestAllIsThere(t *testing.T) {
	g := shop(true)
	for _, format := range picture.Formats {
		out := drawn(t, g, format)
		for _, s := range g.Services {
			assert.Contains(t, out, s.Name, format)
		}
		for _, c := range g.Calls {
			if c.ToMethod != nil {
				assert.Contains(t, out, c.FromMethod.Name, format)
				assert.Contains(t, out, c.ToMethod.Name, format)
			}
		}
		for _, e := range g.Events {
			assert.Contains(t, out, e.Topic, format)
			assert.Contains(t, out, e.Message[strings.LastIndex(e.Message, ".")+1:], format)
		}
		for _, bound := range []string{"800ms", "250ms", "3 attempts", "breaker", "bulkhead 32", "fallback cache", "no deadline", "2.5s", "external"} {
			assert.Contains(t, out, bound, format)
		}
	}
}

// TestNothingUnprintable holds of what is made of every hostile name that it leaves a terminal as it was.
func TestNothingUnprintable(t *testing.T) {
	for _, format := range picture.Formats {
		out := drawn(t, hostileGraph(hostile...), format)
		for _, r := range out {
			assert.False(t, r < ' ' && r != '\n' || r == 0x7f || r == '\u202e' || r == '\u2066' || r == '\u2028', "%s: %U", format, r)
		}
	}
}
