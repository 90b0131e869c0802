package policy

// Service names the service. What is empty here is derived from the protos and the output folder.
type Service struct {
	Name   string   `yaml:"name" format:"service" derived:"the last part of the proto package that is not a version" example:"orders" doc:"Name of the service: of its command, its folder and whatever is deployed."`
	Module string   `yaml:"module" format:"module" derived:"the module around the output folder, else example.com/ and the name" example:"example.com/shop/orders" doc:"Go module of the service."`
	Hosts  []string `yaml:"hosts" format:"fullname" derived:"all services of the given protos" example:"[shop.orders.v1.OrderService]" doc:"Proto services that this binary serves."`
	Team   string   `yaml:"team" format:"team" example:"checkout" doc:"The team that owns the service."`
}
