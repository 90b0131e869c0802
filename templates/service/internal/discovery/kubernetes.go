package discovery

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/resolver"

	"github.com/msgen/msgen/templates/service/internal/envconfig"
)

// lookupTimeout is how long the lookups of one answer may take together.
const lookupTimeout = 5 * time.Second

// resolveNowInterval is the least time between two looks, however often the connection asks for one.
const resolveNowInterval = time.Second

// Kubernetes returns a resolver that looks up the DNS name of a headless Service again and again: grpc's own does so
// only after a connection has failed, and does not see new instances before that. A name with a port is that port on
// each of its addresses; one without is the SRV records of the port named grpc. Lookups are repeated after refresh, and
// go to dns; nil stands for the one that the system is set up for.
func Kubernetes(name string, refresh time.Duration, dns *net.Resolver) resolver.Builder {
	names := &dnsNames{host: name, refresh: refresh, dns: dns}
	if host, port, err := net.SplitHostPort(name); err == nil {
		names.host, names.port = host, port
	}
	if dns == nil {
		names.dns = net.DefaultResolver
	}
	return New("kubernetes", names)
}

// InKubernetes is Kubernetes with the name and the refresh of the variables prefix_DNS_NAME and prefix_DNS_REFRESH, where the
// environment has them.
func InKubernetes(env *envconfig.Env, prefix, name string, refresh time.Duration) resolver.Builder {
	name = envconfig.Read(env, prefix+"_DNS_NAME", name, dnsName)
	refresh = envconfig.Read(env, prefix+"_DNS_REFRESH", refresh, envconfig.PositiveDuration)
	return Kubernetes(name, refresh, nil)
}

func dnsName(text string) (string, error) {
	host := text
	if _, err := envconfig.Address(text); err == nil {
		host, _, _ = net.SplitHostPort(text)
	}
	if host == "" || strings.ContainsAny(host, ":/[] ") {
		return "", errors.New(`a host or host:port such as "orders.shop" or "orders.shop:8080"`)
	}
	return text, nil
}

// dnsNames looks up a host.
type dnsNames struct {
	host    string
	port    string // of every address of the host; empty: SRV records say it
	refresh time.Duration
	dns     *net.Resolver
}

// Follow looks the host up again and again.
func (d *dnsNames) Follow(ctx context.Context, found func([]Instance), resolveNow <-chan struct{}) error {
	for {
		instances, err := d.lookUp(ctx)
		if err != nil {
			return fmt.Errorf("discovery: %w", err)
		}
		found(instances)
		d.wait(ctx, resolveNow)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// wait returns when the next look is due. Up to a tenth is taken off the time at random, so that the clients of a
// service do not ask at the same moment.
func (d *dnsNames) wait(ctx context.Context, resolveNow <-chan struct{}) {
	due := time.After(d.refresh - rand.N(d.refresh/10+1)) //nolint:gosec // not all clients at the same moment
	select {
	case <-ctx.Done():
		return
	case <-due:
		return
	case <-time.After(resolveNowInterval):
	}
	select {
	case <-ctx.Done():
	case <-due:
	case <-resolveNow:
	}
}

func (d *dnsNames) lookUp(ctx context.Context) ([]Instance, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	if d.port != "" {
		return d.lookUpHost(ctx, d.host, d.port)
	}
	_, records, err := d.dns.LookupSRV(ctx, "grpc", "tcp", d.host)
	if err != nil {
		return nil, err
	}
	var instances []Instance
	for _, record := range records {
		found, err := d.lookUpHost(ctx, record.Target, strconv.Itoa(int(record.Port)))
		if notFound := new(net.DNSError); errors.As(err, &notFound) && notFound.IsNotFound {
			continue // the instance has gone since the records were answered
		}
		if err != nil {
			return nil, err
		}
		instances = append(instances, found...)
	}
	return instances, nil
}

// lookUpHost returns the port on each address of the host. Where there are addresses of both kinds, each instance has one
// of each; the IPv4 ones are taken.
func (d *dnsNames) lookUpHost(ctx context.Context, host, port string) ([]Instance, error) {
	ips, err := d.dns.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(ips, isIPv4) {
		ips = slices.DeleteFunc(ips, func(ip netip.Addr) bool { return !isIPv4(ip) })
	}
	var instances []Instance
	for _, ip := range ips {
		instances = append(instances, Instance{Address: net.JoinHostPort(ip.Unmap().String(), port)})
	}
	return instances, nil
}

func isIPv4(ip netip.Addr) bool { return ip.Unmap().Is4() }
