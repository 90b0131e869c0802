package policy

import (
	"reflect"
	"sync"

	"github.com/msgen/msgen/generator/diag"
)

// System is a system file: the services that are made, checked and shown together.
type System struct {
	Version  Version  `yaml:"version" default:"v1" doc:"Version of the language of system files."`
	Services []Member `yaml:"services" unique:"dir" required:"true" doc:"The services of the system."`

	file    string
	written map[string]diag.Position
}

// Member is a service of a system.
type Member struct {
	Dir string `yaml:"dir" format:"folder" required:"true" example:"orders" doc:"The folder of the service, relative to this file: its policy.yaml, its protos, and its tree."`
}

// systems is the language of system files.
var systems = sync.OnceValue(func() *language {
	return describe("system file", reflect.TypeFor[System](), []string{"gateway"})
})

// LoadSystem reads and checks the system file src as [Load] does a policy, with the same strictness.
func LoadSystem(name string, src []byte) (*System, diag.List) {
	s := &System{file: name, written: map[string]diag.Position{}}
	node, problems := systems().read(name, src, s.written, reflect.ValueOf(s).Elem())
	if node == nil && !problems.HasErrors() {
		problems.Add(diag.Problem{Position: diag.Position{File: name}, Message: "says nothing", Want: "services: [{dir: FOLDER}, ...]"})
	}
	return s, problems
}

// At returns where the file says what stands at a dotted path, as [Policy.At] does.
func (s *System) At(path string) diag.Position { return position(s.file, s.written, path) }
