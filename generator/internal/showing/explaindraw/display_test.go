package explaindraw_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/showing/explain"
	"github.com/msgen/msgen/generator/internal/showing/explaindraw"
)

var update = flag.Bool("update", false, "rewrite the expected files; the run ends red")

const millisecond = policy.Duration(time.Millisecond)

// calls are one with all that can be drawn, and one with little.
func calls() []explain.Call {
	return []explain.Call{
		{
			Method: "shop.v1.Orders/Get", Kind: "unary", Summary: "at most 2 attempts; it ends within 630ms",
			Timelines: []explain.Timeline{{
				When: "the server hangs", End: 630 * millisecond, Bound: 1000 * millisecond, BoundName: "timeout", Sum: "2 x 300ms + 30ms = 630ms",
				Spans: []explain.Span{
					{Name: "attempt 1", End: 300 * millisecond, Note: "0s to 300ms"},
					{Name: "pause", Pause: true, Begin: 300 * millisecond, End: 330 * millisecond, Note: "20ms to 30ms"},
					{Name: "attempt 2", Begin: 330 * millisecond, End: 630 * millisecond, Note: "330ms to 630ms"},
				},
			}, {
				When: "every attempt fails at once", End: 30 * millisecond, Bound: 1000 * millisecond, BoundName: "timeout", Sum: "30ms",
				Spans: []explain.Span{
					{Name: "attempt 1", Note: "at 0s"},
					{Name: "pause", Pause: true, End: 30 * millisecond, Note: "20ms to 30ms"},
					{Name: "attempt 2", Begin: 30 * millisecond, End: 30 * millisecond, Note: "at 30ms"},
				},
			}},
			Topics: []explain.Topic{
				{Name: "time", Facts: []explain.Fact{{Name: "timeout", Value: "1s", Meaning: "for the whole call", Source: explain.Source{By: "default"}}}},
				{Name: explain.Breaker, Facts: []explain.Fact{{Name: "failures", Meaning: "UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, DATA_LOSS, RESOURCE_EXHAUSTED"}}},
				{Name: "fallback", Facts: []explain.Fact{{Name: "value", Meaning: `{"id":"<&>` + strings.Repeat("x", 100) + `"}`}}},
			},
			Transitions: []explain.Transition{
				{From: "closed", To: "open", When: "50 % of at least 20 in 10s fail"}, {From: "open", To: "half-open", When: "after 5s"},
				{From: "half-open", To: "closed", When: "it succeeds"}, {From: "half-open", To: "open", When: "it fails"},
			},
		},
		{
			Method: "shop.v1.Orders/Watch", Kind: "server streaming", Summary: "one attempt",
			Timelines: []explain.Timeline{{
				When: "it lasts as long as it may", End: 1000 * millisecond, Bound: 1000 * millisecond, BoundName: "connection", Sum: "1s",
				Spans: []explain.Span{{Name: "stream", End: 1000 * millisecond, Note: "0s to 1s"}},
			}},
		},
	}
}

// TestExpected compares what is drawn with files that were looked at.
func TestExpected(t *testing.T) {
	for file, draw := range map[string]func(io.Writer, []explain.Call) error{"testdata/calls.txt": explaindraw.Text, "testdata/calls.svg": explaindraw.SVG} {
		var out strings.Builder
		require.NoError(t, draw(&out, calls()))
		want, err := os.ReadFile(file)
		if *update && string(want) != out.String() {
			require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
			t.Errorf("%s: updated", file)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, string(want), out.String(), "%s is out of date: run go test -update", file)
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	var out strings.Builder
	require.NoError(t, explaindraw.SVG(&out, calls()))
	decoder := xml.NewDecoder(strings.NewReader(out.String()))
	text := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if data, ok := token.(xml.CharData); ok {
			text += string(data)
		}
	}
	assert.Contains(t, text, `{"id":"<&>xxx`, "what the policy says is text, whatever it looks like")
	assert.NotContains(t, out.String(), "href", "no other file is needed")
}

func TestTextIsNarrow(t *testing.T) {
	var out strings.Builder
	require.NoError(t, explaindraw.Text(&out, calls()))
	for line := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, len([]rune(line)), 120, line)
		assert.Equal(t, strings.TrimRight(line, " \n"), strings.TrimSuffix(line, "\n"), "blanks at the end")
	}
}

func TestJSON(t *testing.T) {
	var out strings.Builder
	require.NoError(t, explaindraw.JSON(&out, calls()))
	var read []map[string]any
	require.NoError(t, json.Unmarshal([]byte(out.String()), &read))
	require.Len(t, read, 2)
	assert.Equal(t, "shop.v1.Orders/Get", read[0]["method"])
	timeline := read[0]["timelines"].([]any)[0].(map[string]any)
	assert.Equal(t, "630ms", timeline["end"], "durations are written as in the policy")
}

// full fails when its room is used up.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteErrorsAreReturned(t *testing.T) {
	for _, draw := range []func(io.Writer, []explain.Call) error{explaindraw.Text, explaindraw.SVG, explaindraw.JSON} {
		assert.ErrorIs(t, draw(full{}, calls()), io.ErrShortWrite)
	}
}
