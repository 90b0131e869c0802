// Command mutation changes an emitted service in one place at a time, runs its tests, and prints how many of the changes
// they notice: all that are of the policy's numbers, and at least 95 % of those of the engine, or else it fails.
//
//	mutation [-every N] TREE MODULE RUNTIME
//
// TREE is the emitted tree, which is spoilt, MODULE its module, and RUNTIME the folder templates/service of this repository. With
// -every only one mutant of N is tried.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/msgen/msgen/acceptance/mutation"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flags := flag.NewFlagSet("mutation", flag.ContinueOnError)
	flags.SetOutput(stderr)
	every := flags.Int("every", 1, "try one mutant of `N`")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() != 3 || *every < 1 {
		fmt.Fprintln(stderr, "usage: mutation [-every N] TREE MODULE RUNTIME")
		return 2
	}
	tree, err := mutation.Mutate(ctx, flags.Arg(0), flags.Arg(1), flags.Arg(2))
	if err != nil {
		fmt.Fprintln(stderr, "mutation:", err)
		return 1
	}
	mutants := mutation.OneOf(*every, tree.Mutants)
	survivors, err := tree.Survivors(ctx, mutants, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "mutation:", err)
		return 1
	}
	score := mutation.ScoreOf(mutants, survivors)
	fmt.Fprintln(stdout, score)
	if !score.Good() {
		return 1
	}
	return 0
}
