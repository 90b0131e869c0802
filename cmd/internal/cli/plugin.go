package cli

import (
	"fmt"
	"io"

	urfave "github.com/urfave/cli/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

func pluginCommand() *urfave.Command {
	return &urfave.Command{
		Name:  "plugin",
		Usage: "be a plugin of protoc or buf",
		UsageText: `msgen plugin < REQUEST > RESPONSE
protoc --msgen_out=DIR [--msgen_opt=OPTION]... PROTO...`,
		Description: `Answers a request of protoc's or buf's. protoc looks for it as protoc-gen-msgen; buf takes
it by local: protoc-gen-msgen, with strategy: all where services stand in more than one folder.

Without existing, the output is the generated files alone. With it, it is all that generate would
write to that tree: shared files are merged, and your Go gets what an RPC needs. A plugin cannot
delete: files that are no longer generated are told. Stubs come from protoc-gen-go and
protoc-gen-go-grpc beside it, into the Go packages that the protos name.

The tree remembers its plugin: generate, check, explain and status follow its options there, and
Makefile, README.md and pipelines run buf generate, or the command that the option names.

Options:
  existing=DIR           the tree that the output goes to, as protoc does not tell
  policy=FILE            the policy (default: policy.yaml beside the first proto, if any)
  module=PATH            the module of the tree, where policy and go.mod do not name it
  only=service|deploy    one half of the files
  stubs=true|false       write the stubs too (default: false)
  paths=source_relative  put the stubs where the protos are, not where their go_package says
  MPROTO=PACKAGE         the Go package of a proto, in place of its go_package
  proto_path=DIR         where the protos are, as -I says (default: the working directory)
  allow_breaking=true    go on although a change of the protos breaks callers
  system=FILE            make the gateway of a system; the request has all its protos
  command=COMMAND        what runs the compiler where it runs now, such as make protos

Examples:
  protoc --msgen_out=. --msgen_opt=existing=.,stubs=true greeter.proto
  buf generate                                  with local: protoc-gen-msgen in buf.gen.yaml`,
		Action: interruptible(runPlugin),
	}
}

// runPlugin answers in the plugin protocol, in which nothing but the response may be on stdout. What is wrong with the
// inputs is in the response too; the rest is for stderr, which protoc and buf pass on.
func runPlugin(c *urfave.Context) error {
	if err := wantArguments(c, 0, 0, "none"); err != nil {
		return err
	}
	in, err := io.ReadAll(c.App.Reader)
	if err != nil {
		return fmt.Errorf("cannot read the plugin request: %w", err)
	}
	var request pluginpb.CodeGeneratorRequest
	if err := proto.Unmarshal(in, &request); err != nil {
		return fmt.Errorf("stdin holds no plugin request: %w", err)
	}
	if len(request.GetFileToGenerate()) == 0 {
		return fmt.Errorf("stdin holds no plugin request: it names no file to generate")
	}
	answer := generator.Plugin(c.Context, &request, version())
	if err := tellAnswer(c.App.ErrWriter, answer); err != nil {
		return err
	}
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(answer.Response)
	if err != nil {
		return err
	}
	_, err = c.App.Writer.Write(out)
	return err
}

// tellAnswer prints what has no place in a response.
func tellAnswer(w io.Writer, answer *generator.Answer) error {
	if err := diag.Print(w, diag.Text, answer.Warnings); err != nil {
		return err
	}
	for _, note := range answer.Notes {
		if _, err := fmt.Fprintf(w, "note: %s\n", diag.Printable(diag.Masked(note))); err != nil {
			return err
		}
	}
	for _, next := range answer.Next {
		if _, err := fmt.Fprintf(w, "next: %s\n", diag.Printable(next)); err != nil {
			return err
		}
	}
	return nil
}
