package model

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Egress is what an instance may connect to: a port, of one address or of any host.
type Egress struct {
	Port int
	CIDR string // empty: any host, since network policies know no names
}

// Egress lists what the policy has instances connect to, beside the name service.
func (s *Service) Egress() []Egress {
	var endpoints []string
	switch {
	case s.UsesEtcd():
		endpoints = append(endpoints, s.Policy.Discovery.Etcd.Endpoints...)
	case s.UsesConsul():
		endpoints = append(endpoints, s.Policy.Discovery.Consul.Address)
	}
	if tracing := s.Policy.Observability.Tracing.Endpoint; tracing != "" {
		endpoints = append(endpoints, tracing)
	}
	if s.HasEvents() {
		endpoints = append(endpoints, s.brokerEndpoints()...)
	}
	var all []Egress
	for _, endpoint := range endpoints {
		to := egress(endpoint)
		if !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	return all
}

func egress(endpoint string) Egress {
	colon := strings.LastIndexByte(endpoint, ':')
	port, _ := strconv.Atoi(endpoint[colon+1:]) // the policy has checked it
	ip, err := netip.ParseAddr(strings.Trim(endpoint[:colon], "[]"))
	if err != nil {
		return Egress{Port: port}
	}
	prefix := netip.PrefixFrom(ip.WithZone("").Unmap(), ip.Unmap().BitLen())
	return Egress{Port: port, CIDR: prefix.String()}
}
