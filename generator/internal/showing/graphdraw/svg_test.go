package graphdraw_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/showing/graph"
	"github.com/msgen/msgen/generator/internal/showing/graphdraw"
)

// group is a node or a link of a picture, as a reader of XML sees it.
type group struct {
	Class string    `xml:"class,attr"`
	Node  string    `xml:"data-node,attr"`
	From  string    `xml:"data-from,attr"`
	To    string    `xml:"data-to,attr"`
	Title string    `xml:"title"`
	Rect  rectangle `xml:"rect"`
	Paths []struct {
		D string `xml:"d,attr"`
	} `xml:"path"`
	Texts []string `xml:"text"`
}

type rectangle struct {
	X      int `xml:"x,attr"`
	Y      int `xml:"y,attr"`
	Width  int `xml:"width,attr"`
	Height int `xml:"height,attr"`
}

func groups(t *testing.T, g *graph.Graph) []group {
	t.Helper()
	var read struct {
		Groups []group `xml:"g"`
	}
	require.NoError(t, xml.Unmarshal([]byte(drawn(t, g, graphdraw.SVG)), &read))
	return read.Groups
}

// ends are the first and the last point of a path.
func ends(t *testing.T, path string) (from, to [2]int) {
	t.Helper()
	numbers := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("MLC ", r) })
	at := func(i int) int {
		n, err := strconv.Atoi(numbers[i])
		require.NoError(t, err, path)
		return n
	}
	last := len(numbers) - 2
	return [2]int{at(0), at(1)}, [2]int{at(last), at(last + 1)}
}

func (g *group) touches(p [2]int) bool {
	right, bottom := g.Rect.X+g.Rect.Width, g.Rect.Y+g.Rect.Height
	inside := g.Rect.X <= p[0] && p[0] <= right && g.Rect.Y <= p[1] && p[1] <= bottom
	return inside && (p[0] == g.Rect.X || p[0] == right || p[1] == g.Rect.Y || p[1] == bottom)
}

func TestArrowsTouchTheirServices(t *testing.T) {
	for name, g := range map[string]*graph.Graph{"shop": shop(false), "cycle": shop(true), "many": many(200), "hostile": named(hostile...)} {
		nodes := map[string]*group{}
		links := 0
		for _, part := range groups(t, g) {
			if part.Node != "" {
				for _, other := range nodes {
					apart := part.Rect.X >= other.Rect.X+other.Rect.Width || other.Rect.X >= part.Rect.X+part.Rect.Width ||
						part.Rect.Y >= other.Rect.Y+other.Rect.Height || other.Rect.Y >= part.Rect.Y+part.Rect.Height
					assert.True(t, apart, "%s: %s is over %s", name, part.Title, other.Title)
				}
				nodes[part.Node] = &part
			}
		}
		for _, part := range groups(t, g) {
			if part.From == "" {
				continue
			}
			links++
			from, to := ends(t, part.Paths[0].D)
			assert.True(t, nodes[part.From].touches(from), "%s: %s", name, part.Title)
			assert.True(t, nodes[part.To].touches(to), "%s: %s", name, part.Title)
			tip, _ := ends(t, strings.Split(part.Paths[1].D, " l")[0]+" 0 0")
			assert.Equal(t, to, tip, "%s: the head of %s", name, part.Title)
		}
		assert.GreaterOrEqual(t, links, len(g.Events))
	}
}

func TestSVGHoldsNamesAsText(t *testing.T) {
	var titles []string
	for _, part := range groups(t, named(hostile...)) {
		titles = append(titles, part.Title)
	}
	all := strings.Join(titles, "\n")
	for _, name := range hostile {
		if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '\u2000' }) {
			assert.Contains(t, all, name)
		}
	}
}

// TestSVGNeedsNoOtherFile reads every token of it.
func TestSVGNeedsNoOtherFile(t *testing.T) {
	decoder := xml.NewDecoder(strings.NewReader(drawn(t, named(hostile...), graphdraw.SVG)))
	known := []string{"svg", "style", "rect", "g", "title", "path", "text"}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok {
			assert.True(t, slices.Contains(known, start.Name.Local), start.Name.Local)
			for _, a := range start.Attr {
				assert.False(t, strings.HasPrefix(a.Name.Local, "on") || strings.HasSuffix(a.Name.Local, "href"), a.Name.Local)
			}
		}
	}
}

func TestCyclesAreMarked(t *testing.T) {
	var cyclic []string
	for _, part := range groups(t, shop(true)) {
		if strings.Contains(part.Class, "cyclic") {
			cyclic = append(cyclic, strings.Split(part.Title, "\n")[0])
		}
	}
	assert.Equal(t, []string{"orders to payments", "payments to orders"}, cyclic)
	for _, format := range []graphdraw.Format{graphdraw.Text, graphdraw.SVG, graphdraw.Mermaid, graphdraw.DOT} {
		assert.NotContains(t, drawn(t, shop(false), format), "part of a cycle")
		assert.NotContains(t, drawn(t, shop(false), format), "CYCLE")
	}
}
