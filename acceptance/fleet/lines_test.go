package fleet

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

// lineWriter takes what a process prints, line by line. When the process has ended, everything was taken.
type lineWriter struct {
	take func(line []byte) // the line is without its end, and changes after take has returned
	rest []byte            // of a line that has not ended
}

// Write takes the lines that end in text.
func (w *lineWriter) Write(text []byte) (int, error) {
	w.rest = append(w.rest, text...)
	for {
		line, rest, ended := bytes.Cut(w.rest, []byte("\n"))
		if !ended {
			return len(text), nil
		}
		w.take(line)
		w.rest = rest
	}
}

// tailLines is how many lines a tail keeps.
const tailLines = 50

// tail keeps the last lines that a process has printed.
type tail struct {
	mu    sync.Mutex
	lines []string
}

func (l *tail) take(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines[max(0, len(l.lines)+1-tailLines):], string(line))
}

// String returns the lines.
func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// showIfFailed shows what the process has printed if the test fails.
func showIfFailed(t *testing.T, name string, printed *tail) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log of %s:\n%s", name, printed)
		}
	})
}
