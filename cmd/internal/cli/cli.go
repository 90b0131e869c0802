// Package cli is msgen's command line. It turns arguments into calls of package generator, and what comes of them into
// text and an exit code.
//
// Every command is a file of its own with the same two parts: a function that returns the command (its help, its
// flags), and the function that runs it. Commands read and write only the streams that [Run] was given, and return an
// error where they end with anything but success; printing it and finding the exit code is the same for all.
package cli

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/msgen/msgen/generator/diag"
)

// name is that of the program in all it prints, whatever the binary is called.
const name = "msgen"

// Run is the program: args begins with its name, and the exit code is returned.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	tuneGC()
	app := newApp(stdin, stdout, stderr)
	args, err := arrange(app, withCommand(args))
	if err != nil {
		report(stderr, diag.Text, err)
		return exitCode(err)
	}
	return exitCode(app.Run(args))
}

// tuneGC puts the first collection off to a heap of 32 MiB instead of 4, which a run for one service does not reach: that
// saves a quarter of its time. After it Go's own figure counts again, which halves the memory of a run for a
// thousand services. Who sets GOGC knows better.
func tuneGC() {
	if os.Getenv("GOGC") != "" {
		return
	}
	usual := debug.SetGCPercent(800)
	runtime.AddCleanup(new([16]byte), func(percent int) { debug.SetGCPercent(percent) }, usual)
}

// withCommand makes the plugin command explicit that protoc and buf ask for by the name of the binary.
func withCommand(args []string) []string {
	if len(args) == 0 {
		return []string{name}
	}
	if strings.TrimSuffix(filepath.Base(args[0]), ".exe") == "protoc-gen-"+name {
		return append([]string{name, "plugin"}, args[1:]...)
	}
	return args
}

// newApp builds the command tree anew for each run, because urfave keeps what it has parsed in it. Its own help,
// suggestions and completion are off: they write to the process's streams and read its arguments.
func newApp(stdin io.Reader, stdout, stderr io.Writer) *urfave.App {
	app := &urfave.App{
		Name:                      name,
		Usage:                     "a complete Go service from protos and one policy file",
		UsageText:                 name + " COMMAND [ARGUMENTS]",
		Description:               rootDescription,
		Flags:                     []urfave.Flag{helpFlag(), versionFlag()},
		Action:                    runRoot,
		Commands:                  commands(),
		Reader:                    stdin,
		Writer:                    stdout,
		ErrWriter:                 stderr,
		HideHelp:                  true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true, // a folder may have a comma in its name
		OnUsageError:              onUsageError,
		ExitErrHandler: func(c *urfave.Context, err error) {
			report(stderr, format(c), err)
		},
	}
	for _, command := range app.Commands {
		command.HideHelp = true
		command.Flags = append(command.Flags, helpFlag())
		command.OnUsageError = onUsageError
	}
	return app
}

// commands lists every command in the order in which help shows them.
func commands() []*urfave.Command {
	return []*urfave.Command{
		initCommand(),
		generateCommand(),
		checkCommand(),
		explainCommand(),
		graphCommand(),
		statusCommand(),
		runtimeCommand(),
		schemaCommand(),
		pluginCommand(),
		completionCommand(),
		versionCommand(),
		helpCommand(),
		completeCommand(),
	}
}

const rootDescription = `msgen reads protobuf service definitions and one YAML policy file, and writes a Go service that
builds at once: server, client, handlers to fill in, configuration, health, metrics, logs, tests.
It generates again after the protos or the policy have changed, and leaves what you wrote alone.`

// runRoot runs where no command was found.
func runRoot(c *urfave.Context) error {
	switch {
	case c.Args().Present():
		return unknownCommand(c.App, c.Args().First())
	case c.Bool("version"):
		return runVersion(c)
	default:
		return writeAppHelp(c.App.Writer, c.App)
	}
}
