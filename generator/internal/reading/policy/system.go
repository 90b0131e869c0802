package policy

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/msgen/msgen/generator/diag"
)

// System is a system file: the services that are made, checked and shown together.
type System struct {
	Version  Version  `yaml:"version" default:"v1" doc:"Version of the language of system files."`
	Services []Member `yaml:"services" unique:"dir" required:"true" doc:"The services of the system."`
	Gateway  *Gateway `yaml:"gateway" doc:"The service by which the outside reaches the others."`

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

// settle refuses a gateway that is one of the services that it leads to.
func (s *System) settle(sc scope) {
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

// Waivers returns the waivers of the file in the order of its lines.
func (s *System) Waivers() []Waiver { return s.waivers }

// Sound reports what [Policy.Sound] does.
func (s *System) Sound(path string) bool { return s.sound(path) }

// At returns where the file says what stands at a dotted path, as [Policy.At] does.
func (s *System) At(path string) diag.Position { return s.at(path) }
