package cli

import (
	"fmt"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/internal/nearest"
)

// usageError is a command line that msgen does not understand.
type usageError struct{ message string }

// Error is the message with the command to run for help.
func (e *usageError) Error() string { return e.message }

// usagef is a usageError of one command, or of the program where command is nil.
func usagef(command *urfave.Command, format string, args ...any) error {
	help := name + " help"
	if command != nil {
		help += " " + command.Name
	}
	return &usageError{fmt.Sprintf("%s (`%s` shows how)", fmt.Sprintf(format, args...), help)}
}

// onUsageError takes what is left for urfave to find after [arrange]: values that do not fit their flags.
func onUsageError(c *urfave.Context, err error, isSubcommand bool) error {
	if isSubcommand {
		return usagef(c.Command, "%v", err)
	}
	return usagef(nil, "%v", err)
}

// wantArguments checks how many arguments a command was given, and says which it wants.
func wantArguments(c *urfave.Context, least, most int, want string) error {
	switch n := c.NArg(); {
	case n < least:
		return usagef(c.Command, "no argument given: %s %s wants %s", name, c.Command.Name, want)
	case n > most:
		return usagef(c.Command, "unexpected argument %q: %s %s wants %s", c.Args().Get(most), name, c.Command.Name, want)
	}
	return nil
}

func unknownCommand(app *urfave.App, found string) error {
	var known []string
	for _, command := range app.VisibleCommands() {
		known = append(known, command.Name)
	}
	return usagef(nil, "unknown command %q%s", found, didYouMean(found, known))
}

// didYouMean is "; did you mean ...?" with the candidate that is most like found, or empty when none is.
func didYouMean(found string, candidates []string) string {
	advice := nearest.DidYouMean(found, candidates)
	if advice == "" || len(found) <= len("-x") { // any letter is near any other
		return ""
	}
	return "; " + advice
}
