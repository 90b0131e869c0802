package registry

import (
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	pod := netip.MustParseAddr("10.0.0.7")
	for name, c := range map[string]struct {
		advertised string
		podIP      netip.Addr
		bound      string
		want       string
	}{
		"as it is set":         {"orders:80", pod, "[::]:8080", "orders:80"},
		"set without port":     {"orders", pod, "[::]:8080", "orders:8080"},
		"set to IPv6":          {"fd00::7", netip.Addr{}, "[::]:8080", "[fd00::7]:8080"},
		"set to loopback":      {"127.0.0.1", netip.Addr{}, "127.0.0.1:8080", "127.0.0.1:8080"},
		"the pod's":            {"", pod, "[::]:8080", "10.0.0.7:8080"},
		"the pod's, a sidecar": {"", pod, "127.0.0.1:8080", "10.0.0.7:8080"},
		"as it is bound":       {"", netip.Addr{}, "10.0.0.8:8080", "10.0.0.8:8080"},
	} {
		got, err := Address(c.advertised, c.podIP, tcp(t, c.bound))
		if err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, c.want)
		}
	}
}

func TestAddressIsNeverFoundToBeLoopback(t *testing.T) {
	_, err := Address("", netip.Addr{}, tcp(t, "127.0.0.1:8080"))
	if err == nil || !strings.HasPrefix(err.Error(), "ADVERTISE_ADDRESS: ") {
		t.Errorf("the error for a loopback port is %v, want one that names ADVERTISE_ADDRESS", err)
	}
	// What is found for any interface depends on the machine.
	got, err := Address("", netip.Addr{}, tcp(t, "[::]:8080"))
	if err != nil {
		if !strings.HasPrefix(err.Error(), "ADVERTISE_ADDRESS: ") {
			t.Errorf("the error is %v, want one that names ADVERTISE_ADDRESS", err)
		}
		return
	}
	if at := netip.MustParseAddrPort(got); at.Port() != 8080 || at.Addr().IsLoopback() || at.Addr().IsUnspecified() {
		t.Errorf("found %s", got)
	}
}

func TestOnlyHost(t *testing.T) {
	one, two := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	six := netip.MustParseAddr("fd00::1")
	for _, c := range []struct {
		hosts []netip.Addr
		want  netip.Addr // zero: an error
	}{
		{[]netip.Addr{six, one}, one},
		{[]netip.Addr{six}, six},
		{[]netip.Addr{one, two}, netip.Addr{}},
		{nil, netip.Addr{}},
	} {
		got, err := onlyHost(c.hosts)
		if got != c.want || (err == nil) != c.want.IsValid() {
			t.Errorf("of %s, %s was taken (%v), want %s", c.hosts, got, err, c.want)
		}
	}
}

func tcp(t *testing.T, address string) net.Addr {
	t.Helper()
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address))
}
