package policy

import "testing"

func BenchmarkLoad(b *testing.B) {
	for name, src := range map[string][]byte{
		"typical": []byte("version: v1\nservice:\n  name: orders\n  module: example.com/shop/orders\nserver:\n  grpcPort: 8443\n" +
			"  requestTimeout: 2s\n  rateLimit: {requestsPerSecond: 500, burst: 50}\n  drainDelay: 5s\nobservability:\n  logging: {level: debug}\n"),
		"complete": complete(b),
	} {
		b.Run(name, func(b *testing.B) {
			lang := whole()
			b.ReportAllocs()
			for b.Loop() {
				load(lang, "policy.yaml", src)
			}
		})
	}
}

// BenchmarkDescribe is what the first Load of a process costs on top.
func BenchmarkDescribe(b *testing.B) {
	for b.Loop() {
		describePolicy(unavailable())
	}
}
