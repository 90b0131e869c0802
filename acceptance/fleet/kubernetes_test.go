package fleet

import (
	"context"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"
)

// dnsName is the name of the headless Service. It ends in a dot, so that the search list of the machine does not matter.
const dnsName = "fleet.shop.svc.cluster.local."

// dnsRefresh is how often clients look the name up.
const dnsRefresh = time.Second

// records are those by which a name stands for the instances.
type records int

const (
	aRecords   records = iota // an address for each; all have the same port, which clients know
	srvRecords                // a port and a name for each, and an address for each of these names
)

// kubernetes is the DNS of a cluster, whose pods are all on this machine. It answers with those that are ready.
type kubernetes struct {
	records records
	server  string // host:port of the DNS server
	port    int    // of all pods; with A records
	pods    int    // how many there have been

	ready []string // the addresses of pods

	mu        sync.Mutex
	published []string // those of them that the DNS answers with
	quiet     bool     // whether changes are to be published later, by publish
}

func startKubernetes(r records) func(t *testing.T) registry {
	return func(t *testing.T) registry {
		t.Helper()
		return newKubernetes(t, r)
	}
}

func newKubernetes(t *testing.T, r records) *kubernetes {
	t.Helper()
	k := &kubernetes{records: r, server: freeAddress(t), port: freePort(t)}
	for _, network := range []string{"udp", "tcp"} {
		started := make(chan struct{})
		server := &dns.Server{Addr: k.server, Net: network, Handler: k, NotifyStartedFunc: func() { close(started) }}
		ended := make(chan error, 1)
		go func() { ended <- server.ListenAndServe() }()
		select {
		case <-started:
		case err := <-ended:
			require.NoError(t, err, "the DNS server does not start")
		}
		t.Cleanup(func() { _ = server.Shutdown() })
	}
	return k
}

func (k *kubernetes) policy() string {
	return "discovery: {provider: kubernetes, kubernetes: {refresh: " + dnsRefresh.String() + "}}\n"
}

func (k *kubernetes) environment() []string {
	name := dnsName
	if k.records == aRecords {
		name = net.JoinHostPort(dnsName, strconv.Itoa(k.port))
	}
	return []string{"FLEET_DNS_NAME=" + name, "DNS_SERVER=" + k.server}
}

// place returns the next pod's address. With A records that is another address of the loopback for each.
func (k *kubernetes) place(t *testing.T) []string {
	t.Helper()
	if k.records == srvRecords {
		return []string{"GRPC_ADDRESS=" + freeAddress(t)}
	}
	k.pods++
	host := net.IPv4(127, 0, 0, byte(1+k.pods)).String()
	return []string{"GRPC_ADDRESS=" + net.JoinHostPort(host, strconv.Itoa(k.port))}
}

func (k *kubernetes) joined(_ *testing.T, i *instance) {
	k.ready = append(k.ready, i.address)
	k.change()
}

func (k *kubernetes) left(_ *testing.T, i *instance) {
	k.ready = slices.DeleteFunc(k.ready, func(address string) bool { return address == i.address })
	k.change()
}

func (k *kubernetes) change() {
	if !k.quiet {
		k.publish()
	}
}

// publish has the DNS answer with the pods that are ready.
func (k *kubernetes) publish() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.published = slices.Clone(k.ready)
}

func (k *kubernetes) listed(context.Context) ([]string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.published), nil
}

// ServeDNS implements [dns.Handler]. A name without records of the kind that is asked for has an empty answer.
func (k *kubernetes) ServeDNS(w dns.ResponseWriter, query *dns.Msg) {
	answer := new(dns.Msg).SetReply(query)
	answer.Authoritative = true
	for _, question := range query.Question {
		answer.Answer = append(answer.Answer, k.find(question)...)
	}
	_ = w.WriteMsg(answer) // the client asks again
}

func (k *kubernetes) find(question dns.Question) []dns.RR {
	pods, _ := k.listed(context.Background())
	var found []dns.RR
	for _, pod := range pods {
		host, port, _ := net.SplitHostPort(pod)
		number, _ := strconv.ParseUint(port, 10, 16)
		name := "pod-" + port + "." + dnsName // of a pod alone; ports differ where it is asked for
		header := dns.RR_Header{Name: question.Name, Rrtype: question.Qtype, Class: dns.ClassINET}
		switch {
		case question.Qtype == dns.TypeSRV && question.Name == "_grpc._tcp."+dnsName:
			found = append(found, &dns.SRV{Hdr: header, Port: uint16(number), Target: name})
		case question.Qtype == dns.TypeA && (question.Name == dnsName || question.Name == name):
			found = append(found, &dns.A{Hdr: header, A: net.ParseIP(host)})
		}
	}
	return found
}
