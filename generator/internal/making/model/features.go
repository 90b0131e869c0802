package model

import (
	"slices"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Retries reports whether calls of some method are tried again.
func (c *Client) Retries() bool { return c.some(func(r *RPC) bool { return r.Call.Retry != nil }) }

// Breaks reports whether some method has a breaker.
func (c *Client) Breaks() bool { return c.some(func(r *RPC) bool { return r.Call.Breaker != nil }) }

// Bulkheads reports whether some method has a bulkhead.
func (c *Client) Bulkheads() bool {
	return c.some(func(r *RPC) bool { return r.Call.Bulkhead != nil })
}

// FallsBack reports whether some method has a fallback.
func (c *Client) FallsBack() bool {
	return c.some(func(r *RPC) bool { return r.Call.Fallback != nil })
}

// FallbackFuncs reports whether some method falls back on a function of the caller's.
func (c *Client) FallbackFuncs() bool { return c.some((*RPC).FallbackFunc) }

// TimesCalls reports whether clients bound the time of calls, and nothing else of them.
func (c *Client) TimesCalls() bool { return c.Balances() && !c.Resilient() }

// Compresses reports whether the client compresses requests.
func (c *Client) Compresses() bool { return c.Policy.Client.Compression == policy.CompressionGzip }

// ProvesCalls reports whether the client has tests with instances.
func (c *Client) ProvesCalls() bool { return c.Balances() || c.Resilient() }

// JudgesErrors reports whether clients tell whose fault an error is: of an instance or of the service.
func (c *Client) JudgesErrors() bool { return c.Balances() || c.Resilient() }

func (c *Client) some(has func(*RPC) bool) bool {
	return c.Resilient() && slices.ContainsFunc(c.Hosts, func(h *Host) bool { return slices.ContainsFunc(h.RPCs, has) })
}

// FallbackValue reports whether the RPC falls back on a fixed response.
func (r *RPC) FallbackValue() bool { return r.Call.FallbackValue != "" }

// FallbackCache reports whether the RPC falls back on its last good responses.
func (r *RPC) FallbackCache() bool { return r.Call.Fallback != nil && r.Call.Fallback.Cache != nil }

// FallbackFunc reports whether the RPC falls back on a function of the caller's.
func (r *RPC) FallbackFunc() bool { return r.Call.Fallback != nil && r.Call.Fallback.Func }

// goCodes are status codes as a list of Go expressions: "codes.Unavailable, codes.Aborted".
func goCodes(names []policy.Code) string {
	exprs := make([]string, len(names))
	for i, name := range names {
		exprs[i] = "codes." + goCode(name)
	}
	return strings.Join(exprs, ", ")
}

// goCode is the name of a code in package codes, which writes CANCELLED with one L.
func goCode(name policy.Code) string {
	if name == "CANCELLED" {
		return "Canceled"
	}
	var out strings.Builder
	for word := range strings.SplitSeq(string(name), "_") {
		out.WriteString(word[:1] + strings.ToLower(word[1:]))
	}
	return out.String()
}

// GoCodes are status codes as a list of Go expressions: "codes.Unavailable, codes.Aborted".
func (c *Client) GoCodes(names []policy.Code) string { return goCodes(names) }

// GoStrings are strings as a Go expression.
func (c *Client) GoStrings(values []string) string { return goStrings(values) }

// FullMethod is the full name of an RPC of the host, as the constant of its stubs: "ordersv1.Orders_Get_FullMethodName". Stubs
// that may lack it have it written out.
func (h *Host) FullMethod(r *RPC) string {
	if h.OldStub {
		return strconv.Quote(r.FullMethod)
	}
	return h.Stub.Name + "." + h.GoName + "_" + r.GoName + "_FullMethodName"
}

// FallbackOption is the option of the client that sets the RPC's fallback: "WithOrdersGetFallback".
func (h *Host) FallbackOption(r *RPC) string { return "With" + h.Field + r.GoName + "Fallback" }

// FallbackText is the fixed response in protobuf JSON, as a Go expression.
func (r *RPC) FallbackText() string {
	if text := r.Call.FallbackValue; strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(r.Call.FallbackValue)
}

// Messages lists the packages of stubs that the hosts and their RPCs name, by path, each once.
func (c *Client) Messages() []Import {
	var imports []Import
	for _, h := range c.Hosts {
		imports = append(imports, h.Imports()...)
	}
	return unique(imports)
}

// Pause is the range of the pause before one attempt after the first.
type Pause struct{ Least, Most policy.Duration }

// Pauses are the pauses between the attempts of a call, in order.
func (c *Call) Pauses() []Pause {
	pauses := make([]Pause, c.Attempts()-1)
	for i := range pauses {
		pauses[i].Least, pauses[i].Most = c.Pause(i + 1)
	}
	return pauses
}
