package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Format is how problems are printed.
type Format string

// The formats: one line a problem for people, one JSON object a line for programs, and the workflow commands
// of GitHub Actions (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
const (
	Text   Format = "text"
	JSON   Format = "json"
	GitHub Format = "github"
)

// Formats lists every Format by the name that the command line takes.
func Formats() []Format { return []Format{Text, JSON, GitHub} }

// Print writes the problems to w, one a line. It returns the first write error.
func Print(w io.Writer, format Format, problems []Problem) error {
	for _, p := range problems {
		line, err := p.line(format)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

func (p Problem) line(format Format) (string, error) {
	switch format {
	case JSON:
		line, err := json.Marshal(p.masked())
		return escapeJSON(string(line)), err
	case GitHub:
		return p.workflowCommand(), nil
	default:
		return p.String(), nil
	}
}

// WriteJSON writes a value as one line of JSON, in which what a terminal would obey is escaped.
func WriteJSON(w io.Writer, value any) error {
	var line strings.Builder
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false) // paths and commands are for people to read
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, escapeJSON(strings.TrimSuffix(line.String(), "\n")))
	return err
}

func (p Problem) workflowCommand() string {
	var props []string
	if p.File != "" {
		props = append(props, "file="+escapeProperty(Printable(p.File)))
	}
	if p.Line > 0 {
		props = append(props, fmt.Sprintf("line=%d", p.Line))
	}
	if p.Col > 0 {
		props = append(props, fmt.Sprintf("col=%d", p.Col))
	}
	command := string(p.Severity)
	if len(props) > 0 {
		command += " " + strings.Join(props, ",")
	}
	p.Severity = Error // the command already says "warning"
	return "::" + command + "::" + escapeData(p.Text())
}

// escapeData needs no rule for the ends of lines, which [Printable] leaves none of.
func escapeData(s string) string { return strings.ReplaceAll(s, "%", "%25") }

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C").Replace(s)
}
