package build

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
)

// name settles the service's name: the policy's, else the last part of the first hosted proto package that is not a
// version, else the proto file's base name.
func (b *builder) name() {
	file := b.firstHosted()
	if file == nil {
		b.problems.Add(diag.Problem{
			Position: diag.Position{File: b.shownPath(b.Set.Targets[0])},
			Message:  "no service in the given proto files",
			Want:     "at least one `service` for the binary to serve",
			Fix:      "declare a service, or name the proto file that does",
		})
		return
	}
	if b.service().Name = b.Policy.Service.Name; b.service().Name == "" {
		b.service().Name = defaultName(file)
	}
}

// firstHosted is the first target with a service; nil when there is none.
func (b *builder) firstHosted() *descriptorpb.FileDescriptorProto {
	byName := map[string]*descriptorpb.FileDescriptorProto{}
	for _, file := range b.Set.Files {
		byName[file.GetName()] = file
	}
	for _, name := range b.Set.Targets {
		if file := byName[name]; len(file.GetService()) > 0 {
			return file
		}
	}
	return nil
}

var version = regexp.MustCompile(`^v[0-9]+((alpha|beta|p|test)[0-9]*)*$`)

func defaultName(file *descriptorpb.FileDescriptorProto) string {
	parts := strings.Split(file.GetPackage(), ".")
	for len(parts) > 1 && version.MatchString(parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	name := parts[len(parts)-1]
	if name == "" {
		name = strings.TrimSuffix(path.Base(file.GetName()), ".proto")
	}
	return ServiceName(name)
}

// ServiceName makes of any name one that a service can have: a DNS-1123 label (RFC 1123: lower-case letters, digits and
// inner hyphens, 63 at most) that is also a folder which the go command builds.
func ServiceName(name string) string {
	label := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		default:
			return '-'
		}
	}, name)
	label = strings.Trim(label[:min(len(label), 63)], "-")
	switch label {
	case "":
		return "service"
	case "internal", "vendor", "testdata":
		return label + "-service" // the go command gives these folder names a meaning
	default:
		return label
	}
}

// place settles which module the tree belongs to.
func (b *builder) place() {
	s, wanted := b.service(), b.Policy.Service.Module
	switch around := path.Join(b.Place.Module, b.Place.Dir); {
	case b.Place.Module == "" || b.Place.Owned && wanted != "":
		s.Module, s.OwnModule = wanted, true
		if wanted == "" {
			s.Module = "example.com/" + s.Name
		}
	case wanted == "" || wanted == around:
		s.Module, s.OwnModule = b.Place.Module, b.Place.Owned
	case b.Place.Dir != ".":
		s.Module, s.OwnModule = wanted, true // a module of its own inside a bigger repository
	default:
		b.policyProblem("service.module", diag.Problem{
			Message: "service.module: not the module of the go.mod in the output folder",
			Found:   wanted,
			Want:    fmt.Sprintf("%q", around),
			Fix:     "leave service.module out, or generate into another folder",
		})
	}
	s.Root = s.Module
	if !s.OwnModule {
		s.Root = path.Join(s.Module, b.Place.Dir)
	}
}
