package policy

import (
	"net"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/module"
)

// format is a form that texts must have.
type format struct {
	want    string                 // in problems: "a host and a port, such as 127.0.0.1:8080"
	pattern string                 // for the schema; the same in Go and in ECMAScript
	valid   func(text string) bool // beyond the pattern; nil: the pattern says it all
	mend    func(text string) string
	shown   func(text string) string // what a problem may tell of it; nil: all
	refused []string                 // texts of this form that are not allowed for all that

	compiled func() *regexp.Regexp // the pattern, compiled on first use: a policy uses few of them
}

const (
	labelPattern    = `^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`
	fullNamePattern = `^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`
	methodPattern   = `^([A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*/)?[A-Za-z_][A-Za-z0-9_]*$`
	callPattern     = `^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/([A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*/)?[A-Za-z_][A-Za-z0-9_]*$`
	importPattern   = `^[-A-Za-z0-9._~]+(/[-A-Za-z0-9._~]+)*$`
	objectPattern   = `^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	labelKeyPattern = `^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$`
	amqpPattern     = `^amqps?://(\[[0-9A-Fa-f:.]+\]|[-A-Za-z0-9._]+)(:[0-9]{1,5})?(/[-A-Za-z0-9._~%]*)?$`
	imagePattern    = `^([A-Za-z0-9]([-.A-Za-z0-9]*[A-Za-z0-9])?(:[0-9]+)?/)?[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*$`
)

// describedFormats returns the forms, ready for use.
func describedFormats() map[string]format {
	all := formats()
	for name, form := range all {
		form.compiled = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(form.pattern) })
		all[name] = form
	}
	return all
}

// formats are the forms by the name that format and keys tags give them. "" is the form of texts without a tag.
func formats() map[string]format {
	return map[string]format{
		"":         {want: "one line of text", pattern: `^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$`, mend: mendLine},
		"label":    {want: "a DNS-1123 label: at most 63 lower-case letters, digits and inner hyphens", pattern: labelPattern, mend: mendLabel},
		"service":  {want: "a DNS-1123 label: at most 63 lower-case letters, digits and inner hyphens", pattern: labelPattern, mend: mendLabel, refused: []string{"internal", "testdata", "vendor"}},
		"team":     {want: "letters, digits, '-', '_' and '.', at most 63, with a letter or digit at both ends", pattern: `^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$`, mend: mendLabel},
		"labelkey": {want: "the key of a label such as app.kubernetes.io/name", pattern: labelKeyPattern, valid: validLabelKey},
		"labelvalue": {want: "the value of a label: letters, digits, '-', '_' and '.', at most 63, with a letter or digit at both ends",
			pattern: `^([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$`},
		"module":  {want: "a Go module path such as example.com/shop/orders", pattern: importPattern, valid: IsModule, mend: mendPath},
		"import":  {want: "a Go import path such as example.com/shop/orders/gen", pattern: importPattern, valid: validImport, mend: mendPath},
		"runtime": {want: "a folder that begins with ../, or a Go import path such as example.com/platform/runtime", pattern: `^(\.\./)*[-A-Za-z0-9._~]+(/[-A-Za-z0-9._~]+)*$`, valid: validRuntime, mend: mendPath},
		"fullname": {want: "the full name from the proto, such as shop.orders.v1.OrderService", pattern: fullNamePattern,
			mend: func(text string) string { return strings.Trim(strings.ReplaceAll(text, "/", "."), ".") }},
		"method":   {want: "a method's name: Method, or pkg.Service/Method", pattern: methodPattern, mend: mendMethod},
		"call":     {want: "dependency/Method, or dependency/pkg.Service/Method", pattern: callPattern},
		"endpoint": {want: "host:port, such as 127.0.0.1:8080", pattern: `^(\[[0-9A-Fa-f:.%]+\]|[-A-Za-z0-9._]+):[0-9]{1,5}$`, valid: validEndpoint},
		"target":   {want: "a gRPC target such as dns:///inventory:8080", pattern: `^(dns|passthrough|unix|unix-abstract):[^\s\x00-\x20\x7f]+$`, mend: mendTarget},
		"prefix":   {want: "a path such as /services", pattern: `^(/[-A-Za-z0-9._~]+)+$`, mend: mendPrefix},
		"header":   {want: "a lower-case metadata key such as x-user-id, without -bin at its end", pattern: `^[-0-9a-z_.]+$`, valid: validHeader, mend: strings.ToLower},
		"proto":    {want: "the path of a .proto file, with slashes", pattern: `^[^\\\x00-\x1f\x7f]+\.proto$`, mend: mendPath},
		"policy":   {want: "the path of a .yaml file, with slashes", pattern: `^[^\\\x00-\x1f\x7f]+\.ya?ml$`, mend: mendPath},
		"folder":   {want: "the path of a folder, with slashes and without a detour", pattern: `^[^\\\x00-\x1f\x7f]+$`, valid: isClean, mend: mendFolder},
		"protos":   {want: "the path of a .proto file, or of a folder of such files, with slashes and without a detour", pattern: `^[^\\\x00-\x1f\x7f]+$`, valid: isClean, mend: mendFolder},
		"amqp":     {want: "amqp://host:port/vhost or amqps://host:port/vhost, without user and password", pattern: amqpPattern, valid: validAMQP, shown: maskAMQP, mend: mendAMQP},
		"topic":    {want: "letters, digits, '.', '_' and '-', at most 249", pattern: `^[-A-Za-z0-9._]{1,249}$`, refused: []string{".", ".."}},
		"image":    {want: "an image name without a tag, such as registry.example.com/shop/orders", pattern: imagePattern, mend: mendImage},
		"cidr":     {want: "a range of addresses such as 10.20.0.0/16", pattern: `^[0-9A-Fa-f.:]+/[0-9]{1,3}$`, valid: validCIDR, mend: mendCIDR},
		"cpu":      {want: `an amount of processor time such as "100m" or 0.5`, pattern: `^([1-9][0-9]*m|[1-9][0-9]*(\.[0-9]{1,3})?|0\.[0-9]{0,2}[1-9][0-9]{0,2})$`},
		"object":   {want: "a name of Kubernetes (DNS-1123 subdomain): lower-case letters, digits, inner hyphens and dots, at most 253", pattern: objectPattern, valid: isShort, mend: mendObject},
		"variable": {want: "the name of an environment variable: letters, digits and '_', with no digit first", pattern: `^[A-Za-z_][A-Za-z0-9_]*$`, mend: mendVariable},
		"datakey":  {want: "a key of a Secret or a ConfigMap: letters, digits, '-', '_' and '.', at most 253", pattern: `^[-._A-Za-z0-9]{1,253}$`, refused: []string{".", ".."}},
		"storekey": {want: "the beginning of a key: letters, digits, '-', '_', '.' and '/'", pattern: `^[-A-Za-z0-9._/]*$`},
		"mount":    {want: "the absolute path of a folder other than /, without a detour and ':'", pattern: `^/[^:\x00-\x1f\x7f]+$`, valid: isClean, mend: mendPrefix},
		"inner":    {want: "a path within the volume, with slashes and without a detour", pattern: `^[^/:\x00-\x1f\x7f][^:\x00-\x1f\x7f]*$`, valid: isInner, mend: mendFolder},
		"memory":   {want: `an amount of memory such as "128Mi"`, pattern: `^[1-9][0-9]*(Ki|Mi|Gi|Ti|k|M|G|T)?$`, mend: mendMemory},
	}
}

// exists is false for what is no text.
func (f *format) exists() bool { return f.pattern != "" }

// accepts reports whether a text has the form.
func (f *format) accepts(text string) bool {
	return f.compiled().MatchString(text) && (f.valid == nil || f.valid(text))
}

// validLabelKey holds what stands before the slash of a label's key to the length of a name of DNS.
func validLabelKey(text string) bool {
	prefix, _, found := strings.Cut(text, "/")
	return !found || len(prefix) <= 253 && !strings.Contains(prefix, "..")
}

// IsModule reports whether a text is the path of a Go module.
func IsModule(text string) bool {
	_, _, ok := module.SplitPathVersion(text) // refuses a final /v1 and the like, as the go command does
	return ok && validImport(text)
}

func validImport(text string) bool { return module.CheckImportPath(text) == nil }

func validRuntime(text string) bool { return IsFolder(text) && isClean(text) || validImport(text) }

// IsFolder reports whether a policy names a runtime by its folder, and not by its import path.
func IsFolder(runtime string) bool { return strings.HasPrefix(runtime, "../") }

// validCIDR accepts what a network policy does: a range without bits below its length.
func validCIDR(text string) bool {
	prefix, err := netip.ParsePrefix(text)
	return err == nil && prefix == prefix.Masked()
}

// mendCIDR is the range that an address lies in: of one alone, the address.
func mendCIDR(text string) string {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix.Masked().String()
	}
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return netip.PrefixFrom(ip, ip.BitLen()).String()
	}
	return ""
}

func validEndpoint(text string) bool {
	host, port, err := net.SplitHostPort(text)
	n, ok := parseInt(port)
	return err == nil && host != "" && ok && n >= 1 && n <= 65535
}

// validAMQP holds the port, if there is one, to those that there are.
func validAMQP(text string) bool {
	location, err := url.Parse(text)
	return err == nil && (location.Port() == "" || validEndpoint(location.Host))
}

// userInfo is the user and the password in a URL.
var userInfo = regexp.MustCompile(`//.*@`)

// maskAMQP keeps a password out of problems, which are printed where a policy is not read.
func maskAMQP(text string) string { return userInfo.ReplaceAllString(text, "//***@") }

func mendAMQP(text string) string { return userInfo.ReplaceAllString(text, "//") }

// validHeader refuses what gRPC keeps for itself, and keys whose values are bytes.
func validHeader(text string) bool {
	return !strings.HasPrefix(text, "grpc-") && !strings.HasSuffix(text, "-bin")
}

// mendTarget takes a host and a port for a name in DNS, as gRPC does.
func mendTarget(text string) string {
	if validEndpoint(text) {
		return "dns:///" + text
	}
	return ""
}

func mendLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// mendLabel turns "Orders_API" into "orders-api".
func mendLabel(text string) string {
	label := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		default:
			return '-'
		}
	}, text)
	return strings.Trim(label, "-")
}

func mendPath(text string) string {
	_, rest, found := strings.Cut(text, "://")
	if !found {
		rest = text
	}
	return strings.TrimSuffix(strings.ReplaceAll(strings.TrimSpace(rest), `\`, "/"), "/")
}

func mendFolder(text string) string { return path.Clean(mendPath(text)) }

func isClean(text string) bool { return path.Clean(text) == text }

// isInner refuses a path that leads out of what it is in.
func isInner(text string) bool {
	return isClean(text) && text != ".." && !strings.HasPrefix(text, "../")
}

// isShort holds the name of an object to the length of a name of DNS.
func isShort(text string) bool { return len(text) <= 253 }

// mendObject turns "Orders_DB" into "orders-db".
func mendObject(text string) string {
	parts := strings.Split(text, ".")
	for i, part := range parts {
		parts[i] = mendLabel(part)
	}
	return strings.Join(parts, ".")
}

// mendVariable turns "database-url" into "database_url".
func mendVariable(text string) string {
	return strings.NewReplacer("-", "_", ".", "_", " ", "_").Replace(text)
}

func mendPrefix(text string) string { return path.Clean("/" + strings.TrimSpace(text)) }

// mendMethod turns "pkg.Service.Method" and "/pkg.Service/Method" into "pkg.Service/Method".
func mendMethod(text string) string {
	text = strings.Trim(text, "/")
	if dot := strings.LastIndexByte(text, '.'); dot >= 0 && !strings.Contains(text, "/") {
		return text[:dot] + "/" + text[dot+1:]
	}
	return text
}

// mendImage drops the tag or digest.
func mendImage(text string) string {
	text, _, _ = strings.Cut(strings.ToLower(text), "@")
	if colon := strings.LastIndexByte(text, ':'); colon > strings.LastIndexByte(text, '/') {
		text = text[:colon]
	}
	return text
}

func mendMemory(text string) string {
	number := strings.TrimRight(text, "BbiIkKmMgGtT ")
	unit := strings.ToUpper(strings.TrimSpace(text[len(number):]))
	if _, err := strconv.ParseUint(number, 10, 63); err != nil || unit == "" {
		return ""
	}
	return number + unit[:1] + "i"
}
