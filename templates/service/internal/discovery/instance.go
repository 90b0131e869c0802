package discovery

import (
	"maps"
	"strings"

	"google.golang.org/grpc/attributes"
	"google.golang.org/grpc/resolver"
)

// Instance is one instance of a service.
type Instance struct {
	Address  string            // host:port
	Metadata map[string]string // what it told of itself when it registered; may be nil
}

func (i Instance) compare(other Instance) int { return strings.Compare(i.Address, other.Address) }

func (i Instance) equal(other Instance) bool {
	return i.Address == other.Address && maps.Equal(i.Metadata, other.Metadata)
}

// metadataKey is the key of the metadata among an endpoint's attributes.
type metadataKey struct{}

// metadata is comparable, as the values of attributes have to be.
type metadata map[string]string

// Equal reports whether other is the same metadata.
func (m metadata) Equal(other any) bool {
	o, ok := other.(metadata)
	return ok && maps.Equal(m, o)
}

// Metadata returns what the instance behind the endpoint told of itself when it registered, for balancers to choose
// by. It is nil when that is nothing, and must not be changed.
func Metadata(endpoint resolver.Endpoint) map[string]string {
	m, _ := endpoint.Attributes.Value(metadataKey{}).(metadata)
	return m
}

// state returns the instances as a connection wants them: one endpoint each.
func state(instances []Instance) resolver.State {
	var s resolver.State
	for _, i := range instances {
		endpoint := resolver.Endpoint{Addresses: []resolver.Address{{Addr: i.Address}}}
		if len(i.Metadata) > 0 {
			endpoint.Attributes = attributes.New(metadataKey{}, metadata(i.Metadata))
		}
		s.Endpoints = append(s.Endpoints, endpoint)
	}
	return s
}
