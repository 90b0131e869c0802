// Package explaindraw shows what calls do: as text for a terminal, as a picture, and as JSON for programs.
package explaindraw

import (
	"encoding/json"
	"io"

	"github.com/msgen/msgen/generator/internal/showing/explain"
)

// JSON writes the calls as an array, with every figure and its source.
func JSON(w io.Writer, calls []explain.Call) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(calls)
}
