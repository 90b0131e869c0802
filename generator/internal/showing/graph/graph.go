// Package graph is the picture of a system of services: who calls whom, under which bounds, and who hears of what. It
// finds the cycles, and what the services' policies promise that does not add up.
package graph

import (
	"time"

	"github.com/msgen/msgen/generator/diag"
)

// Graph is a system.
type Graph struct {
	Services []*Service // sorted by name
	Calls    []*Call    // sorted by what they are made from, then by what they are made to
	Events   []*Event   // sorted by topic, then by who publishes and who reads
}

// Service is one service of the system, or one outside of it that services of the system call.
type Service struct {
	Name     string
	Team     string // "": the policy names none
	External bool   // called, and not among the services of the system file
	Provider string // of its discovery: "etcd"; "" for an external service that is called by its target
	Methods  []*Method
	Replicas int  // at least, when it is deployed; 1 where nobody says
	Sized    bool // its policy says how many requests or instances there are, rather than leaving it to the defaults

	MaxConcurrentRequests int           // of one instance; 0: unbounded, or unknown
	RequestTimeout        time.Duration // the server's own bound; 0: unknown
	Assumed               bool          // its policy says nothing of that bound, which is the default
	At                    diag.Position
}

// Method is one RPC of a service.
type Method struct {
	Service    *Service
	Name       string // short: "Reserve"
	FullName   string // "shop.inventory.v1.InventoryService/Reserve"
	Unary      bool
	Idempotent bool
	Reads      bool // it has no side effects
	Empty      bool // it answers with google.protobuf.Empty
	At         diag.Position
}

// String is the method as policies call it: "inventory/Reserve".
func (m *Method) String() string { return m.Service.Name + "/" + m.Name }

// Call is a method that calls another, under the caller's policy for it. Where the policy of the caller does not say
// which of its methods calls, or which are called, it stands for the dependency as a whole.
type Call struct {
	From       *Service
	FromMethod *Method // nil: any
	To         *Service
	ToMethod   *Method // nil: any; the bounds below are then zero

	Timeout        time.Duration // of the whole call; 0: none
	AttemptTimeout time.Duration // 0: none
	Assumed        bool          // the policies say nothing of how long it takes: the timeout is a default
	Attempts       int           // at most; at least 1
	Budget         int           // retries for every hundred calls, in percent; 0: no budget bounds them
	Retryable      []string      // status codes that are tried again
	Breaker        bool
	Bulkhead       int           // 0: none
	Fallback       string        // "cache", "value", "func", or "" for none
	WorstCase      time.Duration // the longest that it may take, pauses included; 0: unbounded

	Cyclic     bool          // set by [Graph.Cycles]: part of a synchronous cycle
	At         diag.Position // where the caller's policy says that it is made
	Dependency diag.Position // where the caller's policy declares the service that is called
}

// String is both ends: "orders/CreateOrder -> inventory/Reserve".
func (c *Call) String() string { return c.from() + " -> " + c.to() }

func (c *Call) from() string {
	if c.FromMethod == nil {
		return c.From.Name
	}
	return c.FromMethod.String()
}

func (c *Call) to() string {
	if c.ToMethod == nil {
		return c.To.Name
	}
	return c.ToMethod.String()
}

// exact reports whether the policy says which method makes the call, and which one is called.
func (c *Call) exact() bool { return c.FromMethod != nil && c.ToMethod != nil }

// Event is a message that one service publishes and another one reads.
type Event struct {
	Topic   string
	Message string   // full name of the proto message
	From    *Service // nil: published outside of the system
	To      *Service // nil: nobody in the system reads it
	At      diag.Position
}
