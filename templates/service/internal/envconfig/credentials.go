package envconfig

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Secret is a value, or a file that holds it. Env.Secret makes it; the zero Secret is none. Logs do not show the value, unless it is
// in a field that is not exported: fmt calls no methods there.
type Secret struct{ value, file string }

// Secret returns what the variable has, or the file that its twin with _FILE at the end names. To set both is an error.
func (e *Env) Secret(name string) Secret {
	secret := Secret{value: e.Get(name), file: Read(e, name+"_FILE", "", File)}
	if secret.value != "" && e.Get(name+"_FILE") != "" {
		e.Fail(fmt.Errorf("%s and %[1]s_FILE: both are set, want one of them", name))
	}
	return secret
}

// Read returns the value. It reads the file each time, so that a rotated secret is taken.
func (s Secret) Read() (string, error) {
	if s.file == "" {
		return s.value, nil
	}
	text, err := os.ReadFile(s.file)
	return strings.TrimSpace(string(text)), err
}

// String keeps the value out of logs.
func (s Secret) String() string {
	if s.value != "" {
		return "(secret)"
	}
	return s.file
}

// GoString keeps the value out of logs in the form of Go.
func (s Secret) GoString() string { return s.String() }

// Login reads the variables of a user: prefix_USERNAME, prefix_PASSWORD and prefix_PASSWORD_FILE.
func (e *Env) Login(prefix string) (user string, password Secret) {
	user, password = e.Get(prefix+"_USERNAME"), e.Secret(prefix+"_PASSWORD")
	e.Together(prefix+"_USERNAME", prefix+"_PASSWORD", prefix+"_PASSWORD_FILE")
	return user, password
}

// Together reports a variable that is set without any of the others, or one of them without it.
func (e *Env) Together(name string, others ...string) {
	isSet := func(name string) bool { return e.Get(name) != "" }
	either, eitherSet := strings.Join(others, " or "), slices.ContainsFunc(others, isSet)
	switch {
	case isSet(name) && !eitherSet:
		e.Fail(fmt.Errorf("%s: missing, want it with %s", either, name))
	case !isSet(name) && eitherSet:
		e.Fail(fmt.Errorf("%s: missing, want it with %s", name, either))
	}
}

// File is the path of a file that is there.
func File(text string) (string, error) {
	if _, err := os.Stat(text); err != nil {
		return "", fmt.Errorf("a file: %w", err)
	}
	return text, nil
}
