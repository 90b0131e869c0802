// Package explain says what the calls of an RPC really do: when each attempt begins and ends at worst, what keeps a call
// from being made, what its caller gets in place of an answer, and which line of which file each figure is from.
package explain

import (
	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Call is what the calls of one RPC do, from its callers' side.
type Call struct {
	Method      string       `json:"method"` // "shop.orders.v1.OrderService/GetOrder"
	Kind        string       `json:"kind"`   // "unary"
	Summary     string       `json:"summary"`
	Timelines   []Timeline   `json:"timelines"`
	Topics      []Topic      `json:"topics"`
	Transitions []Transition `json:"breaker,omitempty"` // of the breaker, if there is one
}

// Timeline is one way in which a call may go, at its longest.
type Timeline struct {
	When      string          `json:"when"`      // "the server hangs"
	Spans     []Span          `json:"spans"`     // in order
	End       policy.Duration `json:"end"`       // of the last span
	Bound     policy.Duration `json:"bound"`     // at which a call ends that has not ended before
	BoundName string          `json:"boundName"` // "timeout"
	Sum       string          `json:"sum"`       // how End comes about: "3 x 300ms + 30ms + 60ms = 990ms"
}

// Scale is how much time a drawing of the timeline should have room for: all that the call has, unless most of that
// would be empty.
func (t Timeline) Scale() policy.Duration {
	if t.Bound > 3*t.End {
		return max(t.End, 1)
	}
	return t.Bound
}

// Span is a part of a call, with its longest times.
type Span struct {
	Name  string          `json:"name"` // "attempt 1"
	Pause bool            `json:"pause,omitempty"`
	Begin policy.Duration `json:"begin"`
	End   policy.Duration `json:"end"`
	Note  string          `json:"note"` // "20ms to 30ms"
}

// Topic is a part of the policy, and what it means for the call.
type Topic struct {
	Name  string `json:"name"`
	Facts []Fact `json:"facts"`
}

// Fact is one figure, or one sentence without a figure.
type Fact struct {
	Name    string `json:"name"`
	Value   string `json:"value,omitempty"`
	Meaning string `json:"meaning"`
	Source  Source `json:"source"`
}

// Transition is one of the breaker's, and when it happens.
type Transition struct {
	From string `json:"from"`
	To   string `json:"to"`
	When string `json:"when"`
}

// Source is where a figure is from.
type Source struct {
	By string `json:"by"` // policy, proto, or default where nobody wrote it; empty for what follows from the others
	diag.Position
}

// Breaker is the name of the topic that the transitions belong to.
const Breaker = "breaker"

// Who a figure is from.
const (
	byPolicy  = "policy"
	byProto   = "proto"
	byDefault = "default"
)

// String is the place in a file, or "default".
func (s Source) String() string {
	switch {
	case s.Line > 0:
		return s.Position.String()
	default:
		return s.By
	}
}

// Declared is where the proto declares an RPC, and its idempotency_level.
type Declared func(*model.RPC) (rpc, idempotency diag.Position)

// Calls explains how the client calls every RPC of its service.
func Calls(client *model.Client, declared Declared) []Call {
	var calls []Call
	for _, host := range client.Hosts {
		for _, rpc := range host.RPCs {
			a := &account{Call: &rpc.Call, client: client, rpc: rpc}
			a.declared, a.idempotency = declared(rpc)
			calls = append(calls, a.call())
		}
	}
	return calls
}

// account explains one RPC.
type account struct {
	*model.Call
	client                *model.Client
	rpc                   *model.RPC
	declared, idempotency diag.Position
}

func (a *account) call() Call {
	out := Call{
		Method:    a.rpc.PolicyName(),
		Kind:      string(a.rpc.Kind),
		Summary:   a.summary(),
		Timelines: a.timelines(),
	}
	for _, topic := range []Topic{a.repetition(), a.bounds(), a.retries(), a.breaker(), a.bulkhead(), a.fallback()} {
		if len(topic.Facts) > 0 {
			out.Topics = append(out.Topics, topic)
		}
	}
	if a.Breaker != nil {
		out.Transitions = a.transitions()
	}
	return out
}

// from is where a key of the method's policy is from: the method, the defaults, or nobody.
func (a *account) from(key string) Source {
	own := a.rpc.PolicyPath + "." + key
	switch {
	case a.rpc.PolicyPath != "" && a.client.Policy.Written(own):
		return Source{byPolicy, a.client.Policy.At(own)}
	case policy.DefaultsHave(key):
		return a.fromPath("resilience.defaults." + key)
	default:
		return Source{By: byDefault}
	}
}

// fromPath is where a key outside of the method's policy is from.
func (a *account) fromPath(path string) Source {
	if a.client.Policy.Written(path) {
		return Source{byPolicy, a.client.Policy.At(path)}
	}
	return Source{By: byDefault}
}
