package generator

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
)

// unseen is a module that has published stubs too, which no run can look into.
const unseen = "example.org/unseen"

// protoSet is a set of protos as no person would make it: files that import each other across Go packages which some module has
// published or nobody, proto packages that say little about the Go packages, and a run for a few of the files.
type protoSet struct {
	files  map[string]string // by name, with the policy
	asked  []string          // the names of the files that the service is made from
	called []string          // the names of the files of the services that it calls
	way    string            // how the tree comes by the stubs of the module, one of ways
}

// ways are how a tree comes by stubs that a module has published: not at all, or by a version that nobody can look into.
var ways = []string{"", "required", "replaced", "workspace", "vendored"}

// randomFile is one file of a set.
type randomFile struct {
	name, proto, goPackage string // the packages: of the proto language and of Go
	imports                []int
	service                string // empty: it has none
}

// newProtoSet makes the set of a seed.
func newProtoSet(seed uint64) protoSet {
	r := rand.New(rand.NewPCG(seed, 0))
	files := randomFiles(r)
	set := protoSet{files: map[string]string{}, way: ways[r.IntN(len(ways))]}
	var serving []randomFile
	for i, file := range files {
		set.files[file.name] = textOf(files, i)
		if file.service != "" {
			serving = append(serving, file)
		}
	}
	r.Shuffle(len(serving), func(i, j int) { serving[i], serving[j] = serving[j], serving[i] })
	asked := 1 + r.IntN(min(3, len(serving)))
	var hosts []string
	for _, file := range serving[:asked] {
		set.asked = append(set.asked, file.name)
		hosts = append(hosts, file.proto+"."+file.service)
	}
	calls := ""
	if rest := serving[asked:]; len(rest) > 0 && r.IntN(2) == 0 {
		set.called = []string{rest[0].name}
		calls = fmt.Sprintf("dependencies: [{name: callee, proto: %s, target: \"dns:///127.0.0.1:1\"}]\n", rest[0].name)
	}
	set.files["policy.yaml"] = fmt.Sprintf("service: {name: shop, module: example.com/shop, hosts: [%s]}\nserver: {drainDelay: 0s}\n%s",
		strings.Join(hosts, ", "), calls)
	return set
}

// randomFiles are 3 to 8 files in 2 to 5 Go packages. Go packages do not import each other in a circle, nor one that nobody has named:
// no module could publish these.
func randomFiles(r *rand.Rand) []randomFile {
	goPackages := []string{published + "/a/v1;av1", published + "/b", published + "/c/v1", unseen + "/d"}
	r.Shuffle(len(goPackages), func(i, j int) { goPackages[i], goPackages[j] = goPackages[j], goPackages[i] })
	goPackages = goPackages[:2+r.IntN(3)]
	if r.IntN(2) == 0 {
		goPackages = append(goPackages, "")
	}
	files := make([]randomFile, 3+r.IntN(6))
	rank := make([]int, len(files)) // in goPackages
	for i := range files {
		rank[i] = r.IntN(len(goPackages))
		f := &files[i]
		f.goPackage = goPackages[rank[i]]
		f.proto = fmt.Sprintf("shop.%c.v1", 'x'+rune(r.IntN(2)))
		if f.goPackage == "" {
			f.proto = "shop.plain.v1" // its folder follows from the proto package
		}
		f.name = fmt.Sprintf("%s/f%d.proto", []string{"x", "y/z"}[r.IntN(2)], i)
		if i == 0 || r.IntN(2) == 0 {
			f.service = fmt.Sprintf("S%d", i)
		}
		for j := range i {
			if rank[j] <= rank[i] && r.IntN(3) > 0 {
				f.imports = append(f.imports, j)
			}
		}
	}
	return files
}

// textOf is the text of a file: a message with a field of each message that it imports, and maybe a service.
func textOf(files []randomFile, i int) string {
	f := files[i]
	var text, fields strings.Builder
	fmt.Fprintf(&text, "syntax = \"proto3\";\npackage %s;\n", f.proto)
	if f.goPackage != "" {
		fmt.Fprintf(&text, "option go_package = %q;\n", f.goPackage)
	}
	answer := fmt.Sprintf(".%s.M%d", f.proto, i)
	for _, j := range f.imports {
		fmt.Fprintf(&text, "import %q;\n", files[j].name)
		answer = fmt.Sprintf(".%s.M%d", files[j].proto, j)
		fmt.Fprintf(&fields, " %s f%d = %d;", answer, j, j+1)
	}
	fmt.Fprintf(&text, "message M%d {%s }\n", i, &fields)
	if f.service != "" {
		fmt.Fprintf(&text, "service %s { rpc Get(M%d) returns (%s); }\n", f.service, i, answer)
	}
	return text.String()
}

// protos are the names of all its files, sorted.
func (s protoSet) protos() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.files)), func(name string) bool { return path.Ext(name) != ".proto" })
}
