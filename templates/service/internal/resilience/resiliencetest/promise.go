// Package resiliencetest checks that a client makes its calls as its policy promises. It looks from outside: at what an
// instance sees, and at what a caller gets.
package resiliencetest

import (
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// Policy is what a policy promises to the callers of a service.
type Policy struct {
	RetryPercent   int    // the retries of all methods together, in a hundred calls
	RetryPerSecond int    // and in a second, which need not be earned
	FileVariable   string // the environment variable that names the file which overrides the policy
	Methods        []Method
}

// Method is what a policy promises to the callers of one method. What is zero is not promised.
type Method struct {
	Name           string           // in full, such as "/shop.v1.Orders/Get"
	Stream         *grpc.StreamDesc // nil: unary
	Timeout        time.Duration
	AttemptTimeout time.Duration
	IdleTimeout    time.Duration
	WaitForReady   bool
	Retry          Retry
	Breaker        Breaker
	Concurrent     int
	Fallback       Fallback
}

// Retry is how often a call is tried, and when again.
type Retry struct {
	Attempts int
	Pauses   [][2]time.Duration // before each attempt after the first: the shortest and the longest
	Codes    []codes.Code
}

// Breaker is when a breaker opens, and for how long.
type Breaker struct {
	ErrorPercent  int
	RequestVolume int
	RollingWindow time.Duration
	SleepWindow   time.Duration
	FailureCodes  []codes.Code
}

// Fallback is what callers get when the service has failed.
type Fallback struct {
	Value        string        // in protobuf JSON; empty: none
	Response     proto.Message // any one of the method's type; of a value and of a function
	Request      proto.Message // any one; of a function
	CacheTTL     time.Duration
	CacheEntries int // zero: there is no cache
	CacheKeys    []string
	Func         bool // whether a function of the caller's answers
}

// proof is how a promise is checked.
type proof struct {
	name string
	of   func(Method) bool // whether a method has the promise
	test func(*stage)
}

// Prove fails the test unless the client keeps each promise to each method. Time passes when all wait.
func (p Policy) Prove(t *testing.T, connect Connect) {
	t.Helper()
	for _, proof := range p.proofs() {
		for _, method := range p.Methods {
			if !proof.of(method) {
				continue
			}
			t.Run(proof.name+method.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					proof.test(&stage{Method: method, t: t, policy: p, connect: connect})
				})
			})
		}
	}
}

func (p Policy) proofs() []proof {
	all := func(Method) bool { return true }
	timed := func(m Method) bool { return m.Timeout > 0 }
	tried := func(m Method) bool { return m.repeats() && len(m.Retry.Codes) > 0 }
	broken := func(m Method) bool { return m.Breaker.RequestVolume > 0 }
	cached := func(m Method) bool { return m.Fallback.CacheEntries > 0 }
	return []proof{
		{"Timeout", timed, callEndsInTime},
		{"AttemptTimeout", func(m Method) bool { return m.AttemptTimeout > 0 }, attemptEndsInTime},
		{"IdleTimeout", func(m Method) bool { return m.IdleTimeout > 0 }, idleStreamEnds},
		{"CallersDeadline", timed, callersEarlierDeadlineWins},
		{"File", timed, fileOverrides},
		{"WaitForReady", all, callWithoutConnection},
		{"Attempts", all, attemptsByCode},
		{"Pauses", tried, pausesBetweenAttempts},
		{"RetryBudget", func(m Method) bool { return tried(m) && !m.sends() }, retryBudget},
		{"BreakerVolume", broken, breakerOpensAtItsVolume},
		{"BreakerPercentage", broken, breakerOpensAtItsPercentage},
		{"BreakerWindow", broken, breakerForgetsAfterItsWindow},
		{"BreakerSleep", broken, breakerProbesAfterItsSleep},
		{"BreakerCodes", broken, breakerCountsItsCodes},
		{"Bulkhead", func(m Method) bool { return m.Concurrent > 0 }, bulkheadRefusesOneTooMany},
		{"Value", func(m Method) bool { return m.Fallback.Value != "" }, fallbackIsTheValue},
		{"Func", func(m Method) bool { return m.Fallback.Func }, fallbackIsTheFunction},
		{"Cache", cached, fallbackIsTheLastGoodResponse},
		{"CacheEntries", cached, cacheHoldsItsEntries},
		{"CacheKeys", cached, callersDoNotShareResponses},
	}
}

func (m Method) repeats() bool { return m.Retry.Attempts > 1 }

// sends reports whether the client sends a stream.
func (m Method) sends() bool { return m.Stream != nil && m.Stream.ClientStreams }

// shortest is the first of the times that ends a call of which nothing is heard.
func (m Method) shortest() time.Duration {
	shortest := m.Timeout
	for _, other := range []time.Duration{m.AttemptTimeout, m.IdleTimeout} {
		if other > 0 {
			shortest = min(shortest, other)
		}
	}
	return shortest
}
