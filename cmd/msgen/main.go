package main

import (
	"os"

	"github.com/msgen/msgen/cmd/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
