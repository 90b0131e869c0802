package model

// Dependency is a service that this one calls, as its client sees it: Name is what the policy calls it, Hosts are its
// proto services, and Policy is its own with what this service's policy has for it laid over the resilience. Module, Root and
// Dir are the tree's, whose packages the client uses.
type Dependency struct {
	*Service

	Package string // of its client, and its folder under internal/clients: "inventory"
	Field   string // its field in Clients: "Inventory"
	Target  string // its gRPC target; empty where its instances are found by discovery
	Foreign bool   // msgen did not make it, and nothing is known of its server
}

// Called is a method of a dependency.
type Called struct {
	Dependency *Dependency
	RPC        *RPC
	Path       string // of the key that says so: "resilience.methods.CreateOrder.calls[0]"
}
