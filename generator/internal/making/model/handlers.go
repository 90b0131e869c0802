package model

import "strings"

// HandlerParams are the parameters of the handlers' New: "deps *clients.Clients, publisher *events.Publisher".
func (t *Tree) HandlerParams() string {
	return t.handed("deps *clients.Clients", "publisher *events.Publisher")
}

// HandlerArguments are what main passes for them: "deps, publisher".
func (t *Tree) HandlerArguments() string { return t.handed("deps", "publisher") }

// HandlerFields are what handlers keep of them: "deps: deps, publisher: publisher".
func (t *Tree) HandlerFields() string { return t.handed("deps: deps", "publisher: publisher") }

// handed is what is said of the clients and of the publisher, of each if handlers get it.
func (t *Tree) handed(clients, publisher string) string {
	var parts []string
	if t.Depends() {
		parts = append(parts, clients)
	}
	if t.Publishes() {
		parts = append(parts, publisher)
	}
	return strings.Join(parts, ", ")
}
