package logging

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// slow takes a second for each write.
type slow struct {
	writes []string
	err    error
}

func (s *slow) Write(text []byte) (int, error) {
	time.Sleep(time.Second)
	s.writes = append(s.writes, string(text))
	return len(text), s.err
}

// A process that ends by a crash has written what it has logged.
func TestWhoLogsGoesOnWhenTheLineIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out slow
		logger := New(&out, slog.LevelInfo, func(context.Context) (traceID, spanID string) { return "", "" })
		for i := range 3 {
			logger.Info("entry")
			if len(out.writes) != i+1 {
				t.Fatalf("after %d entries there were %d writes", i+1, len(out.writes))
			}
		}
	})
}

func TestLinesThatComeDuringAWriteAreWrittenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out slow
		logger := New(&out, slog.LevelInfo, func(context.Context) (traceID, spanID string) { return "", "" })
		began := time.Now()
		log := func(after, wait time.Duration) {
			time.Sleep(after)
			logger.Info("entry")
			if took := time.Since(began); took != wait {
				t.Errorf("an entry of %s was logged after %s, want %s", after, took, wait)
			}
		}
		go log(0, time.Second)
		for range 3 {
			go log(time.Millisecond, 2*time.Second)
		}
		log(1500*time.Millisecond, 3*time.Second)
		var lines []int
		for _, text := range out.writes {
			lines = append(lines, strings.Count(text, "\n"))
		}
		if len(lines) != 3 || lines[0] != 1 || lines[1] != 3 || lines[2] != 1 {
			t.Errorf("the writes have %v lines, want 1, 3 and 1", lines)
		}
	})
}

func TestLinesAreWrittenAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &slow{err: errors.New("no space left")}
		l := newLines(out)
		_, _ = l.Write([]byte("first\n"))
		if err := l.flush(); !errors.Is(err, out.err) {
			t.Errorf("the first flush returns %v", err)
		}
		out.err = nil
		_, _ = l.Write([]byte(strings.Repeat("long ", maxKept)))
		if err := l.flush(); err != nil || len(out.writes) != 2 || cap(l.spare) > maxKept {
			t.Errorf("the second flush returns %v after %d writes and keeps %d bytes", err, len(out.writes), cap(l.spare))
		}
	})
}
