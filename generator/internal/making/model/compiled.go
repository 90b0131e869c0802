package model

import "strings"

// Compiled is how protoc or buf has a tree made, by msgen's plugin.
type Compiled struct {
	By           string // protoc or buf
	Remake       string // the shell command that regenerates the tree, run in its root; empty where nobody knows it
	ForeignStubs bool   // other plugins write the stubs
}

// Pipelines install these to regenerate a tree that a compiler makes. The version of protoc-gen-go is the one in go.mod.
const (
	bufVersion         = "v1.75.0"
	grpcStubsVersion   = "v1.6.2"
	installMsgenPlugin = `go install "github.com/msgen/msgen/cmd/protoc-gen-msgen@$(cat .msgen/version)"`
)

// ByBuf reports whether buf makes the tree, and not protoc.
func (c *Compiled) ByBuf() bool { return c.By == "buf" }

// Remakes reports whether the command is known that makes the tree.
func (c *Compiled) Remakes() bool { return c != nil && c.Remake != "" }

// Unknown is what a pipeline says where it cannot regenerate the tree.
func (c *Compiled) Unknown() string {
	text := c.By + " made the tree, by a command that is not known here: the plugin's option command= names it."
	if c.ForeignStubs {
		text += " The stubs of other plugins are not compared."
	}
	return text
}

// Tools are the shell commands that install the compiler's plugins, and buf itself.
func (c *Compiled) Tools() []string {
	var tools []string
	if c.ByBuf() {
		tools = append(tools, "go install github.com/bufbuild/buf/cmd/buf@"+bufVersion)
	}
	tools = append(tools, installMsgenPlugin)
	if c.ForeignStubs {
		tools = append(tools, "go install google.golang.org/protobuf/cmd/protoc-gen-go",
			"go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@"+grpcStubsVersion)
	}
	return tools
}

// Unchanged is the shell command that fails, with the names of the files, where git has not what the tree holds. It passes over
// the stubs of other plugins, whose first lines name the versions of these, and over the given paths.
func (c *Compiled) Unchanged(but ...string) string {
	if c.ForeignStubs {
		but = append([]string{"*.pb.go"}, but...)
	}
	paths := []string{"."}
	for _, path := range but {
		paths = append(paths, "':(exclude)"+path+"'")
	}
	return `changed="$(git status --porcelain -- ` + strings.Join(paths, " ") + `)" && echo "$changed" && test -z "$changed"`
}

// InMake is a shell command as a recipe of a Makefile has it.
func (c *Compiled) InMake(command string) string { return strings.ReplaceAll(command, "$", "$$") }

// InGroovy is a shell command between the single quotes of a Jenkinsfile.
func (c *Compiled) InGroovy(command string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(command)
}
