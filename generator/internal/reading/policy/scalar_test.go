package policy

import (
	"go/ast"
	"go/parser"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDuration(t *testing.T) {
	for _, tc := range []struct {
		d        time.Duration
		text, Go string
	}{
		{0, "0s", "0"},
		{1, "1ns", "1 * time.Nanosecond"},
		{1500, "1.5µs", "1500 * time.Nanosecond"},
		{20 * time.Microsecond, "20µs", "20 * time.Microsecond"},
		{300 * time.Millisecond, "300ms", "300 * time.Millisecond"},
		{1500 * time.Millisecond, "1.5s", "1500 * time.Millisecond"},
		{time.Second, "1s", "time.Second"},
		{5 * time.Second, "5s", "5 * time.Second"},
		{90 * time.Second, "1m30s", "90 * time.Second"},
		{5 * time.Minute, "5m", "5 * time.Minute"},
		{time.Hour, "1h", "time.Hour"},
		{10 * time.Hour, "10h", "10 * time.Hour"},
		{90 * time.Minute, "1h30m", "90 * time.Minute"},
		{time.Hour + 30*time.Second, "1h0m30s", "3630 * time.Second"},
		{-time.Minute, "-1m", "-1 * time.Minute"},
	} {
		d := Duration(tc.d)
		assert.Equal(t, tc.text, d.String())
		assert.Equal(t, tc.Go, d.Go())
		back, ok := parseDuration(d.String())
		assert.True(t, ok)
		assert.Equal(t, d, back)
		requireExpr(t, d.Go())
	}
}

func TestBytes(t *testing.T) {
	for _, tc := range []struct {
		b        Bytes
		text, Go string
	}{
		{0, "0", "0"}, {1, "1", "1"}, {1000, "1000", "1000"}, {1024, "1KiB", "1 << 10"}, {1536, "1536", "1536"},
		{4 << 20, "4MiB", "4 << 20"}, {512 << 10, "512KiB", "512 << 10"}, {3 << 30, "3GiB", "3 << 30"}, {1 << 40, "1024GiB", "1024 << 30"},
	} {
		assert.Equal(t, tc.text, tc.b.String())
		assert.Equal(t, tc.Go, tc.b.Go())
		back, ok := parseBytes(tc.b.String())
		assert.True(t, ok)
		assert.Equal(t, tc.b, back)
		requireExpr(t, tc.b.Go())
	}
	for _, bad := range []string{"", "MiB", "4MB", "4 MiB", "1.5MiB", "010", "9999999999GiB", "4mib"} {
		_, ok := parseBytes(bad)
		assert.False(t, ok, bad)
	}
}

func requireExpr(t *testing.T, text string) ast.Expr {
	t.Helper()
	expr, err := parser.ParseExpr(text)
	require.NoError(t, err)
	return expr
}

func TestGuesses(t *testing.T) {
	for _, tc := range []struct {
		guess       func(string) string
		found, want string
	}{
		{mendDuration, "5", "5s"}, {mendDuration, "5 S", "5s"}, {mendDuration, "5min", "5m"}, {mendDuration, "soon", ""},
		{mendBytes, "4mb", "4MiB"}, {mendBytes, "4 M", "4MiB"}, {mendBytes, "64k", "64KiB"}, {mendBytes, "100B", "100"}, {mendBytes, "many", ""},
		{mendInt, "1_000", "1000"}, {mendInt, "ten", ""},
		{mendBool, "Yes", "true"}, {mendBool, "off", "false"}, {mendBool, "perhaps", ""},
		{mendLabel, "Orders_API", "orders-api"}, {mendLabel, "--x--", "x"},
		{mendMethod, "shop.v1.Orders.Get", "shop.v1.Orders/Get"}, {mendMethod, "/shop.v1.Orders/Get", "shop.v1.Orders/Get"},
		{mendImage, "host:5000/A/b:v1@sha256:00", "host:5000/a/b"}, {mendImage, "host:5000/a", "host:5000/a"},
		{mendMemory, "128m", "128Mi"}, {mendMemory, "1 GB", "1Gi"}, {mendMemory, "much", ""},
	} {
		assert.Equal(t, tc.want, tc.guess(tc.found), tc.found)
	}
}

func TestIntervals(t *testing.T) {
	whole, _ := basicScalar(reflect.Int)
	duration, _ := scalarOf(reflect.TypeFor[Duration]())
	for _, tc := range []struct {
		tag     string
		kind    scalar
		words   string
		in, out []float64
	}{
		{"1..5", whole, "from 1 to 5", []float64{1, 5}, []float64{0, 6}},
		{">=1", whole, "at least 1", []float64{1, 1e9}, []float64{0}},
		{">0s", duration, "more than 0s", []float64{1}, []float64{0, -1}},
		{">=1m", duration, "at least 1m", []float64{60e9}, []float64{59e9}},
	} {
		limits, err := parseInterval(tc.tag, tc.kind)
		require.NoError(t, err)
		assert.Equal(t, tc.words, limits.String())
		for _, x := range tc.in {
			assert.True(t, limits.contains(x), "%s: %v", tc.tag, x)
		}
		for _, x := range tc.out {
			assert.False(t, limits.contains(x), "%s: %v", tc.tag, x)
		}
	}
	for tag, want := range map[string]string{">0s": "more than 0s and at most 24h", ">=1s": "from 1s to 24h", "1s..2s": "from 1s to 2s"} {
		limits, err := parseInterval(tag, duration)
		require.NoError(t, err)
		limits, err = limits.bounded(longest, duration)
		require.NoError(t, err)
		assert.Equal(t, want, limits.String())
		assert.False(t, limits.contains(25*3600e9))
	}
	for _, bad := range []string{"", "1-5", ">x", "1..", "..5"} {
		_, err := parseInterval(bad, whole)
		assert.Error(t, err, bad)
	}
}

func TestFormats(t *testing.T) {
	all := describedFormats()
	for name, texts := range map[string]struct{ good, bad []string }{
		"":         {[]string{"a b", "é"}, []string{"", " ", "a\nb", "\x7f"}},
		"label":    {[]string{"a", "a-1", "0a"}, []string{"", "-a", "a-", "A", "a.b", "a_b"}},
		"module":   {[]string{"shop", "example.com/x", "example.com/x/v2", "gopkg.in/yaml.v3"}, []string{"", "/x", "x/", "example.com/x/v1", "a b", "x//y", "../x"}},
		"import":   {[]string{"example.com/x/gen/v1"}, []string{"", "x/..", "x y"}},
		"fullname": {[]string{"Greeter", "a.b_1.C"}, []string{"", ".a", "a..b", "a/b", "1a", "a-b"}},
		"method":   {[]string{"Get", "a.v1.S/Get", "S/Get"}, []string{"", "/Get", "a.v1.S.Get", "S/a/b"}},
		"call":     {[]string{"inventory/Reserve", "inventory/a.S/Reserve"}, []string{"Reserve", "Inv/Reserve", "inv/"}},
		"endpoint": {[]string{"127.0.0.1:8080", "orders:1", "[::1]:65535"}, []string{"", "orders", "orders:0", "orders:65536", ":8080", "::1:80", "http://orders:80", "orders:080"}},
		"target":   {[]string{"dns:///a:1", "dns:a", "unix:///run/a.sock", "passthrough:///a:1"}, []string{"", "a", "a:1", "dns:///a b", "xds:///a", "dns:"}},
		"prefix":   {[]string{"/services", "/a/b"}, []string{"", "/", "services", "/a/", "/a b"}},
		"header":   {[]string{"x-user-id"}, []string{"", "X-User", "a-bin", "grpc-timeout", "a b", ":authority"}},
		"proto":    {[]string{"../a/b.proto"}, []string{"", ".proto", `a\b.proto`, "a.prot"}},
		"policy":   {[]string{"a.yaml", "a.yml"}, []string{"", "a.json"}},
		"topic":    {[]string{"orders.created"}, []string{"", "a b", "a/b"}},
		"image":    {[]string{"orders", "shop/orders", "registry.example.com:5000/shop/orders"}, []string{"", "Orders", "a:v1", "a@sha256:00", "https://a/b", "a//b"}},
		"cpu":      {[]string{"100m", "1", "0.5", "1.25", "0.001"}, []string{"", "0", "0m", "0.0", "100M", "-1", "1Gi"}},
		"memory":   {[]string{"128Mi", "1G", "134217728"}, []string{"", "0", "128m", "128MB", "1.5Gi"}},
	} {
		form, ok := all[name]
		require.True(t, ok, name)
		for _, text := range texts.good {
			assert.True(t, form.accepts(text), "%s: %q", name, text)
		}
		for _, text := range texts.bad {
			assert.False(t, form.accepts(text), "%s: %q", name, text)
		}
		delete(all, name)
	}
	for name, form := range all { // those that are like another, or say enough by their pattern
		assert.NotNil(t, form.compiled(), name)
	}
}
