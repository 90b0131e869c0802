package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

// completeCommand is what the scripts of the completion command call.
func completeCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "complete",
		Usage:     "print what may stand in the place of the last word",
		UsageText: "msgen complete -- [WORD...]",
		Description: `Prints a candidate a line, with a tab and what it means where there is something to say. Without
any, a file name may stand there.

Example:
  msgen complete -- generate --form`,
		Hidden: true,
		Action: runComplete,
	}
}

func runComplete(c *urfave.Context) error {
	var b strings.Builder
	for _, candidate := range candidates(c.App, c.Args().Slice()) {
		b.WriteString(candidate.text)
		if candidate.meaning != "" {
			fmt.Fprintf(&b, "\t%s", candidate.meaning)
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(c.App.Writer, b.String())
	return err
}

// candidate is a word that may stand in the place of the one that is being typed.
type candidate struct{ text, meaning string }

// candidates returns what may stand in the place of the last word; none where that is for the shell to say, because a
// file name may.
func candidates(app *urfave.App, words []string) []candidate {
	before, last := splitLast(words)
	command := commandAmong(app, before)
	all := candidatesAfter(app, command, before, last)
	return slices.DeleteFunc(all, func(c candidate) bool { return !strings.HasPrefix(c.text, last) })
}

// splitLast parts the word that is being typed from those before it. Bash makes three words of --flag=value; the "=" is
// dropped, so that the value follows its flag.
func splitLast(words []string) (before []string, last string) {
	if len(words) == 0 {
		return nil, ""
	}
	before, last = words[:len(words)-1], words[len(words)-1]
	if last == "=" {
		return before, ""
	}
	if len(before) > 0 && before[len(before)-1] == "=" {
		before = before[:len(before)-1]
	}
	return before, last
}

// commandAmong is the command that the words name, or nil as long as they name none.
func commandAmong(app *urfave.App, words []string) *urfave.Command {
	if i := slices.IndexFunc(words, isOperand); i >= 0 {
		return app.Command(words[i])
	}
	return nil
}

// candidatesAfter need not begin with what is typed of the last word.
func candidatesAfter(app *urfave.App, command *urfave.Command, before []string, last string) []candidate {
	flags := app.Flags
	if command != nil {
		flags = command.Flags
	}
	if len(before) > 0 {
		if flag, _, hasValue := findFlag(flags, before[len(before)-1]); flag != nil && takesValue(flag) && !hasValue {
			return values(flag, "")
		}
	}
	if isOperand(last) && last != "-" {
		return operands(app, command)
	}
	if flag, _, hasValue := findFlag(flags, last); flag != nil && hasValue {
		return values(flag, last[:strings.Index(last, "=")+1])
	}
	return flagCandidates(flags, last)
}

// values is what a flag takes, behind a prefix.
func values(flag urfave.Flag, prefix string) []candidate {
	if flag.Names()[0] != formatFlag {
		return nil
	}
	return plainCandidates(prefix, formatNames(flag))
}

// operands is what may stand as an argument of a command, or as the command where it is nil.
func operands(app *urfave.App, command *urfave.Command) []candidate {
	switch {
	case command == nil, command.Name == helpName:
		var out []candidate
		for _, c := range app.VisibleCommands() {
			out = append(out, candidate{text: c.Name, meaning: c.Usage})
		}
		return out
	case command.Name == "completion":
		return plainCandidates("", shells())
	default:
		return nil
	}
}

func plainCandidates(prefix string, words []string) []candidate {
	var out []candidate
	for _, word := range words {
		out = append(out, candidate{text: prefix + word})
	}
	return out
}

// flagCandidates leaves out the short names once two dashes are typed.
func flagCandidates(flags []urfave.Flag, last string) []candidate {
	var out []candidate
	for _, flag := range flags {
		meaning := ""
		if documented, ok := flag.(urfave.DocGenerationFlag); ok {
			meaning = strings.ReplaceAll(documented.GetUsage(), "`", "")
		}
		for _, name := range dashed(flag) {
			if strings.HasPrefix(name, last) {
				out = append(out, candidate{text: name, meaning: meaning})
			}
		}
	}
	return out
}
