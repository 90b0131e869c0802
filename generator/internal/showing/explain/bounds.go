package explain

import (
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// repetition says whether the RPC may be called twice, and who says so.
func (a *account) repetition() Topic {
	fact := Fact{Name: "idempotent", Value: "no", Meaning: "nobody declares it, so a call is made once", Source: Source{byProto, a.declared}}
	switch {
	case a.DeclaredBy == model.ByPolicy:
		fact.Source = a.from("idempotent")
		fact.Meaning = "the policy says that a second call does harm"
		if a.Idempotent {
			fact.Meaning = "the policy says that it may be called twice"
		}
	case a.Idempotent:
		fact.Source = Source{byProto, a.idempotency}
		fact.Meaning = "the proto declares: " + string(a.rpc.Idempotency)
	}
	if a.Idempotent {
		fact.Value = "yes"
	}
	return Topic{Name: "repetition", Facts: []Fact{fact}}
}

// bounds says how long a call and its attempts may take.
func (a *account) bounds() Topic {
	facts := []Fact{a.timeout()}
	if a.rpc.IsUnary() {
		facts = append(facts, a.attemptTimeout())
	} else {
		facts = append(facts, a.idleTimeout())
	}
	facts = append(facts, Fact{Name: "deadline", Meaning: "the caller's own counts wherever it is earlier; the server sees the earliest"})
	ready := Fact{Name: "waitForReady", Value: "no", Meaning: "without a connection an attempt fails at once, with UNAVAILABLE", Source: a.from("waitForReady")}
	if a.WaitForReady {
		ready.Value, ready.Meaning = "yes", "without a connection an attempt waits for one, as long as it may take"
	}
	return Topic{Name: "time", Facts: append(facts, ready)}
}

func (a *account) timeout() Fact {
	fact := Fact{Name: "timeout", Value: a.Timeout.String(), Meaning: "for the whole call, all attempts together", Source: a.from("timeout")}
	switch {
	case !a.rpc.IsUnary() && a.Timeout == 0:
		fact.Value, fact.Source = "none", Source{By: byDefault}
		fact.Meaning = fmt.Sprintf("streams inherit none; the server closes the connection within maxConnectionAge %s x 1.1 + maxConnectionAgeGrace %s",
			a.client.Policy.Server.MaxConnectionAge, a.client.Policy.Server.MaxConnectionAgeGrace)
	case !a.rpc.IsUnary():
		fact.Meaning = "for the whole stream"
	case a.wanted().Timeout == 0:
		fact.Source = a.fromPath("server.requestTimeout")
		fact.Meaning = "for the whole call: nobody set one, so it is server.requestTimeout, which is all that a server gives a request"
	}
	return fact
}

func (a *account) attemptTimeout() Fact {
	source, wanted := a.from("attemptTimeout"), a.wanted().AttemptTimeout
	fact := Fact{Name: "attemptTimeout", Value: a.AttemptTimeout.String(), Meaning: "for each attempt", Source: source}
	switch {
	case a.AttemptTimeout == 0 && wanted > 0:
		fact.Value = "none"
		fact.Meaning = fmt.Sprintf("the %s of the defaults are to leave time for a second attempt, and there is none", wanted)
	case a.AttemptTimeout == 0 && a.Retry != nil:
		fact.Value = "none"
		fact.Meaning = "an attempt that hangs takes all the time that is left, so that none comes after it"
	case a.AttemptTimeout == 0:
		fact.Value = "none"
		fact.Meaning = "the one attempt has the time of the call"
	case a.Retry == nil:
		fact.Meaning = "for the one attempt, and with it for the call"
	case source == a.fromPath("resilience.defaults.attemptTimeout") && a.AttemptTimeout == a.Timeout:
		fact.Meaning = fmt.Sprintf("for each attempt: the %s of the defaults, held to timeout", a.client.Policy.Resilience.Defaults.AttemptTimeout)
	}
	return fact
}

// wanted is what the policy says of the method with the defaults in it, whether or not it applies.
func (a *account) wanted() policy.Call {
	r := a.client.Policy.Resilience
	if r == nil {
		return policy.Call{}
	}
	if name, ok := strings.CutPrefix(a.rpc.PolicyPath, "resilience.methods."); ok {
		return r.Methods[name].Call
	}
	return r.Defaults
}

func (a *account) idleTimeout() Fact {
	if a.IdleTimeout == 0 {
		return Fact{Name: "idleTimeout", Value: "none", Meaning: "a stream on which nobody sends is left alone", Source: Source{By: byDefault}}
	}
	return Fact{Name: "idleTimeout", Value: a.IdleTimeout.String(), Meaning: "after which a stream ends on which neither side has sent", Source: a.from("idleTimeout")}
}
