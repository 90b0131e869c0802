package policy

// Service names the service. What is empty here is derived from the protos and the output folder.
type Service struct {
	Name    string     `yaml:"name" format:"service" derived:"the last part of the proto package that is not a version" example:"orders" doc:"Name of the service: of its command, its folder and whatever is deployed."`
	Module  string     `yaml:"module" format:"module" derived:"the module around the output folder, else example.com/ and the name" example:"example.com/shop/orders" doc:"Go module of the service."`
	Hosts   []string   `yaml:"hosts" format:"fullname" derived:"all services of the given protos" example:"[shop.orders.v1.OrderService]" doc:"Proto services that this binary serves."`
	Stubs   StubsPlace `yaml:"stubs" default:"auto" doc:"Where the stubs of the given protos are: in the module that go_package names, in the tree, or, with auto, in the module if it has them in a folder that go.mod, go.work or vendor leads to."`
	Runtime string     `yaml:"runtime" format:"runtime" derived:"the tree's own" example:"example.com/platform/runtime" doc:"The runtime that the tree imports in place of having its own: a folder relative to this file that begins with ../, or an import path. msgen runtime makes one."`
	Team    string     `yaml:"team" format:"team" example:"checkout" doc:"The team that owns the service."`
}

// StubsPlace is where the stubs of the given protos are.
type StubsPlace string

// The places of stubs.
const (
	StubsAuto   StubsPlace = "auto"
	StubsModule StubsPlace = "module"
	StubsTree   StubsPlace = "tree"
)

func (StubsPlace) values() []string { return texts(StubsAuto, StubsModule, StubsTree) }
