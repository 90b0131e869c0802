//go:build unix

package main

import (
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
)

// measureTrees prints what it takes to regenerate many trees in one run.
func measureTrees(w io.Writer, dir, msgen string, sizes []string) error {
	if _, err := fmt.Fprintf(w, "\n| trees | seconds | MiB resident |\n|---|---|---|\n"); err != nil {
		return err
	}
	for _, size := range sizes {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		folder := filepath.Join(dir, "trees"+size)
		protos, err := writeProtos(folder, n)
		if err != nil {
			return err
		}
		for i, proto := range protos {
			if _, err := run(exec.Command(msgen, "generate", proto, "-I", folder, "-o", filepath.Join(folder, "tree"+strconv.Itoa(i)))); err != nil {
				return err
			}
		}
		c, err := run(exec.Command(msgen, "generate", "--all", folder)) // a build without a version plans every tree anew
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "| %d | %.3f | %.0f |\n", n, c.wall.Seconds(), float64(c.memory)/1024); err != nil {
			return err
		}
	}
	return nil
}
