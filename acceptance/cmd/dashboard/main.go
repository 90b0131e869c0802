// Command dashboard draws the layout of an emitted Grafana dashboard as an SVG: each panel in its place, with its title,
// its unit and its first query. Grafana itself is not to be had here.
//
//	go run ./cmd/dashboard ../examples/library/deploy/observability/grafana/library.json > dashboard.svg
package main

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"os"
)

// The size of a cell of Grafana's grid, in pixels.
const (
	cellWide = 50
	cellHigh = 18
	gridWide = 24
)

type panel struct {
	Type, Title string
	GridPos     struct{ X, Y, W, H int }
	FieldConfig struct{ Defaults struct{ Unit string } }
	Targets     []struct{ Expr string }
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("found %d arguments, want the file of a dashboard", len(args))
	}
	content, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var board struct{ Panels []panel }
	if err := json.Unmarshal(content, &board); err != nil {
		return err
	}
	high := 0
	for _, p := range board.Panels {
		high = max(high, (p.GridPos.Y+p.GridPos.H)*cellHigh)
	}
	fmt.Fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\">\n", gridWide*cellWide, high)
	for _, p := range board.Panels {
		p.draw(out)
	}
	_, err = fmt.Fprintln(out, "</svg>")
	return err
}

// draw draws the panel; the title of a row has no frame.
func (p panel) draw(out io.Writer) {
	x, y, w, h := p.GridPos.X*cellWide, p.GridPos.Y*cellHigh, p.GridPos.W*cellWide, p.GridPos.H*cellHigh
	if p.Type == "row" {
		fmt.Fprintf(out, "<text x=\"%d\" y=\"%d\" font-size=\"14\" font-weight=\"bold\">%s</text>\n", x+4, y+14, html.EscapeString(p.Title))
		return
	}
	fmt.Fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f4f5f5\" stroke=\"#9fa7b3\"/>\n", x+2, y+2, w-4, h-4)
	fmt.Fprintf(out, "<text x=\"%d\" y=\"%d\" font-size=\"13\">%s</text>\n", x+10, y+20, html.EscapeString(p.Title))
	fmt.Fprintf(out, "<text x=\"%d\" y=\"%d\" font-size=\"10\" fill=\"#555\">%s, %s</text>\n", x+10, y+36, p.Type, p.FieldConfig.Defaults.Unit)
	if len(p.Targets) > 0 {
		expr := p.Targets[0].Expr
		fmt.Fprintf(out, "<text x=\"%d\" y=\"%d\" font-size=\"8\" fill=\"#555\">%s</text>\n", x+10, y+52, html.EscapeString(expr[:min(len(expr), 78)]))
	}
}
