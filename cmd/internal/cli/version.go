package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

func versionCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "version",
		Usage:     "print msgen's version",
		UsageText: "msgen version",
		Description: `Prints the version of msgen, and the Go version and platform that it was built with and for.
A tree holds the version of the msgen that wrote it in .msgen/version.

Example:
  msgen version`,
		Action: runVersion,
	}
}

func versionFlag() urfave.Flag {
	return &urfave.BoolFlag{Name: "version", Usage: "print msgen's version"}
}

func runVersion(c *urfave.Context) error {
	if err := wantArguments(c, 0, 0, "none"); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.App.Writer, "%s %s\n%s %s/%s\n", name, version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// unreleased is the version of a build that no module version names.
const unreleased = "devel"

// release is the version of a build from sources without their history, which whoever packages msgen gives the linker:
// -ldflags "-X github.com/msgen/msgen/cmd/internal/cli.release=v1.2.3".
var release string

// version is msgen's own, as `go install msgen@version` takes it, or [unreleased].
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasPrefix(info.Main.Version, "v") || strings.HasSuffix(info.Main.Version, "+dirty") {
		return unreleased
	}
	return info.Main.Version
}
