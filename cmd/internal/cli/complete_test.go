package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCandidates(t *testing.T) {
	for typed, want := range map[string]string{ // words are parted by blanks, the last one may be empty
		"":                            "init generate check explain graph status runtime schema plugin completion version help",
		"ge":                          "generate",
		"--":                          "--help --version",
		"help sc":                     "schema",
		"completion ":                 "bash zsh fish",
		"generate ":                   "",
		"generate greet":              "",
		"generate --":                 "--policy --proto-path --out --format --check --diff --overwrite-generated --conflict --all --allow-breaking --restore --help",
		"generate a.proto --o":        "--out --overwrite-generated",
		"generate -":                  "--policy -p --proto-path -I --out -o --format --check --diff --overwrite-generated --conflict --all --allow-breaking --restore --help -h",
		"generate --format ":          "text json github",
		"generate --format j":         "json",
		"generate --format=":          "--format=text --format=json --format=github",
		"generate --format = g":       "github", // bash parts the words at "="
		"generate --format =":         "text json github",
		"explain --format ":           "text svg json",
		"graph --format ":             "text mermaid dot svg html",
		"generate --policy ":          "",
		"generate --policy --form":    "", // the value of --policy
		"generate --policy=p --form":  "--format",
		"generate --check ":           "",
		"nonsense ":                   "init generate check explain graph status runtime schema plugin completion version help",
		"schema -":                    "--system --help -h",
		"init greeter --proto=x --pr": "--proto",
	} {
		var got []string
		for _, candidate := range candidates(newApp(nil, nil, nil), strings.Split(typed, " ")) {
			got = append(got, candidate.text)
		}
		assert.Equal(t, strings.Fields(want), append([]string{}, got...), typed)
	}
}

func TestCompletePrintsMeanings(t *testing.T) {
	want := "check\tlist every problem of the protos and the policy\n"
	assert.Equal(t, outcome{stdout: want}, run(t, "", "msgen", "complete", "--", "ch"))
}
