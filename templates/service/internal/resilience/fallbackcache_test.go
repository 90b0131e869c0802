package resilience

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func caching() Policy {
	return Policy{Fallback: &Fallback{Cache: &Cache{TTL: time.Minute, MaxEntries: 2, KeyMetadata: []string{"user", "tenant"}}}}
}

// get calls with a request, and returns the response.
func (f *fixture) get(ctx context.Context, request string) (string, error) {
	reply := &wrapperspb.StringValue{}
	err := f.engine.Unary(ctx, probe, wrapperspb.String(request), reply, nil, f.send)
	text := reply.GetValue()
	reply.Value = "spoiled by its caller"
	return text, err
}

func TestCacheAnswersTheSameRequest(t *testing.T) {
	bubble(t, caching(), func(f *fixture) {
		for _, request := range []string{"a", "b"} {
			if _, err := f.get(f.t.Context(), request); err != nil {
				f.t.Fatal(err)
			}
		}
		f.answer = fail(codes.Unavailable)
		for range 2 {
			if text, err := f.get(f.t.Context(), "a"); err != nil || text != "answer" {
				f.t.Errorf("the caller has got %q, %v", text, err)
			}
		}
		if _, err := f.get(f.t.Context(), "c"); err == nil {
			f.t.Error("another request is answered")
		}
		f.answer = well
		_, _ = f.get(f.t.Context(), "c") // b is the one that was not used for the longest time
		f.answer = fail(codes.Unavailable)
		if _, err := f.get(f.t.Context(), "b"); err == nil {
			f.t.Error("there are too many responses")
		}
		for _, request := range []string{"a", "c"} {
			if _, err := f.get(f.t.Context(), request); err != nil {
				f.t.Errorf("%s: %v", request, err)
			}
		}
	})
}

func TestCacheBeginsAnewWithEachResponse(t *testing.T) {
	bubble(t, caching(), func(f *fixture) {
		for range 2 {
			f.want(f.t.Context(), codes.OK)
			time.Sleep(40 * time.Second)
		}
		f.answer = fail(codes.Unavailable)
		f.want(f.t.Context(), codes.OK)
		time.Sleep(20 * time.Second)
		f.want(f.t.Context(), codes.OK)
		time.Sleep(time.Nanosecond)
		f.want(f.t.Context(), codes.Unavailable)
	})
}

// TestKeysDoNotRunIntoEachOther: no two of these callers share a response.
func TestKeysDoNotRunIntoEachOther(t *testing.T) {
	rule := caching().Fallback.Cache
	seen := map[cacheKey]int{}
	for i, pairs := range [][]string{
		{},
		{"user", ""},
		{"tenant", ""},
		{"user", "a"},
		{"tenant", "a"},
		{"user", "a", "tenant", "b"},
		{"user", "ab"},
		{"user", "a", "user", "b"},
		{"user", "a", "user", "b", "tenant", "c"},
		{"user", "a", "tenant", "b", "tenant", "c"},
	} {
		ctx := metadata.NewOutgoingContext(t.Context(), metadata.Pairs(pairs...))
		for _, request := range []string{"", "a"} {
			key, ok := rule.key(ctx, wrapperspb.String(request))
			if other, same := seen[key]; same || !ok {
				t.Errorf("callers %d and %d share a response", other, i)
			}
			seen[key] = i
		}
	}
	one, _ := rule.key(metadata.AppendToOutgoingContext(t.Context(), "other", "a"), &emptypb.Empty{})
	if two, _ := rule.key(t.Context(), &emptypb.Empty{}); one != two {
		t.Error("metadata that is no part of the key makes a difference")
	}
}

func TestWhatIsNoMessageIsNotCached(t *testing.T) {
	bubble(t, caching(), func(f *fixture) {
		if err := f.engine.Unary(f.t.Context(), probe, "request", "reply", nil, f.send); err != nil {
			f.t.Error(err)
		}
		f.answer = fail(codes.Unavailable)
		if err := f.engine.Unary(f.t.Context(), probe, "request", "reply", nil, f.send); err == nil {
			f.t.Error("the call is answered")
		}
	})
}

func TestCacheIsChecked(t *testing.T) {
	wantWrong(t, (&Cache{MaxEntries: 1}).check(), "fallback.cache.ttl: found 0s")
	wantWrong(t, (&Cache{TTL: 1}).check(), "fallback.cache.maxEntries: found 0")
	if err := (&Cache{TTL: 1, MaxEntries: 1}).check(); err != nil {
		t.Error(err)
	}
}
