// Protoc-gen-msgen is msgen under the name that protoc and buf look for: it takes a plugin request on stdin and answers
// on stdout. `msgen help plugin` lists its options.
package main

import (
	"os"

	"github.com/msgen/msgen/cmd/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
