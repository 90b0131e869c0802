package loadbalancer

import (
	"testing"

	"google.golang.org/grpc/balancer"
)

// TestLessBusyChoosesAmongAll: whatever the random bits, two different endpoints are compared, and each may be one of them.
func TestLessBusyChoosesAmongAll(t *testing.T) {
	endpoints := make([]*Endpoint, 3)
	for i := range endpoints {
		endpoints[i] = new(Endpoint)
	}
	for busy := range endpoints {
		endpoints[busy].inFlight.Store(1)
		seen := map[*Endpoint]bool{}
		for random := range uint64(256) {
			seen[lessBusy(endpoints, random%16<<28|random/16<<60)] = true
		}
		if len(seen) != 2 || seen[endpoints[busy]] {
			t.Errorf("with endpoint %d busy, %d others are picked, and the busy one: %v", busy, len(seen), seen[endpoints[busy]])
		}
		endpoints[busy].inFlight.Store(0)
	}
}

func BenchmarkPick(b *testing.B) {
	endpoints := make([]*Endpoint, 3)
	for i := range endpoints {
		endpoints[i] = &Endpoint{address: string(rune('a' + i))}
	}
	info := balancer.PickInfo{Ctx: b.Context()}
	for name, policy := range map[string]Policy{"RoundRobin": RoundRobin, "LeastRequest": LeastRequest, "RingHash": RingHash("x-user-id")} {
		b.Run(name, func(b *testing.B) {
			picker := policy(endpoints)
			b.ReportAllocs()
			for b.Loop() {
				picker.Pick(info, endpoints)
			}
		})
	}
}

// BenchmarkSuccess is what the end of a good call costs.
func BenchmarkSuccess(b *testing.B) {
	balancing := &endpointBalancer{}
	endpoint := new(Endpoint)
	rule := settings().Ejection
	b.ReportAllocs()
	for b.Loop() {
		balancing.judge(endpoint, 0, rule.outcome(b.Context(), balancer.DoneInfo{BytesSent: true}))
	}
}
