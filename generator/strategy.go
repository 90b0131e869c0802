package generator

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/policy"
	"github.com/msgen/msgen/generator/internal/protoload"
	"github.com/msgen/msgen/generator/internal/state"
)

// Under its strategy "directory", the default, buf asks once for each folder of protos. A service whose protos stand in
// several would be emitted several times, each time with a part of it, and of files with the same name buf keeps the first.

// servesAny reports whether the request has a service that the policy wants. Folders without one get an empty answer.
func servesAny(set *protoload.Set, checked *policy.Policy) bool {
	return slices.ContainsFunc(set.Files, func(file *descriptorpb.FileDescriptorProto) bool {
		if !slices.Contains(set.Targets, file.GetName()) {
			return false
		}
		return slices.ContainsFunc(file.GetService(), func(service *descriptorpb.ServiceDescriptorProto) bool {
			fullName := strings.TrimPrefix(file.GetPackage()+"."+service.GetName(), ".")
			return checked == nil || len(checked.Service.Hosts) == 0 || slices.Contains(checked.Service.Hosts, fullName)
		})
	})
}

// checkStrategy refuses a request of buf's for one folder where others have services too, unless the policy says which of
// them the tree serves.
func (r *run) checkStrategy(request *pluginpb.CodeGeneratorRequest, set *protoload.Set, checked *policy.Policy) error {
	fromBuf := request.GetCompilerVersion() == nil // protoc tells its own
	if !fromBuf || len(foldersOf(set.Targets)) > 1 || checked == nil || len(checked.Service.Hosts) > 0 {
		return nil
	}
	beside := set.ServicesBeside(func(dir string) bool { return exists(filepath.Join(dir, filepath.FromSlash(state.Path))) })
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
