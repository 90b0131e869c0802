package generator

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// homes are the Go packages in which handlers stay because their user has worked on them there, by the full name of the
// service that they answer for: the name that the package of a service would have may change with what else is hosted,
// and a service that was only renamed is answered by what its user has written for it under the old name.
func (r *run) homes() map[string]string {
	homes := map[string]string{}
	for service, pkg := range r.base.Handlers {
		if r.touched(pkg) {
			homes[service] = pkg
		}
	}
	for old, now := range r.renamed(homes) {
		r.notes = append(r.notes, fmt.Sprintf("%s was %s: its handlers stay in %s", now, old, r.inputs.fromTree(handlersDir(homes[old]))))
		homes[now] = homes[old]
	}
	return homes
}

func handlersDir(pkg string) string { return path.Join("internal", pkg) }

// handlerPackages are where the handlers are now, as a later run will ask.
func (r *run) handlerPackages() map[string]string {
	if !r.plugin.wants(state.File{}) {
		return r.base.Handlers
	}
	packages := map[string]string{}
	for _, host := range r.result.Service.Hosts {
		packages[host.FullName] = host.Package
	}
	return packages
}

// touched reports whether a folder of handlers has Go that is not as msgen left it.
func (r *run) touched(pkg string) bool {
	return slices.ContainsFunc(r.goFilesIn(handlersDir(pkg)), func(inTree string) bool {
		found, was := r.disk.Look(inTree), r.base.Files[inTree]
		return found.Kind == plan.Regular && state.Sum(found.Content) != was.Sum
	})
}

// renamed pairs services that have left the protos with new ones that are alike. Where more than one would do, none is
// taken.
func (r *run) renamed(homes map[string]string) map[string]string {
	now := rpcsOf(slices.DeleteFunc(slices.Clone(r.set.Files), func(file *descriptorpb.FileDescriptorProto) bool {
		return !r.serves(file.GetName())
	}))
	known := r.disk.Look(state.DescriptorsPath)
	was, err := decodeProtos(known.Content)
	if known.Kind != plan.Regular || err != nil {
		return nil // what cannot be read is told of when the protos are compared
	}
	old := rpcsOf(was.GetFile())
	gone := slices.DeleteFunc(slices.Sorted(maps.Keys(homes)), func(name string) bool { return now[name] != nil || old[name] == nil })
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
