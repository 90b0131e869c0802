package resilience

import (
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// generated is a table with two services, of which both have a method Get.
func generated() Table {
	return Table{
		RetryBudget: RetryBudget{Percent: 20, MinRetriesPerSecond: 10},
		Methods: map[string]Policy{
			"/a.v1.A/Get": {
				Timeout:        time.Second,
				AttemptTimeout: 500 * time.Millisecond,
				Retry:          threeAttempts(),
				Breaker:        quickBreaker(),
				Bulkhead:       &Bulkhead{MaxConcurrentRequests: 1},
				Fallback:       &Fallback{Value: MustValue(&wrapperspb.StringValue{}, `"fallback"`)},
			},
			"/b.v1.B/Get":   {Timeout: time.Second},
			"/b.v1.B/Plain": {Timeout: time.Second},
			"/b.v1.B/Keep":  {Timeout: time.Second, Fallback: &Fallback{Cache: &Cache{TTL: time.Minute, MaxEntries: 1}}},
			"/b.v1.B/Watch": {Stream: true},
		},
	}
}

func TestFileOverrides(t *testing.T) {
	for text, check := range map[string]func(a, b Policy, table Table) bool{
		"# nothing":               func(a, b Policy, _ Table) bool { return a.Timeout == time.Second && b.Timeout == time.Second },
		"defaults: {timeout: 2s}": func(a, b Policy, _ Table) bool { return a.Timeout == 2*time.Second && b.Timeout == 2*time.Second },
		"defaults: {timeout: 2ms}": func(a, b Policy, _ Table) bool {
			return a.AttemptTimeout == 2*time.Millisecond && b.AttemptTimeout == 0
		},
		"defaults: {attemptTimeout: 2ms}": func(a, b Policy, _ Table) bool {
			return a.AttemptTimeout == 2*time.Millisecond && b.AttemptTimeout == 0
		},
		"defaults: {waitForReady: true}": func(a, b Policy, _ Table) bool { return a.WaitForReady && b.WaitForReady },
		"methods: {a.v1.A/Get: {timeout: 2s}}": func(a, b Policy, _ Table) bool {
			return a.Timeout == 2*time.Second && b.Timeout == time.Second
		},
		"{defaults: {timeout: 2s}, methods: {a.v1.A/Get: {timeout: 3s}}}": func(a, b Policy, _ Table) bool {
			return a.Timeout == 3*time.Second && b.Timeout == 2*time.Second
		},
		"methods: {Plain: {timeout: 2s, idempotent: true, calls: [other/Get]}}": func(_, _ Policy, table Table) bool {
			return table.Methods["/b.v1.B/Plain"].Timeout == 2*time.Second
		},
		"{defaults: {timeout: 2s}, methods: {Watch: {timeout: 3s}}}": func(_, _ Policy, table Table) bool {
			return table.Methods["/b.v1.B/Watch"].Timeout == 3*time.Second
		},
		"{defaults: {timeout: 2s, attemptTimeout: 1s}}": func(_, _ Policy, table Table) bool {
			return table.Methods["/b.v1.B/Watch"].Timeout == 0 && table.Methods["/b.v1.B/Watch"].AttemptTimeout == 0
		},
		"retryBudget: {percent: 7}": func(_, _ Policy, table Table) bool {
			return table.RetryBudget == RetryBudget{Percent: 7, MinRetriesPerSecond: 10}
		},
		"defaults: {retry: {maxAttempts: 5, retryableStatusCodes: [ABORTED, CANCELLED]}}": func(a, b Policy, _ Table) bool {
			return a.Retry.MaxAttempts == 5 && a.Retry.InitialBackoff == time.Second && b.Retry == nil &&
				len(a.Retry.RetryableStatusCodes) == 2 && a.Retry.RetryableStatusCodes[1] == codes.Canceled
		},
		"methods: {a.v1.A/Get: {retry: null}}":       func(a, _ Policy, _ Table) bool { return a.Retry == nil },
		"methods: {a.v1.A/Get: {idempotent: false}}": func(a, _ Policy, _ Table) bool { return a.Retry == nil },
		"methods: {a.v1.A/Get: {idempotent: true}}":  func(a, _ Policy, _ Table) bool { return a.Retry != nil },
		"defaults: {breaker: {sleepWindow: 7s}}": func(a, b Policy, _ Table) bool {
			return a.Breaker.SleepWindow == 7*time.Second && a.Breaker.RequestVolumeThreshold == 4 && b.Breaker == nil
		},
		"methods: {a.v1.A/Get: {breaker: null}}": func(a, _ Policy, _ Table) bool { return a.Breaker == nil },
		"defaults: {bulkhead: {maxConcurrentRequests: 7}}": func(a, b Policy, _ Table) bool {
			return a.Bulkhead.MaxConcurrentRequests == 7 && b.Bulkhead == nil
		},
		"methods: {a.v1.A/Get: {fallback: {value: other, allowOnWrites: true}}}": func(a, _ Policy, _ Table) bool {
			return proto.Equal(a.Fallback.Value.message, wrapperspb.String("other"))
		},
		"methods: {Keep: {fallback: {cache: {ttl: 7s}}}}": func(_, _ Policy, table Table) bool {
			cache := table.Methods["/b.v1.B/Keep"].Fallback.Cache
			return cache.TTL == 7*time.Second && cache.MaxEntries == 1
		},
	} {
		before := generated()
		table, err := before.override([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if !check(table.Methods["/a.v1.A/Get"], table.Methods["/b.v1.B/Get"], table) {
			t.Errorf("%s: the table is %+v", text, table)
		}
		wantUnchanged(t, before)
	}
}

// wantUnchanged fails the test unless the table is the generated one still: the next file begins with it.
func wantUnchanged(t *testing.T, table Table) {
	t.Helper()
	a := table.Methods["/a.v1.A/Get"]
	if a.Timeout != time.Second {
		t.Error("the generated table has changed")
	}
	if a.Retry == nil || a.Retry.MaxAttempts != 3 || len(a.Retry.RetryableStatusCodes) != 1 {
		t.Error("the generated table has another retry")
	}
	if a.Breaker == nil || a.Breaker.SleepWindow != 5*time.Second {
		t.Error("the generated table has another breaker")
	}
	if a.Bulkhead == nil || a.Bulkhead.MaxConcurrentRequests != 1 {
		t.Error("the generated table has another bulkhead")
	}
	if !proto.Equal(a.Fallback.Value.message, wrapperspb.String("fallback")) {
		t.Error("the generated table has another fallback")
	}
	if table.Methods["/b.v1.B/Keep"].Fallback.Cache.TTL != time.Minute {
		t.Error("the generated table has another cache")
	}
}

func TestFileIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"{":                                                                    "",
		"{}\n---\n{}":                                                          "more than one YAML document",
		"timeouts: {}":                                                         "timeouts",
		"defaults: {timout: 1s}":                                               "timout",
		"defaults: {fallback: {}}":                                             "line 1: defaults: found fallback, want one of timeout",
		"defaults: {timeout: 5}":                                               "defaults",
		"defaults: {timeout: -5s}":                                             "a.v1.A/Get: timeout: found -5s, want more than 0s",
		"methods: {Get: {timeout: 1s}}":                                        "methods: found Get, want a method of the service",
		"methods: {Gone: {timeout: 1s}}":                                       "methods: found Gone, want a method of the service",
		"methods: {a.v1.A/Get: {attemptTimeout: 2s}}":                          "attemptTimeout: found 2s, want more than 0s and at most timeout, 1s",
		"methods: {a.v1.A/Get: {timout: 2s}}":                                  "timout",
		"retryBudget: {percent: 0}":                                            "retryBudget.percent: found 0, want 1 to 100",
		"retryBudget: {procent: 1}":                                            "procent",
		"methods: {Plain: {retry: {maxAttempts: 2}}}":                          "b.v1.B/Plain: methods: found retry, want only what the client was generated with",
		"methods: {a.v1.A/Get: {retry: {maxAttempts: 9}}}":                     "retry.maxAttempts: found 9, want 2 to 5",
		"defaults: {retry: {retryableStatusCodes: [OK]}}":                      `found "OK", want a code of gRPC`,
		"defaults: {retry: {retryableStatusCodes: [NO]}}":                      `found "NO", want a code of gRPC`,
		"methods: {Plain: {breaker: {}}}":                                      "b.v1.B/Plain: methods: found breaker, want only what the client was generated with",
		"methods: {Plain: {bulkhead: {}}}":                                     "b.v1.B/Plain: methods: found bulkhead, want only what the client was generated with",
		"methods: {a.v1.A/Get: {fallback: {value: [1]}}}":                      "a.v1.A/Get",
		"methods: {Plain: {fallback: {value: other}}}":                         "line 1: fallback: found value, want only what the client was generated with",
		"methods: {Keep: {fallback: {value: other}}}":                          "line 1: fallback: found value, want only what the client was generated with",
		"methods: {a.v1.A/Get: {fallback: {cache: {ttl: 1s, maxEntries: 1}}}}": "fallback: found 2, want one of cache, value and func",
		"methods: {Plain: {fallback: {allowOnWrites: true}}}":                  "b.v1.B/Plain: methods: found fallback",
	} {
		_, err := generated().override([]byte(text))
		wantWrong(t, err, want)
	}
}

func TestEverythingThatIsWrongIsReported(t *testing.T) {
	_, err := generated().override([]byte("{defaults: {timeout: -1s}, methods: {Gone: {}}}"))
	wantWrong(t, err, "methods: found Gone")
	wantWrong(t, err, "b.v1.B/Plain: timeout: found -1s")
}
