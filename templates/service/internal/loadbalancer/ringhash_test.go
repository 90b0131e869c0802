package loadbalancer

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc/metadata"
)

const hashKey = "x-user-id"

// The placements are those of grpc-go's ring_hash_experimental, so that clients in all languages agree.
func TestRingHashPlacesCallsAsGRPCDoes(t *testing.T) {
	for endpoints, want := range map[int]string{
		1: "aaaaaaaaaa",
		3: "abbacbbbcabcbbccbabcbaabcccaac",
		7: "ebadcebbaeeeedgfedbbggeeccgdbf",
	} {
		synctest.Test(t, func(t *testing.T) {
			s := settings()
			s.Policy = RingHash(hashKey)
			f := start(t, s, endpoints)
			if got := strings.Join(f.placement(t)[:len(want)], ""); got != want {
				t.Errorf("the values go to %s of %d endpoints, want %s", got, endpoints, want)
			}
		})
	}
}

func TestRingHashMovesNoMoreThanItMust(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Policy = RingHash(hashKey)
		f := start(t, s, 5)
		before := f.placement(t)
		f.serve("c", false)
		for i, address := range f.placement(t) {
			if address == "c" || address != before[i] && before[i] != "c" {
				t.Errorf("value %d has moved from %s to %s, although c alone serves no more", i, before[i], address)
			}
		}
	})
}

func TestRingHashWithoutAValueIsRandom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Policy = RingHash(hashKey)
		f := start(t, s, 3)
		f.calls(t, 300)
		for address, instance := range f.instances {
			if got := instance.calls.Load(); got < 50 {
				t.Errorf("%s gets %d of 300 calls", address, got)
			}
		}
	})
}

func TestRingHashAttemptGoesToTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Policy = RingHash(hashKey)
		f := start(t, s, 3)
		ctx := WithCall(metadata.AppendToOutgoingContext(t.Context(), hashKey, "someone"))
		for range 3 {
			if err := f.call(ctx); err != nil {
				t.Fatal(err)
			}
		}
		f.wantSpread(t, 1, 1, 1)
	})
}

// placement returns the endpoints that calls with a hundred values go to.
func (f *fixture) placement(t *testing.T) []string {
	t.Helper()
	placement := make([]string, 100)
	for i := range placement {
		ctx := metadata.AppendToOutgoingContext(t.Context(), hashKey, fmt.Sprint("user-", i))
		if err := f.call(ctx); err != nil {
			t.Fatal(err)
		}
		for address, instance := range f.instances {
			if instance.calls.Swap(0) == 1 {
				placement[i] = address
			}
		}
	}
	return placement
}
