package logging

import (
	"io"
	"sync"
)

// maxKept is the size of a buffer, in bytes, that is used again; an entry may be of any size.
const maxKept = 64 << 10

// lines writes those lines together that come while others are being written. Nothing is late: who has added a line waits
// until it is written.
type lines struct {
	w io.Writer

	mu             sync.Mutex
	end            *sync.Cond // of a write
	waiting, spare []byte
	writing        bool
	added, written uint64 // lines
}

func newLines(w io.Writer) *lines {
	l := &lines{w: w}
	l.end = sync.NewCond(&l.mu)
	return l
}

// Write adds a line. It implements io.Writer.
func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, line...)
	l.added++
	return len(line), nil
}

// flush returns when every line is written that was added before. It returns the error of a write of its own.
func (l *lines) flush() (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for before := l.added; l.written < before; {
		if l.writing {
			l.end.Wait()
			continue
		}
		batch, last := l.waiting, l.added
		l.waiting, l.spare, l.writing = l.spare, nil, true
		l.mu.Unlock()
		_, err = l.w.Write(batch)
		l.mu.Lock()
		l.written, l.writing = last, false
		if cap(batch) <= maxKept {
			l.spare = batch[:0]
		}
		l.end.Broadcast()
	}
	return err
}
