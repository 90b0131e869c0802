// Command tools gets the programs that the acceptance tests need, those that are named or else all of them, and
// prints where each is.
//
//	tools [NAME...]
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/msgen/msgen/acceptance/tools"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit code. It goes on to the next tool after one that could not be had, so that one run tells all
// that is amiss.
func run(names []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	wanted, err := choose(names)
	if err != nil {
		fmt.Fprintln(stderr, "tools:", err)
		return 2
	}
	installer, err := tools.NewInstaller(stdout)
	if err != nil {
		fmt.Fprintln(stderr, "tools:", err)
		return 1
	}
	code := 0
	for _, t := range wanted {
		path, err := installer.Path(ctx, t)
		if err != nil {
			fmt.Fprintln(stderr, "tools:", err)
			code = 1
			continue
		}
		fmt.Fprintf(stdout, "%s: %s\n", t, path)
	}
	return code
}

// choose returns the named tools, or all of them when there are no names.
func choose(names []string) ([]tools.Tool, error) {
	if len(names) == 0 {
		return tools.All(), nil
	}
	wanted := make([]tools.Tool, 0, len(names))
	for _, name := range names {
		t, err := tools.ByName(name)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, t)
	}
	return wanted, nil
}
