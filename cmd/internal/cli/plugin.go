package cli

import (
	"fmt"
	"io"

	urfave "github.com/urfave/cli/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/pluginpb"
)

func pluginCommand() *urfave.Command {
	return &urfave.Command{
		Name:      "plugin",
		Usage:     "be a plugin of protoc or buf",
		UsageText: "msgen plugin < REQUEST > RESPONSE",
		Description: `Takes a request of protoc's or buf's on stdin, and answers on stdout that the plugin is not
available yet. Under the name protoc-gen-msgen, msgen does so without an argument.

Example:
  protoc --msgen_out=. greeter.proto`,
		Hidden: true,
		Action: runPlugin,
	}
}

// runPlugin refuses every request in the plugin protocol itself, in which nothing but the response may be on stdout.
func runPlugin(c *urfave.Context) error {
	if err := wantArguments(c, 0, 0, "none"); err != nil {
		return err
	}
	in, err := io.ReadAll(c.App.Reader)
	if err != nil {
		return fmt.Errorf("cannot read the plugin request: %w", err)
	}
	if err := proto.Unmarshal(in, new(pluginpb.CodeGeneratorRequest)); err != nil {
		return fmt.Errorf("stdin holds no plugin request: %w", err)
	}
	out, err := proto.Marshal(&pluginpb.CodeGeneratorResponse{
		Error: new("the protoc plugin is not available yet: run msgen generate"),
	})
	if err != nil {
		return err
	}
	_, err = c.App.Writer.Write(out)
	return err
}
