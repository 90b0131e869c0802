package discovery

import (
	"context"
	"net"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/resolver"

	"github.com/msgen/msgen/templates/service/internal/envconfig"
)

// names have a dot at their end, so that the search list of the machine does not matter.
func kubernetes(name string, refresh time.Duration, dns *dnsServer) resolver.Builder {
	return Kubernetes(name, refresh, dns.resolver())
}

func TestAddressesOfTheNameAreFollowed(t *testing.T) {
	dns := newDNSServer(t)
	dns.change(func() { dns.hosts["orders.shop"] = []string{"10.0.0.2", "10.0.0.1"} })
	conn := build(t, kubernetes("orders.shop.:8080", 10*time.Millisecond, dns))
	waitFor(t, conn, "10.0.0.1:8080 10.0.0.2:8080")

	dns.change(func() { dns.hosts["orders.shop"] = []string{"10.0.0.3", "10.0.0.2", "fd00::3", "fd00::2"} })
	waitFor(t, conn, "10.0.0.2:8080 10.0.0.3:8080")
	dns.change(func() { dns.hosts["orders.shop"] = []string{"fd00::4"} })
	waitFor(t, conn, "[fd00::4]:8080")
}

func TestServiceRecordsAreFollowed(t *testing.T) {
	dns := newDNSServer(t)
	dns.change(func() {
		dns.srv["_grpc._tcp.orders.shop"] = []record{{"a.orders.shop", 81}, {"b.orders.shop", 82}, {"gone.orders.shop", 83}}
		dns.hosts["a.orders.shop"] = []string{"10.0.0.1"}
		dns.hosts["b.orders.shop"] = []string{"10.0.0.2"}
	})
	conn := build(t, kubernetes("orders.shop.", 10*time.Millisecond, dns))
	waitFor(t, conn, "10.0.0.1:81 10.0.0.2:82")

	dns.change(func() { dns.srv["_grpc._tcp.orders.shop"] = []record{{"b.orders.shop", 84}} })
	waitFor(t, conn, "10.0.0.2:84")
}

func TestLastAddressesOutliveTheName(t *testing.T) {
	dns := newDNSServer(t)
	conn := build(t, kubernetes("orders.shop.:8080", 10*time.Millisecond, dns))
	waitForError(t, conn, "no such host")

	dns.change(func() { dns.hosts["orders.shop"] = []string{"10.0.0.1"} })
	waitFor(t, conn, "10.0.0.1:8080")
	dns.change(func() { dns.down = true })
	waitForError(t, conn, "server misbehaving")
	if got := conn.addresses(); got != "10.0.0.1:8080" {
		t.Errorf("the connection knows %q", got)
	}
	dns.change(func() { dns.down, dns.hosts["orders.shop"] = false, []string{"10.0.0.2"} })
	waitFor(t, conn, "10.0.0.2:8080")
}

func TestConnectionCanAskForALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := &dnsNames{refresh: time.Minute}
		looks := func(resolveNow chan struct{}) time.Duration {
			began := time.Now()
			names.wait(t.Context(), resolveNow)
			return time.Since(began)
		}
		asked := make(chan struct{}, 1)
		if got := looks(asked); got < 54*time.Second || got > time.Minute {
			t.Errorf("looked again after %v, want a minute or a tenth less", got)
		}
		asked <- struct{}{}
		if got := looks(asked); got != resolveNowInterval {
			t.Errorf("looked again after %v, want %v", got, resolveNowInterval)
		}
		time.AfterFunc(20*time.Second, func() { asked <- struct{}{} })
		if got := looks(asked); got != 20*time.Second {
			t.Errorf("looked again after %v, want 20s", got)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		names.wait(ctx, asked) // and does not block
	})
}

func TestKubernetesIsRead(t *testing.T) {
	for variables, want := range map[[2]string]dnsNames{
		{"", ""}:                 {host: "orders-headless", port: "8080", refresh: 10 * time.Second, dns: net.DefaultResolver},
		{"orders.test", "3s"}:    {host: "orders.test", refresh: 3 * time.Second, dns: net.DefaultResolver},
		{"orders.test:80", "3s"}: {host: "orders.test", port: "80", refresh: 3 * time.Second, dns: net.DefaultResolver},
	} {
		env := envconfig.New(func(name string) string {
			return map[string]string{"ORDERS_DNS_NAME": variables[0], "ORDERS_DNS_REFRESH": variables[1]}[name]
		})
		got := InKubernetes(env, "ORDERS", "orders-headless:8080", 10*time.Second)
		if err := env.Err(); err != nil || !reflect.DeepEqual(got, New("kubernetes", &want)) {
			t.Errorf("%v: InKubernetes returned %+v, %v, want %+v", variables, got, err, want)
		}
	}
}

func TestWrongKubernetesIsNamed(t *testing.T) {
	for _, wrong := range []struct{ name, value string }{
		{"ORDERS_DNS_NAME", "dns:///orders.shop"},
		{"ORDERS_DNS_NAME", ":8080"},
		{"ORDERS_DNS_NAME", "orders.shop:grpc"},
		{"ORDERS_DNS_REFRESH", "0s"},
	} {
		env := envconfig.New(func(name string) string { return map[string]string{wrong.name: wrong.value}[name] })
		InKubernetes(env, "ORDERS", "orders-headless:8080", 10*time.Second)
		if err := env.Err(); err == nil || !strings.HasPrefix(err.Error(), wrong.name+`: found "`+wrong.value+`", want `) {
			t.Errorf("%s=%s: the error is %v", wrong.name, wrong.value, err)
		}
	}
}
