package logging

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"testing"
)

func TestLinesAreJSONThatNamesTheTrace(t *testing.T) {
	type key struct{}
	spanOf := func(ctx context.Context) (traceID, spanID string) {
		if ctx.Value(key{}) == nil {
			return "", ""
		}
		return "1234", "5678"
	}
	within := context.WithValue(t.Context(), key{}, true)
	for _, test := range []struct {
		name string
		log  func(*slog.Logger)
		want map[string]any
	}{
		{"hidden", func(l *slog.Logger) { l.DebugContext(within, "m") }, nil},
		{"without a trace", func(l *slog.Logger) { l.Info("m", "key", "é\n") }, map[string]any{"key": "é\n"}},
		{"within one", func(l *slog.Logger) { l.InfoContext(within, "m") }, map[string]any{"trace_id": "1234", "span_id": "5678"}},
		{"with what each has", func(l *slog.Logger) { l.With("service", "orders").InfoContext(within, "m") },
			map[string]any{"service": "orders", "trace_id": "1234", "span_id": "5678"}},
		{"in a group", func(l *slog.Logger) { l.WithGroup("g").InfoContext(within, "m", "key", 1) },
			map[string]any{"g": map[string]any{"key": 1.0, "trace_id": "1234", "span_id": "5678"}}},
	} {
		var out bytes.Buffer
		test.log(New(&out, slog.LevelInfo, spanOf))
		if test.want == nil {
			if out.Len() > 0 {
				t.Errorf("%s: the log is %q, want none", test.name, &out)
			}
			continue
		}
		var got map[string]any
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%s: %q: %v", test.name, &out, err)
		}
		if got["msg"] != "m" || got["level"] != "INFO" || got["time"] == nil {
			t.Errorf("%s: the line is %v", test.name, got)
		}
		for _, name := range []string{"msg", "level", "time"} {
			delete(got, name)
		}
		if !equal(got, test.want) {
			t.Errorf("%s: the line has %v, want %v", test.name, got, test.want)
		}
	}
}

func equal(a, b map[string]any) bool {
	return maps.EqualFunc(a, b, func(x, y any) bool {
		inner, ok := x.(map[string]any)
		if !ok {
			return x == y
		}
		other, ok := y.(map[string]any)
		return ok && equal(inner, other)
	})
}

func TestLevelCanBeChanged(t *testing.T) {
	var out bytes.Buffer
	level := new(slog.LevelVar)
	level.Set(slog.LevelWarn)
	logger := New(&out, level, func(context.Context) (traceID, spanID string) { return "", "" })
	logger.Info("hidden")
	level.Set(slog.LevelInfo)
	logger.Info("shown")
	if lines := bytes.Count(out.Bytes(), []byte("\n")); lines != 1 {
		t.Errorf("the log is %q, want the second entry alone", &out)
	}
}
