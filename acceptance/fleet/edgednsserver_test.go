package fleet

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dnsServer answers as Kubernetes and Consul do for the service: with the address of each instance, and with an SRV
// record of each where those are asked for.
type dnsServer struct {
	address string

	mu        sync.Mutex
	instances []string // host:port
	down      bool     // every answer is SERVFAIL
}

// startDNS starts a server that knows no instance.
func startDNS(t *testing.T) *dnsServer {
	t.Helper()
	packets, err := net.ListenPacket("udp", loopback(freePort(t)))
	require.NoError(t, err)
	d := &dnsServer{address: packets.LocalAddr().String()}
	server := &dns.Server{PacketConn: packets, Handler: dns.HandlerFunc(d.answer)}
	ended := make(chan error, 1)
	go func() { ended <- server.ActivateAndServe() }()
	t.Cleanup(func() {
		_ = packets.Close()
		assert.ErrorIs(t, <-ended, net.ErrClosed)
	})
	return d
}

func (d *dnsServer) set(change func(instances []string) []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.instances = change(slices.Clone(d.instances))
}

func (d *dnsServer) setDown(down bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = down
}

func (d *dnsServer) answer(w dns.ResponseWriter, question *dns.Msg) {
	d.mu.Lock()
	defer d.mu.Unlock()
	answer := new(dns.Msg).SetReply(question)
	switch asked := question.Question[0]; {
	case d.down:
		answer.Rcode = dns.RcodeServerFailure
	case !d.knows(asked.Name):
		answer.Rcode = dns.RcodeNameError
	default:
		for _, instance := range d.instances {
			answer.Answer = append(answer.Answer, answerFor(asked, instance)...)
		}
	}
	_ = w.WriteMsg(answer) // whoever has not got it asks again
}

// knows reports whether there are records of the name, of whatever type.
func (d *dnsServer) knows(name string) bool {
	service := []string{"fleet-headless.shop.svc.cluster.local.", "fleet.service.consul.", "_fleet._tcp.service.consul."}
	return slices.Contains(service, name) || slices.ContainsFunc(d.instances, func(instance string) bool { return node(instance) == name })
}

// answerFor returns the records that answer the question for one instance.
func answerFor(asked dns.Question, instance string) []dns.RR {
	var port int
	host, number, _ := net.SplitHostPort(instance)
	_, _ = fmt.Sscan(number, &port)
	header := dns.RR_Header{Name: asked.Name, Rrtype: asked.Qtype, Class: dns.ClassINET}
	srv := strings.HasPrefix(asked.Name, "_")
	switch {
	case asked.Qtype == dns.TypeSRV && srv:
		return []dns.RR{&dns.SRV{Hdr: header, Priority: 1, Weight: 1, Port: uint16(port), Target: node(instance)}}
	case asked.Qtype == dns.TypeA && !srv && (!strings.Contains(asked.Name, ".addr.") || asked.Name == node(instance)):
		return []dns.RR{&dns.A{Hdr: header, A: net.ParseIP(host)}}
	default:
		return nil
	}
}

// node is the name that Consul gives to the host of an instance: "7f000002.addr.dc1.consul.".
func node(instance string) string {
	host, _, _ := net.SplitHostPort(instance)
	return fmt.Sprintf("%x.addr.dc1.consul.", []byte(net.ParseIP(host).To4()))
}

// edgeDNS are instances that a proxy in front finds by DNS, all on one port and each on an address of its own.
type edgeDNS struct {
	dns   *dnsServer
	port  int
	taken int
}

func (e *edgeDNS) policy() string { return "" } // the instances' own: they know nothing of who looks for them

func (e *edgeDNS) environment() []string { return nil }

func (e *edgeDNS) place(*testing.T) []string {
	e.taken++
	return []string{fmt.Sprintf("GRPC_ADDRESS=127.0.0.%d:%d", e.taken+1, e.port)}
}

func (e *edgeDNS) joined(_ *testing.T, i *instance) {
	e.dns.set(func(instances []string) []string { return append(instances, i.address) })
}

func (e *edgeDNS) left(t *testing.T, i *instance) {
	t.Helper()
	e.dns.set(func(instances []string) []string {
		assert.Contains(t, instances, i.address)
		return slices.DeleteFunc(instances, func(address string) bool { return address == i.address })
	})
}

func (e *edgeDNS) listed(context.Context) ([]string, error) {
	e.dns.mu.Lock()
	defer e.dns.mu.Unlock()
	return slices.Clone(e.dns.instances), nil
}
