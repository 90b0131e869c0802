package cli

import (
	"strings"

	urfave "github.com/urfave/cli/v2"
)

// commandLine is the generate command that c was given, without the flags that keep it from writing.
func commandLine(c *urfave.Context) string {
	words := append([]string{name, c.Command.Name}, c.Args().Slice()...)
	if policy := c.Path(policyFlag); policy != "" {
		words = append(words, "-p", policy)
	}
	for _, dir := range c.StringSlice(protoPathFlag) {
		words = append(words, "-I", dir)
	}
	if out := c.Path(outFlag); out != "" {
		words = append(words, "-o", out)
	}
	if dir := c.Path(allFlag); dir != "" {
		words = append(words, "--"+allFlag, dir)
	}
	if c.Bool(overwriteFlag) {
		words = append(words, "--"+overwriteFlag)
	}
	if way := c.String(conflictFlag); way == conflictMarkers {
		words = append(words, "--"+conflictFlag+"="+way)
	}
	if c.Bool(breakingFlag) {
		words = append(words, "--"+breakingFlag)
	}
	for _, path := range c.StringSlice(restoreFlag) {
		words = append(words, "--"+restoreFlag, path)
	}
	for i, word := range words {
		words[i] = quoteForShell(word)
	}
	return strings.Join(words, " ")
}

// inDir is the commands in one line, each run only if the one before it succeeded, in dir.
func inDir(dir string, commands ...string) string {
	if dir != "." {
		commands = append([]string{"cd " + quoteForShell(dir)}, commands...)
	}
	return strings.Join(commands, " && ")
}

// quoteForShell is a word as a POSIX shell takes it, in quotes only where it needs them.
func quoteForShell(word string) string {
	if word != "" && !strings.ContainsFunc(word, special) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// special reports whether a shell may give a meaning of its own to the letter.
func special(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	default:
		return !strings.ContainsRune("_-./:@%+,=", r)
	}
}
