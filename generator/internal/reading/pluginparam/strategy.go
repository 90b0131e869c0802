package pluginparam

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// Under its strategy "directory", the default, buf asks once for each folder of protos. A service whose protos stand in
// several would be emitted several times, each time with a part of it, and of files with the same name buf keeps the first.

// CheckStrategy refuses a request of buf's for one folder where others have services too, unless the policy says that the
// tree serves none of those.
func CheckStrategy(view *disk.View, request *pluginpb.CodeGeneratorRequest, set *protoload.Set, checked *policy.Policy) error {
	if !FromBuf(request) || len(foldersOf(set.Targets)) > 1 || len(checked.Service.Hosts) > 0 && servesAll(set, checked) {
		return nil
	}
	beside := set.ServicesBeside(func(dir string) bool { return view.Exists(filepath.Join(dir, filepath.FromSlash(state.Path))) })
	if len(beside) == 0 {
		return nil
	}
	var problems diag.List
	problems.Add(diag.Problem{
		Message: "buf asks for one folder, and others have services too",
		Found:   strings.Join(foldersOf(set.Targets), ", ") + " without " + strings.Join(foldersOf(beside), ", "),
		Want:    "all protos of the service in one request",
		Fix:     "write strategy: all beside the plugin in buf.gen.yaml, or name what the tree serves in service.hosts of the policy",
	})
	return problems.Err()
}

// foldersOf are the folders of protos, sorted, each once.
func foldersOf(protos []string) []string {
	var folders []string
	for _, proto := range protos {
		folders = append(folders, path.Dir(proto))
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// FromBuf reports whether the request is buf's: protoc tells its own version.
func FromBuf(request *pluginpb.CodeGeneratorRequest) bool { return request.GetCompilerVersion() == nil }

// CompilerOf is whose request it is.
func CompilerOf(request *pluginpb.CodeGeneratorRequest) string {
	if FromBuf(request) {
		return state.Buf
	}
	return state.Protoc
}

// InOrder is the request with its files in an order that does not change with their imports, as that of buf does: the first
// of them names the service.
func InOrder(request *pluginpb.CodeGeneratorRequest) *pluginpb.CodeGeneratorRequest {
	if !FromBuf(request) {
		return request
	}
	return &pluginpb.CodeGeneratorRequest{
		FileToGenerate: slices.Sorted(slices.Values(request.GetFileToGenerate())), Parameter: request.Parameter,
		ProtoFile: request.ProtoFile, SourceFileDescriptors: request.SourceFileDescriptors, CompilerVersion: request.CompilerVersion,
	}
}

// ServesAny reports whether the targets have a service that the policy wants. Folders without one get an empty answer.
func ServesAny(set *protoload.Set, checked *policy.Policy) bool {
	services, hosts := set.TargetServices(), checked.Service.Hosts
	return len(hosts) == 0 && len(services) > 0 || slices.ContainsFunc(hosts, func(host string) bool { return slices.Contains(services, host) })
}

// servesAll reports whether the targets have every service that the policy wants.
func servesAll(set *protoload.Set, checked *policy.Policy) bool {
	services := set.TargetServices()
	return !slices.ContainsFunc(checked.Service.Hosts, func(host string) bool { return !slices.Contains(services, host) })
}
