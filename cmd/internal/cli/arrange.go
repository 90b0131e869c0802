package cli

import (
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

// gluedFlag may have its value in the same word, -Idir, as protoc and C compilers take it.
const gluedFlag = "I"

// arrange rewrites a command line into the one order that urfave understands, flags before arguments, so that users may
// write them in any. Each flag becomes one word under its first name, `--out=dir`, since urfave refuses a flag that
// comes under two of its names; with --help the command becomes an argument of help. Flags that do not exist, or lack
// their value, are usage errors.
func arrange(app *urfave.App, args []string) ([]string, error) {
	program, words := args[:1], args[1:]
	at := slices.IndexFunc(words, isOperand)
	if at < 0 {
		at = len(words)
	}
	before, err := parseLine(nil, app.Flags, words[:at])
	switch {
	case err != nil:
		return nil, err
	case before.help:
		return slices.Concat(program, []string{helpName, "--"}, words[at:]), nil
	case at == len(words):
		return slices.Concat(program, before.flags), nil
	}
	command := app.Command(words[at])
	if command == nil {
		return slices.Concat(program, before.flags, []string{"--"}, words[at:]), nil
	}
	after, err := parseLine(command, command.Flags, words[at+1:])
	switch {
	case err != nil:
		return nil, err
	case after.help:
		return slices.Concat(program, []string{helpName, "--", command.Name}), nil
	}
	return slices.Concat(program, before.flags, words[at:at+1], after.flags, []string{"--"}, after.operands), nil
}

// isOperand reports whether a word is no flag. A lone dash is an operand, as everywhere.
func isOperand(word string) bool { return word == "-" || !strings.HasPrefix(word, "-") }

// line is the words of a command line apart.
type line struct {
	flags    []string // one word each, under their first names
	operands []string
	help     bool // --help is among the flags
}

// parseLine takes the words of a command, which is nil for those before the command.
func parseLine(command *urfave.Command, flags []urfave.Flag, words []string) (line, error) {
	var out line
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if word == "--" {
			out.operands = append(out.operands, words...)
			break
		}
		if isOperand(word) {
			out.operands = append(out.operands, word)
			continue
		}
		flag, value, hasValue := findFlag(flags, word)
		if flag == nil {
			return line{}, unknownFlag(command, flags, word)
		}
		if takesValue(flag) && !hasValue {
			if len(words) == 0 {
				return line{}, usagef(command, "flag %s lacks its value", word)
			}
			value, hasValue, words = words[0], true, words[1:]
		}
		out.help = out.help || flag.Names()[0] == helpName
		canonical := "--" + flag.Names()[0]
		if hasValue {
			canonical += "=" + value
		}
		out.flags = append(out.flags, canonical)
	}
	return out, nil
}

// findFlag returns the flag that a word names, with one dash or two as Go's package flag has it, and the value that
// stands in the same word. The flag is nil where there is none.
func findFlag(flags []urfave.Flag, word string) (flag urfave.Flag, value string, hasValue bool) {
	bare := strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-")
	flagName, value, hasValue := strings.Cut(bare, "=")
	if flag := flagNamed(flags, flagName); flag != nil {
		return flag, value, hasValue
	}
	if glued, ok := strings.CutPrefix(word, "-"+gluedFlag); ok {
		return flagNamed(flags, gluedFlag), glued, true
	}
	return nil, "", false
}

// flagNamed returns nil where no flag has the name.
func flagNamed(flags []urfave.Flag, name string) urfave.Flag {
	for _, flag := range flags {
		if slices.Contains(flag.Names(), name) {
			return flag
		}
	}
	return nil
}

func takesValue(flag urfave.Flag) bool {
	documented, ok := flag.(urfave.DocGenerationFlag)
	return ok && documented.TakesValue()
}

func unknownFlag(command *urfave.Command, flags []urfave.Flag, word string) error {
	found, _, _ := strings.Cut(word, "=")
	var known []string
	for _, flag := range flags {
		known = append(known, dashed(flag)...)
	}
	return usagef(command, "unknown flag %s%s", found, didYouMean(found, known))
}

// dashed is the names of a flag as they are written: --policy, -p.
func dashed(flag urfave.Flag) []string {
	names := slices.Clone(flag.Names())
	for i, name := range names {
		if len(name) == 1 {
			names[i] = "-" + name
		} else {
			names[i] = "--" + name
		}
	}
	return names
}
