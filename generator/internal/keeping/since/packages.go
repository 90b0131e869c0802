package since

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// HandlerPackages are the Go packages in which handlers stay because their user has worked on them there, by the full name
// of the service that they answer for: the name that the package of a service would have may change with what else is
// hosted, and a service that was only renamed is answered by what its user has written for it under the old name.
func HandlerPackages(in *inputs.Loaded) (packages map[string]string, notes []string) {
	packages = map[string]string{}
	if in.Set == nil {
		return packages, nil // the protos do not link
	}
	for service, pkg := range in.Memory.Handlers {
		if touched(in.Settled, pkg) {
			packages[service] = pkg
		}
	}
	pairs := renamed(in, packages)
	for _, old := range slices.Sorted(maps.Keys(pairs)) {
		now := pairs[old]
		notes = append(notes, fmt.Sprintf("%s was %s: its handlers stay in %s", now, old, in.FromTree(handlersDir(packages[old]))))
		packages[now] = packages[old]
	}
	return packages, notes
}

func handlersDir(pkg string) string { return path.Join("internal", pkg) }

// touched reports whether a folder of handlers has Go that is not as msgen left it, or lacks some.
func touched(in *inputs.Settled, pkg string) bool {
	for name := range in.Memory.Files {
		if path.Dir(name) == handlersDir(pkg) && in.Tree.Look(name).Kind == disk.Absent {
			return true
		}
	}
	return slices.ContainsFunc(in.Tree.Files(handlersDir(pkg)), func(name string) bool {
		found := in.Tree.Look(name)
		return path.Ext(name) == ".go" && found.Kind == disk.Regular && !in.Memory.Files[name].Emitted(found.Content)
	})
}

// renamed pairs services that have left the protos with new ones that are alike. Where more than one would do, none is
// taken.
func renamed(in *inputs.Loaded, packages map[string]string) map[string]string {
	now := rpcsOf(slices.DeleteFunc(slices.Clone(in.Set.Files), func(file *descriptorpb.FileDescriptorProto) bool {
		return !in.Serves(file.GetName())
	}))
	known := in.Tree.Look(state.DescriptorsPath)
	branches, err := decodeProtos(known.Content)
	if known.Kind != disk.Regular || err != nil {
		return nil // Breaking reports what cannot be read
	}
	var was []*descriptorpb.FileDescriptorProto
	for _, branch := range branches {
		was = append(was, branch.GetFile()...)
	}
	old := rpcsOf(was)
	gone := slices.DeleteFunc(slices.Sorted(maps.Keys(packages)), func(name string) bool { return now[name] != nil || old[name] == nil })
	fresh := slices.DeleteFunc(slices.Sorted(maps.Keys(now)), func(name string) bool { return old[name] != nil })
	pairs := map[string]string{}
	for _, name := range gone {
		var same []string
		for _, candidate := range fresh {
			if alike(old[name], now[candidate]) {
				same = append(same, candidate)
			}
		}
		if len(same) == 1 && !slices.ContainsFunc(gone, func(other string) bool { return other != name && alike(old[other], now[same[0]]) }) {
			pairs[name] = same[0]
		}
	}
	return pairs
}

// alike reports whether two services have more than half of their RPCs in common.
func alike(a, b []string) bool {
	common := 0
	for _, rpc := range a {
		if slices.Contains(b, rpc) {
			common++
		}
	}
	return 2*common > max(len(a), len(b))
}

// rpcsOf are the RPCs of every service that has some, by its full name: each with its name, kind and messages. These are by
// their simple names, so that a proto package may be renamed along with its service.
func rpcsOf(files []*descriptorpb.FileDescriptorProto) map[string][]string {
	out := map[string][]string{}
	for _, file := range files {
		for _, service := range file.GetService() {
			var rpcs []string
			for _, m := range service.GetMethod() {
				rpcs = append(rpcs, fmt.Sprintf("%s %t %s %t %s", m.GetName(), m.GetClientStreaming(), simpleName(m.GetInputType()),
					m.GetServerStreaming(), simpleName(m.GetOutputType())))
			}
			name := strings.TrimPrefix(file.GetPackage()+"."+service.GetName(), ".")
			out[name] = rpcs
		}
	}
	return out
}

func simpleName(fullName string) string { return fullName[strings.LastIndexByte(fullName, '.')+1:] }
