// Package stubs turns descriptors into the Go stubs of protobuf and gRPC, byte for byte what protoc-gen-go v1.36.12
// and protoc-gen-go-grpc v1.6.2 write with their default options, except that the header's compiler line always reads
// "(unknown)": the same descriptors give the same bytes, whoever compiled them.
//
// Message stubs come from protoc-gen-go's own generator, which is importable. protoc-gen-go-grpc is a main package, so
// gRPC stubs are emitted here, by a template. Printing is what stubs cost: upstream prints each of them with go/printer,
// whose time grows with the square of the raw descriptor's lines. Here only what depends on go/printer's judgement goes
// through it (see rawdesc.go and parts.go), and the files are printed in parallel.
package stubs

import (
	"fmt"
	"runtime"
	"strings"
	"sync"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/internal/parallel"
)

// File is one emitted stub. Name is slash-separated and relative to the output root, and begins with the proto file's
// GeneratedFilenamePrefix; the plugin parameter "module" does not shorten it.
type File struct {
	Name    string
	Content []byte
}

// Generate returns the stubs of every file that gen marks Generate, in gen's order: for each its messages, the opaque
// variant of these where the file asks for the hybrid API, and its gRPC stub where it has services.
//
// The error is the first, in that order, of those that Go syntax gives rise to, as by a byte order mark inside a
// comment. Generate leaves gen without new files, but sets the API level of hybrid messages to opaque as upstream does.
func Generate(gen *protogen.Plugin) ([]File, error) {
	plugin := *gen
	plugin.Request = &pluginpb.CodeGeneratorRequest{} // without the version of the compiler, which the header would tell
	messages, err := messageStubs(&plugin)
	if err != nil {
		return nil, err
	}
	parsed := sync.OnceValue(newGRPCTemplate) // once for all files, and never without services
	var stubs []stub
	for _, file := range plugin.Files {
		stubs = append(stubs, messages[file]...)
		if file.Generate && len(file.Services) > 0 {
			stubs = append(stubs, grpcStub(&plugin, file, parsed))
		}
	}
	return printAll(stubs)
}

// stub is a file whose names are all resolved and whose text is still to be printed, which takes nearly all of the time.
// The content functions of different stubs may run at the same time.
type stub struct {
	name    string
	content func() ([]byte, error)
}

// printAll prints the stubs, as many at a time as there are processors.
func printAll(stubs []stub) ([]File, error) {
	files := make([]File, len(stubs))
	errs := make([]error, len(stubs))
	var group parallel.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range stubs {
		group.Go(func() error {
			files[i].Name = s.name
			files[i].Content, errs[i] = s.content()
			return nil
		})
	}
	_ = group.Wait() // the group would return the error that came first in time; the caller gets the first in order
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("%s: %s", stubs[i].name, strings.TrimPrefix(firstLine(err.Error()), stubs[i].name+": "))
		}
	}
	return files, nil
}

// firstLine cuts from the text of a protogen error the whole Go file that could not be printed.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
