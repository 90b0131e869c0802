// Package model is the intermediate representation of one emitted service: everything that a template may print,
// finished before a byte is printed. Its types hold data and pure methods; package build makes them.
//
// One run emits a [Tree]. It has its own [Client], and one of each [Dependency]; the packages that these share follow from the
// [ClientSet]. A service and its clients have their [Definition] in common. The [Edge] is the proxy in front of the instances.
package model

import (
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Definition is what the protos and the policy say of a service: of the emitted one, or of one that it calls.
type Definition struct {
	Name   string         // DNS-1123 label: "orders"
	Hosts  []*Host        // its proto services, at least one
	Policy *policy.Policy // defaulted and checked
}

// Tree is what one run emits: a service with all its files.
type Tree struct {
	*Definition

	Module string // path of the Go module that the tree belongs to
	Root   string // import path of the tree's root: Module, or Module/sub inside a bigger module
	Dir    string // slash-separated path from the module's go.mod to the tree; "." when it stands beside it
	Events Events // what it publishes and subscribes to

	Dependencies []*Dependency // the services that this one calls, in the order of the policy

	HTTPPort int // of a gateway: where it serves HTTP; else zero

	Compiled *Compiled // how protoc or buf has the tree made; nil: the command line makes it

	// SharedRuntime is the import path of a runtime that several trees import; empty: the tree has its own.
	SharedRuntime string

	// GoVersion is the release of Go that images and pipelines build with: "1.26.8".
	GoVersion string

	// InRepository leads from the root of the repository to the tree, slash-separated; "." when the tree is the root.
	InRepository string
	// Watched are what the tree is made and built from in other folders of the repository, as paths from its root: files, and
	// folders that end in a slash.
	Watched []string

	// OwnModule is true when the tree has a go.mod of its own, which msgen then keeps.
	OwnModule bool
}

// Runtime is the import path that the packages of the runtime stand below.
func (t *Tree) Runtime() string {
	if t.OwnRuntime() {
		return t.Root + "/internal"
	}
	return t.SharedRuntime
}

// RuntimeAPI is the constant of package runtimeapi that says that a runtime serves this tree.
func (t *Tree) RuntimeAPI() string { return "V1" }

// OwnRuntime reports whether the tree has its own runtime.
func (t *Tree) OwnRuntime() bool { return t.SharedRuntime == "" }

// Host is one proto service that the binary serves.
type Host struct {
	FullName   string // "shop.orders.v1.OrderService"
	GoName     string // "OrderService": what the stubs call it
	Package    string // name of the handlers' Go package, and of its folder under internal/: "orderservice"
	Field      string // its field in server.Services and client.Client, unique in the tree: "OrderService"
	Proto      string // name of the proto file that declares it
	Comment    Comment
	Deprecated bool
	Stub       Import // the Go package with the service's stubs
	OldStub    bool   // the stubs may be older than the constants that name methods
	RPCs       []*RPC
	Forward    *Forward // of a gateway: whom its handlers pass calls on to; nil: nobody
}

// RPC is one method of a Host.
type RPC struct {
	Name        string // as in the proto: "GetOrder"
	GoName      string // as in Go: "GetOrder"
	FullMethod  string // "/shop.orders.v1.OrderService/GetOrder"
	Kind        Kind
	Idempotency Idempotency
	Request     Type
	Response    Type
	Call        Call
	Calls       []Called // the methods of dependencies that it calls, as the policy says
	PolicyPath  string   // of the method's own keys: "resilience.methods.GetOrder"; empty: it has none
	Comment     Comment
	Deprecated  bool
	Validated   bool       // the server checks its requests by the rules of their proto
	HTTP        []HTTPRule // what its google.api.http says, if it has one
}

// Kind is how many messages go each way.
type Kind string

// The kinds of RPC.
const (
	Unary           Kind = "unary"
	ServerStreaming Kind = "server streaming"
	ClientStreaming Kind = "client streaming"
	BidiStreaming   Kind = "bidirectional streaming"
)

// IsUnary reports whether the RPC is one request and one response.
func (r *RPC) IsUnary() bool { return r.Kind == Unary }

// StreamsRequest reports whether the client sends any number of messages.
func (r *RPC) StreamsRequest() bool { return r.Kind == ClientStreaming || r.Kind == BidiStreaming }

// StreamsResponse reports whether the server sends any number of messages.
func (r *RPC) StreamsResponse() bool { return r.Kind == ServerStreaming || r.Kind == BidiStreaming }

// Idempotency is what the proto's idempotency_level option says.
type Idempotency string

// The levels of google.protobuf.MethodOptions.IdempotencyLevel, in words.
const (
	IdempotencyUnknown Idempotency = "not declared"
	NoSideEffects      Idempotency = "no side effects"
	Idempotent         Idempotency = "idempotent"
)
