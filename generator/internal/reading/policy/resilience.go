package policy

import "slices"

// Resilience is what the callers of a service get.
type Resilience struct {
	RetryBudget RetryBudget       `yaml:"retryBudget" doc:"Keeps retries from multiplying the load of a service that is failing."`
	Defaults    Call              `yaml:"defaults" doc:"What holds for every method that says nothing else."`
	Methods     map[string]Method `yaml:"methods" keys:"method" sample:"GetOrder" doc:"What holds for one method: its keys replace those of the defaults one by one, and lists as a whole. A method is named Method, or pkg.Service/Method where the short name is not unique."`
}

// RetryBudget bounds retries by the calls that are made.
type RetryBudget struct {
	Percent             int `yaml:"percent" default:"20" range:"1..100" doc:"Retries for every hundred calls."`
	MinRetriesPerSecond int `yaml:"minRetriesPerSecond" default:"10" range:">=0" doc:"Retries per second that are allowed however few calls there are."`
}

// Call is how one call is made. A zero duration is no bound, and what is nil is off.
type Call struct {
	Timeout        Duration  `yaml:"timeout" null:"off" range:">0s" example:"1s" derived:"server.requestTimeout for unary methods" doc:"Bound of the whole call, all attempts together. Streams inherit none."`
	AttemptTimeout Duration  `yaml:"attemptTimeout" null:"off" range:">0s" example:"300ms" doc:"Bound of one attempt. Its expiry may be retried whatever the codes say. An inherited one is never longer than timeout, and holds only where there may be a second attempt."`
	WaitForReady   bool      `yaml:"waitForReady" null:"off" default:"false" doc:"Wait for a connection instead of failing while there is none."`
	Retry          *Retry    `yaml:"retry" null:"off" doc:"Tries again, on methods that are idempotent."`
	Breaker        *Breaker  `yaml:"breaker" null:"off" doc:"Stops calling a method that keeps failing. The names and defaults are Hystrix's."`
	Bulkhead       *Bulkhead `yaml:"bulkhead" null:"off" doc:"Bounds the calls that run at once. There is no queue: a call too many fails at once."`
}

// Method is how calls of one method are made. Loaded, it holds the defaults wherever the method says nothing.
type Method struct {
	Call

	Idempotent  *bool     `yaml:"idempotent" derived:"the proto's idempotency_level" example:"true" doc:"Whether a call may safely be made twice. Callers may only narrow it."`
	Fallback    *Fallback `yaml:"fallback" null:"callee" doc:"What a caller gets when the call cannot be made or fails, but never for what the caller did wrong."`
	Calls       []string  `yaml:"calls" format:"call" example:"[inventory/Reserve]" doc:"The methods of dependencies that this one calls, as dependency/Method: the edges of the system's graph."`
	IdleTimeout Duration  `yaml:"idleTimeout" null:"callee" apart:"true" range:">0s" example:"5m" doc:"Streams only: how long neither side may send anything."`
}

// Retry is the retry policy of gRPC's service config (gRFC A6), with the jitter made explicit.
type Retry struct {
	MaxAttempts          int      `yaml:"maxAttempts" default:"3" range:"2..5" doc:"Attempts in all, the first one included."`
	InitialBackoff       Duration `yaml:"initialBackoff" default:"25ms" range:">0s" doc:"Pause before the second attempt."`
	MaxBackoff           Duration `yaml:"maxBackoff" default:"250ms" range:">0s" doc:"The longest pause, before jitter."`
	BackoffMultiplier    float64  `yaml:"backoffMultiplier" default:"2" range:"1..10" doc:"Factor from one pause to the next."`
	Jitter               float64  `yaml:"jitter" default:"0.2" range:"0..1" doc:"Share of a pause by which it is randomly longer or shorter."`
	RetryableStatusCodes []Code   `yaml:"retryableStatusCodes" default:"[UNAVAILABLE]" empty:"true" doc:"Codes that are tried again. None: only attempts that ran into attemptTimeout are."`
}

// Breaker is when calls stop, and when they are tried again.
type Breaker struct {
	ErrorPercentThreshold  int      `yaml:"errorPercentThreshold" default:"50" range:"1..100" doc:"Share of failures at which the breaker opens, in percent."`
	RequestVolumeThreshold int      `yaml:"requestVolumeThreshold" default:"20" range:">=1" doc:"Calls in the rolling window below which it never opens."`
	RollingWindow          Duration `yaml:"rollingWindow" default:"10s" range:">=1s" doc:"The time over which calls are counted."`
	SleepWindow            Duration `yaml:"sleepWindow" default:"5s" range:">0s" doc:"How long an open breaker refuses every call before it lets one through to see."`
	FailureCodes           []Code   `yaml:"failureCodes" default:"[UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, DATA_LOSS, RESOURCE_EXHAUSTED]" doc:"Codes that count as failures."`
}

// Bulkhead bounds the calls that run at once.
type Bulkhead struct {
	MaxConcurrentRequests int `yaml:"maxConcurrentRequests" default:"100" range:">=1" doc:"Calls of one method that run at once."`
}

// Code is the name of a gRPC status code other than OK.
type Code string

func (Code) values() []string {
	return []string{
		"CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
		"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
		"DATA_LOSS", "UNAUTHENTICATED",
	}
}

// inherit starts a method from the defaults of its section, so that what is decoded into it replaces single keys.
func (m *Method) inherit(section any) {
	if r, ok := section.(*Resilience); ok {
		m.Call = r.Defaults.clone()
	}
}

func (m *Method) inheritsFrom() string { return "defaults" }

// clone returns a call that shares nothing with c.
func (c *Call) clone() Call {
	out := *c
	if c.Retry != nil {
		out.Retry = new(*c.Retry)
		out.Retry.RetryableStatusCodes = slices.Clone(c.Retry.RetryableStatusCodes)
	}
	if c.Breaker != nil {
		out.Breaker = new(*c.Breaker)
		out.Breaker.FailureCodes = slices.Clone(c.Breaker.FailureCodes)
	}
	if c.Bulkhead != nil {
		out.Bulkhead = new(*c.Bulkhead)
	}
	return out
}

func (c *Call) settle(s scope) {
	if c.Timeout > 0 {
		atMost(s, "attemptTimeout", &c.AttemptTimeout, "timeout", c.Timeout)
	}
}

func (r *Retry) settle(s scope) {
	atMost(s, "initialBackoff", &r.InitialBackoff, "maxBackoff", r.MaxBackoff)
}
