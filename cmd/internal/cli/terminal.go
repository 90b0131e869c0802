package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// coloured reports whether output to w may carry colours: on a terminal that knows them, unless its user has set
// NO_COLOR (https://no-color.org).
func coloured(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}
