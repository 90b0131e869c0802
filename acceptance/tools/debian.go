package tools

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Debian takes a program that is on the machine, and else installs it by apt-get, which only root may.
type Debian struct {
	Packages []string
	Program  string // a name to look for on PATH and where Debian keeps servers, or an absolute path
	Needs    string // a file that the program is of no use without; may be empty
}

func (d Debian) find(cache, Tool) string {
	if d.Needs != "" {
		if _, err := os.Stat(d.Needs); err != nil {
			return ""
		}
	}
	candidates := []string{d.Program}
	if !filepath.IsAbs(d.Program) {
		candidates = append(candidates, filepath.Join("/usr/sbin", d.Program)) // not on everybody's PATH
	}
	for _, candidate := range candidates {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	return ""
}

func (d Debian) get(ctx context.Context, c cache, _ Tool) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("%s is missing and so is apt-get; install %s by hand", d.Program, d.Program)
	}
	if os.Getuid() != 0 {
		return errors.New("only root can install it: run `apt-get update` and `" + strings.Join(d.install(), " ") + "` as root")
	}
	unlock, err := c.lock("apt-get") // apt-get update does not wait for another one
	if err != nil {
		return err
	}
	defer unlock()
	for _, args := range [][]string{{"apt-get", "update"}, d.install()} {
		if err := (command{env: []string{"DEBIAN_FRONTEND=noninteractive"}, args: args}).run(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d Debian) install() []string {
	// Somebody else's apt-get may be at work.
	wait := []string{"-o", "DPkg::Lock::Timeout=300"}
	return slices.Concat([]string{"apt-get", "install", "--yes", "--no-install-recommends"}, wait, d.Packages)
}
