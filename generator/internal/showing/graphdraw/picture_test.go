package graphdraw_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/showing/graph"
	"github.com/msgen/msgen/generator/internal/showing/graphdraw"
)

var update = flag.Bool("update", false, "rewrite the expected files; the run ends red")

var galleryFolder = flag.String("gallery", "", "write the pictures that TestGallery draws into this folder, for others to look at")

func drawn(t *testing.T, g *graph.Graph, format graphdraw.Format) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, graphdraw.Write(&b, g, format))
	return b.String()
}

// TestExpected compares what is drawn with files that were looked at.
func TestExpected(t *testing.T) {
	for name, g := range map[string]*graph.Graph{"shop": shop(false), "cycle": shop(true), "empty": {}} {
		for _, format := range graphdraw.Formats {
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

// TestGallery draws what the acceptance tests open with the programs that the formats are for.
func TestGallery(t *testing.T) {
	folder := cmp.Or(*galleryFolder, t.TempDir())
	hostile := slices.DeleteFunc(slices.Clone(hostile), func(name string) bool { return name == "" }) // of which there is nothing to look for
	for name, g := range map[string]*graph.Graph{"shop": shop(false), "cycle": shop(true), "hostile": named(hostile...), "many": many(200)} {
		for _, format := range graphdraw.Formats {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name+"."+string(format)), []byte(drawn(t, g, format)), 0o644))
		}
	}
	names, err := json.Marshal(hostile) // invalid UTF-8 is U+FFFD there too
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "hostile.json"), names, 0o644))
}

func TestUnknownFormatListsThose(t *testing.T) {
	err := graphdraw.Write(io.Discard, &graph.Graph{}, "png")
	assert.EqualError(t, err, `no format is called "png", want one of ["text" "mermaid" "dot" "svg" "html"]`)
}

// full fails when its room is used up.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteErrorsAreReturned(t *testing.T) {
	for _, format := range graphdraw.Formats {
		assert.ErrorIs(t, graphdraw.Write(full{}, shop(false), format), io.ErrShortWrite)
	}
}

// TestAllIsThere finds every service, call, bound and topic in every format.
func TestAllIsThere(t *testing.T) {
	g := shop(true)
	for _, format := range graphdraw.Formats {
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

// TestEveryCallOfABigSystemIsThere counts, in pictures that have no room for labels too.
func TestEveryCallOfABigSystemIsThere(t *testing.T) {
	g := many(200)
	for format, times := range map[graphdraw.Format]int{
		graphdraw.Text: 1, graphdraw.Mermaid: 1, graphdraw.DOT: 1, graphdraw.SVG: 1,
		graphdraw.HTML: 3, // in the picture, with the caller, and with the called
	} {
		assert.Equal(t, times*len(g.Calls), strings.Count(drawn(t, g, format), "within 1s"), format)
	}
}

func TestSameGraphSameBytes(t *testing.T) {
	for _, format := range graphdraw.Formats {
		one, other := drawn(t, many(80), format), drawn(t, many(80), format)
		assert.Equal(t, one, other, format)
	}
}

// TestBigSystemIsDrawn draws more services than anybody has: what hangs there ends with the time of the whole run.
func TestBigSystemIsDrawn(t *testing.T) {
	g := many(1000)
	for _, format := range graphdraw.Formats {
		out := drawn(t, g, format)
		for _, s := range g.Services {
			if !strings.Contains(out, s.Name) {
				t.Errorf("%s lacks %s", format, s.Name)
			}
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, size := range []int{200, 1000} {
		g := many(size)
		for _, format := range graphdraw.Formats {
			b.Run(fmt.Sprintf("%d/%s", size, format), func(b *testing.B) {
				for b.Loop() {
					if err := graphdraw.Write(io.Discard, g, format); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// TestNothingUnprintable holds of what is made of every hostile name that it leaves a terminal as it was.
func TestNothingUnprintable(t *testing.T) {
	for _, format := range graphdraw.Formats {
		for _, r := range drawn(t, named(hostile...), format) {
			if r < ' ' && r != '\n' || r == 0x7f || r == '\u202e' || r == '\u2066' || r == '\u2028' {
				t.Errorf("%s: %U", format, r)
			}
		}
	}
}

// skeletons take from each format what is text in it. What is left is the same whatever the names are.
var skeletons = map[graphdraw.Format]func(string) string{
	graphdraw.Text:    func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) },
	graphdraw.Mermaid: func(s string) string { return regexp.MustCompile(`"[^"\n]*"`).ReplaceAllString(s, "") },
	graphdraw.DOT:     func(s string) string { return regexp.MustCompile(`"(\\.|[^"\\\n])*"`).ReplaceAllString(s, "") },
	graphdraw.SVG:     tags,
	graphdraw.HTML:    tags,
}

// tags are the names of the elements and of their attributes.
func tags(s string) string {
	values := regexp.MustCompile(`="[^"<>]*"`).ReplaceAllString(s, "")
	return strings.Join(regexp.MustCompile(`<[^>]*>?`).FindAllString(values, -1), "\n")
}

func breaksOut(t *testing.T, names []string) {
	harmless := make([]string, len(names))
	for i, name := range names {
		if name != "" {
			harmless[i] = "x" + strconv.Itoa(i)
		}
	}
	for _, format := range graphdraw.Formats {
		want, got := drawn(t, named(harmless...), format), drawn(t, named(names...), format)
		assert.Equal(t, skeletons[format](want), skeletons[format](got), "%s of %q", format, names)
	}
}

func TestNothingBreaksOut(t *testing.T) {
	breaksOut(t, hostile)
	for _, name := range hostile {
		breaksOut(t, []string{name, "other"})
	}
}

func FuzzNothingBreaksOut(f *testing.F) {
	for i, name := range hostile {
		f.Add(name, hostile[(i+7)%len(hostile)])
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		if one != other { // the topics would be one
			breaksOut(t, []string{one, other})
		}
	})
}
