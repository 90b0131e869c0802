package envconfig

import (
	"fmt"
	"os"
)

// Together reports a variable that is set without the one that belongs to it.
func (e *Env) Together(name, value, otherName, other string) {
	switch {
	case value != "" && other == "":
		e.Fail(fmt.Errorf("%s: missing, want it with %s", otherName, name))
	case value == "" && other != "":
		e.Fail(fmt.Errorf("%s: missing, want it with %s", name, otherName))
	}
}

// File is the path of a file that is there.
func File(text string) (string, error) {
	if _, err := os.Stat(text); err != nil {
		return "", fmt.Errorf("a file: %w", err)
	}
	return text, nil
}
