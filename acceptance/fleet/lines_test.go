package fleet

import "bytes"

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
