package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// printProblems prints the problems of the inputs, and for people how many there are.
func printProblems(w io.Writer, format diag.Format, problems []diag.Problem) error {
	if err := diag.Print(w, format, problems); err != nil {
		return err
	}
	if format != diag.Text || len(problems) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(w, countOf(problems))
	return err
}

// countOf is the problems by severity in words: "2 errors, 1 warning".
func countOf(problems []diag.Problem) string {
	severities := map[diag.Severity]int{}
	for _, p := range problems {
		severities[p.Severity]++
	}
	var parts []string
	for _, severity := range []diag.Severity{diag.Error, diag.Warning} {
		if n := severities[severity]; n > 0 {
			parts = append(parts, counted(n, string(severity)))
		}
	}
	return strings.Join(parts, ", ")
}

// counted is n with its noun: "1 file", "2 files".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
