package loadbalancer

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/metadata"
)

// minRingSize is the number of points that a ring has, rounded up to the same number for each endpoint.
const minRingSize = 1024

// RingHash returns the Policy that gives calls with the same value of a metadata key to the same endpoint. The
// endpoints are points on a ring, and the call goes to the point that follows the hash of its value, as gRPC's
// ring_hash has it in every language: https://github.com/grpc/proposal/blob/master/A42-xds-ring-hash-lb-policy.md. The
// calls of an endpoint that cannot take them go to the one that follows it on the ring; a call without the key goes to
// a random endpoint.
func RingHash(key string) Policy {
	return func(endpoints []*Endpoint) Picker {
		return &ringHash{key: key, ring: newRing(endpoints)}
	}
}

type ringHash struct {
	key  string
	ring []point // by hash
}

type point struct {
	hash     uint64
	endpoint *Endpoint
}

func newRing(endpoints []*Endpoint) []point {
	if len(endpoints) == 0 {
		return nil
	}
	each := (minRingSize + len(endpoints) - 1) / len(endpoints)
	ring := make([]point, 0, each*len(endpoints))
	for _, endpoint := range endpoints {
		for i := range each {
			hash := xxhash.Sum64String(endpoint.address + "_" + strconv.Itoa(i))
			ring = append(ring, point{hash, endpoint})
		}
	}
	slices.SortFunc(ring, func(x, y point) int { return cmp.Compare(x.hash, y.hash) })
	return ring
}

// Pick returns the endpoint that follows the hash of the call.
func (r *ringHash) Pick(info balancer.PickInfo, endpoints []*Endpoint) *Endpoint {
	start, _ := slices.BinarySearchFunc(r.ring, r.hash(info), func(p point, hash uint64) int {
		return cmp.Compare(p.hash, hash)
	})
	for i := range r.ring {
		endpoint := r.ring[(start+i)%len(r.ring)].endpoint
		if slices.Contains(endpoints, endpoint) {
			return endpoint
		}
	}
	return nil
}

func (r *ringHash) hash(info balancer.PickInfo) uint64 {
	md, _ := metadata.FromOutgoingContext(info.Ctx)
	values := md.Get(r.key)
	if len(values) == 0 {
		return rand.Uint64() //nolint:gosec // nothing is to be kept secret
	}
	return xxhash.Sum64String(strings.Join(values, ","))
}
