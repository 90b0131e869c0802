// Package mutation asks whether the tests of an emitted service notice when its resilience or its server is wrong. It changes the
// service in one place at a time, runs the tests of the service and of the runtime, and reports the changes that no test
// noticed.
//
// All changes are compiled in at once, each behind a switch that the environment sets: one build, then one short run
// for each of them.
package mutation

import "go/token"

// Kind says what of the service a mutant changes.
type Kind string

// The kinds of mutants.
const (
	Number   Kind = "number"   // of the policy's table, a code or a switch of it
	Operator Kind = "operator" // of the engine or the server
	Order    Kind = "order"    // of the engine's layers
	Removal  Kind = "removal"  // of one of the server's options, interceptors or keepalive parameters
)

// Mutant is one change.
type Mutant struct {
	ID       int
	Kind     Kind
	Position token.Position // in the file as it was emitted
	From, To string

	suites []string // the folders whose tests are to notice
}
