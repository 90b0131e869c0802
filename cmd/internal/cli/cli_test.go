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
	for _, test := range []struct{ line, want, help string }{
		{"generat", `unknown command "generat"; did you mean "generate"?`, "msgen help"},
		{"brew", `unknown command "brew"`, "msgen help"},
		{"help generat", `unknown command "generat"; did you mean "generate"?`, "msgen help"},
		{"help check init", `unexpected argument "init": msgen help wants one command, or nothing`, "msgen help help"},
		{"--versoin", `unknown flag --versoin; did you mean "--version"?`, "msgen help"},
		{"generate --polcy=x a.proto", `unknown flag --polcy; did you mean "--policy"?`, "msgen help generate"},
		{"generate a.proto -x", `unknown flag -x`, "msgen help generate"},
		{"generate a.proto -o", `flag -o lacks its value`, "msgen help generate"},
		{"generate a.proto -o=", `flag --out is empty`, "msgen help generate"},
		{"check a.proto -I= -Ib", `flag --proto-path is empty`, "msgen help check"},
		{"generate a.proto --diff=maybe", `invalid boolean value "maybe" for -diff: parse error`, "msgen help generate"},
		{"generate --check --diff", `--check and --diff exclude each other`, "msgen help generate"},
		{"check --format jsn", `unknown format "jsn", want text, json, github; did you mean "json"?`, "msgen help check"},
		{"init", `no argument given: msgen init wants one folder`, "msgen help init"},
		{"init a b", `unexpected argument "b": msgen init wants one folder`, "msgen help init"},
		{"schema x", `unexpected argument "x": msgen schema wants none`, "msgen help schema"},
		{"completion bsh", `unknown shell "bsh", want bash, zsh, fish; did you mean "bash"?`, "msgen help completion"},
	} {
		got := run(t, "", append([]string{name}, strings.Fields(test.line)...)...)
		want := "msgen: " + test.want + " (`" + test.help + "` shows how)\n"
		assert.Equal(t, outcome{code: 2, stderr: want}, got, test.line)
	}
}
