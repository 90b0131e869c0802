package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// outcome is all that a run leaves behind.
type outcome struct {
	code           int
	stdout, stderr string
}

// run calls the program in this process.
func run(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr strings.Builder
	code := Run(args, strings.NewReader(stdin), &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

func TestUsageErrors(t *testing.T) {
	for line, want := range map[string]string{
		"generat":                       `unknown command "generat"; did you mean "generate"? ("msgen help" shows how)`,
		"brew":                          `unknown command "brew" ("msgen help" shows how)`,
		"help generat":                  `unknown command "generat"; did you mean "generate"? ("msgen help" shows how)`,
		"help check init":               `unexpected argument "init": msgen help wants one command, or nothing ("msgen help help" shows how)`,
		"--versoin":                     `unknown flag --versoin; did you mean "--version"? ("msgen help" shows how)`,
		"generate --polcy=x a.proto":    `unknown flag --polcy; did you mean "--policy"? ("msgen help generate" shows how)`,
		"generate a.proto -x":           `unknown flag -x ("msgen help generate" shows how)`,
		"generate a.proto -o":           `flag -o lacks its value ("msgen help generate" shows how)`,
		"generate a.proto -o=":          `flag --out is empty ("msgen help generate" shows how)`,
		"check a.proto -I= -Ib":         `flag --proto-path is empty ("msgen help check" shows how)`,
		"generate a.proto --diff=maybe": `invalid boolean value "maybe" for -diff: parse error ("msgen help generate" shows how)`,
		"generate --check --diff":       `--check and --diff exclude each other ("msgen help generate" shows how)`,
		"check --format jsn":            `unknown format "jsn", want text, json, github; did you mean "json"? ("msgen help check" shows how)`,
		"init":                          `no argument given: msgen init wants one folder ("msgen help init" shows how)`,
		"init a b":                      `unexpected argument "b": msgen init wants one folder ("msgen help init" shows how)`,
		"schema x":                      `unexpected argument "x": msgen schema wants none ("msgen help schema" shows how)`,
		"completion bsh":                `unknown shell "bsh", want bash, zsh, fish; did you mean "bash"? ("msgen help completion" shows how)`,
	} {
		assert.Equal(t, outcome{code: 2, stderr: "msgen: " + want + "\n"}, run(t, "", append([]string{name}, strings.Fields(line)...)...), line)
	}
}
