package policy

import (
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"sync"

	"github.com/msgen/msgen/generator/diag"
)

// System is a system file: the services that are made, checked and shown together.
type System struct {
	Version  Version  `yaml:"version" default:"v1" doc:"Version of the language of system files."`
	Services []Member `yaml:"services" unique:"dir" required:"true" doc:"The services of the system."`
	Gateway  *Gateway `yaml:"gateway" doc:"The service by which the outside reaches the others."`
	Stubs    *Shared  `yaml:"stubs" doc:"A tree that holds the stubs of all services once. The services are of one Go module, and their trees import these stubs."`
	Runtime  *Shared  `yaml:"runtime" doc:"A tree that holds the runtime once: the packages that no proto and no policy changes. The services are of one Go module, and their trees import these packages."`

	places
	waivers []Waiver
}

// Member is a service of a system.
type Member struct {
	Dir    string   `yaml:"dir" format:"folder" required:"true" example:"orders" doc:"The folder of the service, relative to this file: its policy.yaml, its protos, and its tree."`
	Protos []string `yaml:"protos" format:"protos" derived:"the protos in the folder of the service; without any, the protos that its tree was made from" example:"[proto/acme/users/v1]" doc:"The protos of the service, relative to this file: files, and folders with all protos at and below them."`
}

// Gateway is the service by which the outside reaches the others.
type Gateway struct {
	Dir      string   `yaml:"dir" format:"folder" required:"true" example:"gateway" doc:"The folder of the gateway, relative to this file: its policy.yaml, protos of its own if it has some, and its tree."`
	HTTPPort int      `yaml:"httpPort" default:"8000" range:"1..65535" doc:"TCP port on which it serves HTTP: REST, Connect, gRPC-Web and gRPC."`
	Services []string `yaml:"services" format:"fullname" derived:"those with a method that has google.api.http" example:"[shop.orders.v1.OrderService]" doc:"The proto services that it forwards calls to."`
}

// Shared is a tree with what the trees of all services would otherwise hold each for itself.
type Shared struct {
	Dir string `yaml:"dir" format:"folder" required:"true" example:"gen" doc:"The folder of the tree, relative to this file. It is in the Go module of the services, and in the folder of none of them."`
}

// systems is the language of system files.
var systems = sync.OnceValue(func() *language { return describe("system file", reflect.TypeFor[System](), nil) })

// LoadSystem reads and checks the system file src as [Load] does a policy, with the same strictness.
func LoadSystem(name string, src []byte) (*System, diag.List) {
	s := &System{places: newPlaces(name, systems())}
	node, problems := s.read(src, reflect.ValueOf(s).Elem())
	if node == nil && !problems.HasErrors() {
		problems.Add(diag.Problem{Position: diag.Position{File: name}, Message: "says nothing", Want: "services: [{dir: FOLDER}, ...]"})
	}
	if node != nil {
		var malformed diag.List
		s.waivers, malformed = findWaivers(name, src, node)
		problems.Merge(malformed)
	}
	return s, problems
}

func (s *System) settle(sc scope) {
	s.settleGateway(sc)
	s.settleShared(sc)
}

// settleGateway refuses a gateway that is one of the services that it leads to.
func (s *System) settleGateway(sc scope) {
	if s.Gateway == nil {
		return
	}
	for i, service := range s.Services {
		if service.Dir == s.Gateway.Dir {
			sc.fault("gateway.dir", diag.Problem{
				Message: fmt.Sprintf("is the folder of services[%d]", i), Found: s.Gateway.Dir, Want: "a folder of its own", Fix: "take one of the two out",
			})
		}
	}
}

// settleShared refuses a folder for what services share in which another tree is, or that is in one: each would take files of the
// other for the user's.
func (s *System) settleShared(sc scope) {
	others := map[string]string{}
	for i, service := range s.Services {
		others[fmt.Sprintf("services[%d]", i)] = service.Dir
	}
	if s.Gateway != nil {
		others["gateway"] = s.Gateway.Dir
	}
	if s.Stubs != nil && s.Stubs.Dir != "" {
		s.Stubs.settle(sc, "stubs", others)
		others["stubs"] = s.Stubs.Dir
	}
	if s.Runtime != nil && s.Runtime.Dir != "" {
		s.Runtime.settle(sc, "runtime", others)
	}
}

func (s *Shared) settle(sc scope, shared string, others map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(others)) {
		dir := others[key]
		if dir != "" && (holds(dir, s.Dir) || holds(s.Dir, dir)) {
			sc.fault(shared+".dir", diag.Problem{
				Message: fmt.Sprintf("one of this folder and the folder of %s holds the other", key), Found: s.Dir,
				Want: "a folder in which no service is, and which is in no service's", Fix: fmt.Sprintf("name another folder, such as %s next to the services", sharedFolders[shared]),
			})
			return
		}
	}
}

// sharedFolders are folders for what services share, by its key.
var sharedFolders = map[string]string{"stubs": "gen", "runtime": "internal/runtime"}

// holds reports whether a folder is another one, or one in it. Both are clean.
func holds(dir, other string) bool {
	rel, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(other))
	return err == nil && filepath.IsLocal(rel)
}

// Waivers returns the waivers of the file in the order of its lines.
func (s *System) Waivers() []Waiver { return s.waivers }

// Sound reports what [Policy.Sound] does.
func (s *System) Sound(path string) bool { return s.sound(path) }

// At returns where the file says what stands at a dotted path, as [Policy.At] does.
func (s *System) At(path string) diag.Position { return s.at(path) }
