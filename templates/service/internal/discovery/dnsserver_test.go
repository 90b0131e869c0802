package discovery

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// dnsServer is a DNS server on a loopback port.
type dnsServer struct {
	conn net.PacketConn

	mu    sync.Mutex
	hosts map[string][]string // addresses by name
	srv   map[string][]record // SRV records by name
	down  bool                // answers SERVFAIL
}

// record is an SRV record.
type record struct {
	host string
	port uint16
}

func newDNSServer(t *testing.T) *dnsServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dnsServer{conn: conn, hosts: map[string][]string{}, srv: map[string][]record{}}
	t.Cleanup(func() { _ = conn.Close() })
	go s.serve()
	return s
}

// resolver returns a resolver that asks this server alone.
func (s *dnsServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", s.conn.LocalAddr().String())
	}}
}

// change changes what the server answers.
func (s *dnsServer) change(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
}

func (s *dnsServer) serve() {
	buffer := make([]byte, 512)
	for {
		n, peer, err := s.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		var query dnsmessage.Message
		if query.Unpack(buffer[:n]) != nil || len(query.Questions) != 1 {
			continue
		}
		if answer, err := s.answer(query); err == nil {
			_, _ = s.conn.WriteTo(answer, peer)
		}
	}
}

func (s *dnsServer) answer(query dnsmessage.Message) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	question := query.Questions[0]
	reply := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: query.ID, Response: true, RecursionAvailable: true},
		Questions: query.Questions,
	}
	header := dnsmessage.ResourceHeader{Name: question.Name, Type: question.Type, Class: dnsmessage.ClassINET}
	name := strings.TrimSuffix(question.Name.String(), ".")
	for _, body := range s.bodies(name, question.Type) {
		reply.Answers = append(reply.Answers, dnsmessage.Resource{Header: header, Body: body})
	}
	switch {
	case s.down:
		reply.RCode, reply.Answers = dnsmessage.RCodeServerFailure, nil
	case s.hosts[name] == nil && s.srv[name] == nil:
		reply.RCode = dnsmessage.RCodeNameError
	}
	return reply.Pack()
}

// bodies returns the records of one type that a name has.
func (s *dnsServer) bodies(name string, kind dnsmessage.Type) []dnsmessage.ResourceBody {
	var bodies []dnsmessage.ResourceBody
	for _, host := range s.hosts[name] {
		ip := netip.MustParseAddr(host)
		switch {
		case kind == dnsmessage.TypeA && ip.Is4():
			bodies = append(bodies, &dnsmessage.AResource{A: ip.As4()})
		case kind == dnsmessage.TypeAAAA && ip.Is6():
			bodies = append(bodies, &dnsmessage.AAAAResource{AAAA: ip.As16()})
		}
	}
	for _, srv := range s.srv[name] {
		if kind == dnsmessage.TypeSRV {
			target := dnsmessage.MustNewName(srv.host + ".")
			bodies = append(bodies, &dnsmessage.SRVResource{Target: target, Port: srv.port})
		}
	}
	return bodies
}
