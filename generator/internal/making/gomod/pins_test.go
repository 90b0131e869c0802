package gomod

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
)

// pins is what pins.txt says.
type pins struct {
	goFloor string
	modules []pin
}

// pin is a module and its packages that emitted code may import, as patterns relative to the module.
type pin struct {
	module.Version
	patterns []string
}

func readPins(t *testing.T) pins {
	t.Helper()
	text, err := os.ReadFile("pins.txt")
	require.NoError(t, err)
	var p pins
	for line := range strings.Lines(string(text)) {
		value := strings.TrimSpace(line)
		key, rest, _ := strings.Cut(value, " ")
		switch {
		case value == "" || strings.HasPrefix(value, "#"):
		case key == "go":
			p.goFloor = rest
		case strings.HasPrefix(line, "\t"):
			last := &p.modules[len(p.modules)-1]
			last.patterns = append(last.patterns, value)
		default:
			p.modules = append(p.modules, pin{Version: parseVersion(value)})
		}
	}
	return p
}
