package build

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
)

// aliases names the imported packages of stubs: one name for each path, the same in every file of a tree.
type aliases struct {
	byPath map[string]string
	taken  map[string]bool
}

// templateImports are the names that templates give to packages of stubs which they import for themselves.
var templateImports = map[string]string{
	"google.golang.org/grpc/health/grpc_health_v1":           "healthpb",
	"google.golang.org/protobuf/types/known/emptypb":         "emptypb",
	"google.golang.org/protobuf/types/known/wrapperspb":      "wrapperspb",
	"google.golang.org/protobuf/types/known/durationpb":      "durationpb",
	"google.golang.org/protobuf/types/known/structpb":        "structpb",
	"google.golang.org/protobuf/types/known/timestamppb":     "timestamppb",
	"google.golang.org/protobuf/types/known/anypb":           "anypb",
	"google.golang.org/protobuf/types/known/fieldmaskpb":     "fieldmaskpb",
	"google.golang.org/protobuf/types/known/apipb":           "apipb",
	"google.golang.org/protobuf/types/known/typepb":          "typepb",
	"google.golang.org/protobuf/types/known/sourcecontextpb": "sourcecontextpb",
}

var endsLikeStubs = regexp.MustCompile(`(pb|v[0-9]+((alpha|beta|p|test)[0-9]*)*)$`)

// of returns the name for a path. It ends in "pb" or in a version, which no name of a template's own does, so that
// stubs never shadow what a template uses.
func (a *aliases) of(importPath, packageName string) string {
	if name, ok := templateImports[importPath]; ok {
		return name
	}
	if name, ok := a.byPath[importPath]; ok {
		return name
	}
	if a.byPath == nil {
		a.byPath, a.taken = map[string]string{}, map[string]bool{}
		for _, name := range templateImports {
			a.taken[name] = true
		}
	}
	name := strings.ReplaceAll(packageName, "_", "")
	if version.MatchString(name) {
		name = packageIdent(path.Base(path.Dir(importPath))) + name
	}
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "pb" + name
	}
	if !endsLikeStubs.MatchString(name) {
		name += "pb"
	}
	free := name
	for n := 2; a.taken[free] || free == model.ExpectedName(importPath) && free != packageName; n++ {
		free = fmt.Sprintf("%s%dpb", strings.TrimSuffix(name, "pb"), n) // also where the import would leave a wrong name out
	}
	a.byPath[importPath], a.taken[free] = free, true
	return free
}

// packageIdent keeps the letters and digits of a path element that may stand in an identifier.
func packageIdent(element string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, element)
}
