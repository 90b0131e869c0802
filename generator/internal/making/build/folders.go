package build

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// ownPackages are the folders under internal/ that msgen fills itself.
var ownPackages = set(
	"backoff", "balancer", "clients", "clienttest", "config", "consul", "discovery", "envconfig", "etcd", "events", "grpcerr", "grpcserver",
	"loadbalancer", "loadreport", "registry", "resilience", "rpcmetrics", "rpctracing", "runtimeapi", "server", "subscriber", "telemetry", "transcoding", "validation",
	"events/kafka", "events/kafkagroup", "events/messaging", "events/rabbitmq", "events/spans",
	"loadbalancer/weighted", "resilience/resiliencetest", "telemetry/logging", "telemetry/otlp", "telemetry/tracecontext", "telemetry/tracing", "telemetry/zipkin",
)

// emittedFolders are the folders of a tree that no stub may be in, and what stands at its root.
var emittedFolders = []string{
	"cmd", "client", "internal", "deploy", "go.mod", "go.sum", "README.md", "POLICY.md", "Makefile", "Dockerfile", "Jenkinsfile",
	"compose.yaml", ".gitattributes", ".gitignore", ".gitlab-ci.yml", ".github", ".msgen", ".dockerignore",
}

// goFolders are the folder names that the go command gives a meaning.
var goFolders = set("internal", "vendor", "testdata")

// folder refuses stubs in a folder that holds other emitted code, that a file system would take for another one, or
// that the rest of the tree could not import from.
func (c *packageCheck) folder(file *descriptorpb.FileDescriptorProto, pkg goPackage) bool {
	dir := c.inRoot(pkg.path)
	elements := strings.Split(dir, "/")
	shared := c.sharing != nil
	other, differs := c.spelled.differs(dir)
	problem := diag.Problem{Found: dir, Want: "a folder of its own", Fix: fmt.Sprintf("write option go_package = %q", c.suggested(file))}
	switch {
	case differs:
		problem.Message = fmt.Sprintf("the folder of the Go package differs from %s in case only", other)
	case slices.Contains(elements, "vendor"), slices.Contains(elements[1:], "internal"), shared && elements[0] == "internal":
		problem.Message = "go_package names a folder that the rest of the tree cannot import"
		problem.Want = "no element vendor, and internal at the beginning alone"
	case !shared && slices.Contains(emittedFolders, elements[0]) && elements[0] != "internal", dir == "internal",
		elements[0] == "internal" && ownPackages[strings.Join(elements[1:], "/")]:
		problem.Message = "go_package names a folder that msgen fills with other code"
	case longest(elements) > maxElement || len(path.Base(file.GetName())) > maxElement:
		problem.Message = "the names of the stubs would be too long for a file system"
		problem.Want = fmt.Sprintf("at most %d bytes for each element of go_package, or of the proto package, and for the file", maxElement)
		problem.Fix = "shorten the name"
	default:
		c.spelled.add(dir)
		return true
	}
	c.problemIn(file, goPackageOption, problem)
	return false
}

// checkHostFolders refuses stubs in the folder of the handlers.
func (b *builder) checkHostFolders() {
	for _, file := range b.Set.Files {
		pkg := b.packages[file.GetName()]
		for _, host := range b.tree().Hosts {
			if dir := b.inRoot(pkg.path); pkg.emitted && !pkg.refused && strings.EqualFold(dir, "internal/"+host.Package) {
				b.problemIn(file, goPackageOption, diag.Problem{
					Message: "go_package names the folder of the handlers of " + host.FullName,
					Found:   dir,
					Want:    "a folder of its own",
					Fix:     fmt.Sprintf("write option go_package = %q", b.suggested(file)),
				})
			}
		}
	}
}

// inRoot is an import path of the tree relative to its root; empty for the root itself.
func (b *builder) inRoot(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, b.tree().Root), "/")
}

// spellings are folders by their path in lower case: where two differ in case only, file systems that ignore it (the
// default on macOS and Windows) would make one of the two, and the go command refuses both.
type spellings map[string]string

func (s spellings) add(dirs ...string) {
	for _, dir := range dirs {
		for ; dir != "." && dir != ""; dir = path.Dir(dir) {
			s[strings.ToLower(dir)] = dir
		}
	}
}

// differs returns the folder that dir, or one above it, differs from in case only.
func (s spellings) differs(dir string) (other string, ok bool) {
	for ; dir != "." && dir != ""; dir = path.Dir(dir) {
		if other, known := s[strings.ToLower(dir)]; known && other != dir {
			return other, true
		}
	}
	return "", false
}

// maxElement is how long a name may be so that it stays under the 255 bytes of a file system with every ending that
// stubs and handlers have.
const maxElement = 230

func longest(elements []string) int {
	long := 0
	for _, element := range elements {
		long = max(long, len(element))
	}
	return long
}

// portable reports whether a path element can be imported on every system: Windows keeps con, nul and others.
func portable(element string) bool { return module.CheckImportPath(element) == nil }
