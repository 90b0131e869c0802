package registry

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// Address returns the host:port by which callers reach the port that is open at bound. The host is the first of these
// that there is: advertised, a host or host:port from ADVERTISE_ADDRESS; podIP; the host that the port is bound to; the
// address that this machine sends from. Only ADVERTISE_ADDRESS can name one that other machines do not reach, such as
// 127.0.0.1.
func Address(advertised string, podIP netip.Addr, bound net.Addr) (string, error) {
	if _, _, err := net.SplitHostPort(advertised); err == nil {
		return advertised, nil
	}
	at, err := netip.ParseAddrPort(bound.String())
	if err != nil {
		return "", fmt.Errorf("ADVERTISE_ADDRESS: missing, want it as host:port, as %s has none", bound)
	}
	port := strconv.Itoa(int(at.Port()))
	if advertised != "" {
		return net.JoinHostPort(advertised, port), nil
	}
	host, err := reachableHost(podIP, at.Addr())
	if err != nil {
		return "", fmt.Errorf("ADVERTISE_ADDRESS: missing, want the host that callers reach: %w", err)
	}
	return net.JoinHostPort(host.String(), port), nil
}

func reachableHost(podIP, bound netip.Addr) (netip.Addr, error) {
	switch {
	case podIP.IsValid():
		return podIP, nil
	case bound.IsLoopback():
		return netip.Addr{}, fmt.Errorf("GRPC_ADDRESS is %s, which other machines do not reach", bound)
	case !bound.IsUnspecified():
		return bound.Unmap(), nil
	}
	if host, found := sendingHost(); found {
		return host, nil
	}
	return onlyHost(interfaceHosts())
}

// sendingHost returns the address that this machine sends from to the world outside. Nothing is sent: connecting a UDP
// socket asks the kernel for a route, here to the addresses that are set aside for documentation.
func sendingHost() (netip.Addr, bool) {
	for _, far := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} {
		conn, err := net.Dial("udp", far) //nolint:noctx // it does not block
		if err != nil {
			continue // there is no route
		}
		local, err := netip.ParseAddrPort(conn.LocalAddr().String())
		_ = conn.Close()
		if err == nil && reachable(local.Addr()) {
			return local.Addr(), true
		}
	}
	return netip.Addr{}, false
}

// interfaceHosts returns the addresses of this machine that other machines may reach.
func interfaceHosts() []netip.Addr {
	addrs, _ := net.InterfaceAddrs() // none, when the system does not tell
	var hosts []netip.Addr
	for _, addr := range addrs {
		prefix, err := netip.ParsePrefix(addr.String())
		if err == nil && reachable(prefix.Addr()) {
			hosts = append(hosts, prefix.Addr())
		}
	}
	return hosts
}

// onlyHost returns the one IPv4 address of hosts, or the one IPv6 address where there is no IPv4.
func onlyHost(hosts []netip.Addr) (netip.Addr, error) {
	var v4, v6 []netip.Addr
	for _, host := range hosts {
		if host.Is4() {
			v4 = append(v4, host)
		} else {
			v6 = append(v6, host)
		}
	}
	switch {
	case len(v4) == 1:
		return v4[0], nil
	case len(v4) == 0 && len(v6) == 1:
		return v6[0], nil
	case len(hosts) == 0:
		return netip.Addr{}, errors.New("this machine has no address but loopback")
	default:
		return netip.Addr{}, fmt.Errorf("this machine has no default route, and several addresses: %s", hosts)
	}
}

func reachable(host netip.Addr) bool {
	return host.IsGlobalUnicast() // which leaves out loopback, unspecified, link-local and multicast
}
