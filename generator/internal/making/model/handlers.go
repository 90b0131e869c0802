package model

import "strings"

// HandlerParams are the parameters of the handlers' New: "deps *clients.Clients, publisher *events.Publisher".
func (s *Service) HandlerParams() string {
	return s.handed("deps *clients.Clients", "publisher *events.Publisher")
}

// HandlerArguments are what main passes for them: "deps, publisher".
func (s *Service) HandlerArguments() string { return s.handed("deps", "publisher") }

// HandlerFields are what handlers keep of them: "deps: deps, publisher: publisher".
func (s *Service) HandlerFields() string { return s.handed("deps: deps", "publisher: publisher") }

// handed is what is said of the clients and of the publisher, of each if handlers get it.
func (s *Service) handed(clients, publisher string) string {
	var parts []string
	if s.Depends() {
		parts = append(parts, clients)
	}
	if s.Publishes() {
		parts = append(parts, publisher)
	}
	return strings.Join(parts, ", ")
}
