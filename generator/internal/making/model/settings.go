package model

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// settingRow is one number of the server, which an environment variable overrides. The row is all there is to say: the field and
// the variable have the names that follow from the key, and every file that names the setting is printed from the row.
type settingRow struct {
	key   string                    // in the policy, below server
	value func(*policy.Server) any  // an int, a float64, a policy.Bytes or a policy.Duration
	when  func(*policy.Server) bool // nil: every server has it, as a field of grpcserver.Settings
	does  string                    // for config.go, with when: what the number bounds
	text  string                    // for POLICY.md, with %v for the value
	after string                    // for POLICY.md: what happens beyond it; empty: another section says it
	zero  bool                      // a duration that may be 0s
	fixed bool                      // a pod's grace period follows from it, so only the policy changes it
}

// settingRows are the numbers of the server. A test of grpcserver proves each field of its Settings.
var settingRows = []settingRow{
	{
		key: "requestTimeout", value: func(s *policy.Server) any { return s.RequestTimeout },
		text: "%v", after: "`DEADLINE_EXCEEDED`",
	},
	{
		key: "maxConcurrentRequests", value: func(s *policy.Server) any { return s.MaxConcurrentRequests },
		text: "%v unary calls", after: refusedEarly,
	},
	{
		key: "rateLimit.requestsPerSecond", value: func(s *policy.Server) any { return s.RateLimit.RequestsPerSecond }, when: limitsRate,
		does: "unary requests accepted in the long run", text: "%v unary calls a second", after: refusedEarly,
	},
	{
		key: "rateLimit.burst", value: func(s *policy.Server) any { return s.RateLimit.Burst }, when: limitsRate,
		does: "unary requests accepted at once", text: "%v unary calls at once", after: refusedEarly,
	},
	{
		key: "maxRequestBytes", value: func(s *policy.Server) any { return s.MaxRequestBytes },
		text: "%v a message", after: "`RESOURCE_EXHAUSTED`",
	},
	{
		key: "maxResponseBytes", value: func(s *policy.Server) any { return s.MaxResponseBytes },
		text: "%v a message", after: "`RESOURCE_EXHAUSTED`, after the work is done",
	},
	{
		key: "maxHeaderBytes", value: func(s *policy.Server) any { return s.MaxHeaderBytes },
		text: "%v of metadata a call", after: "`INTERNAL`",
	},
	{
		key: "maxConcurrentStreams", value: func(s *policy.Server) any { return s.MaxConcurrentStreams },
		text: "%v calls of any kind on one connection", after: "the call waits in the client",
	},
	{
		key: "handshakeTimeout", value: func(s *policy.Server) any { return s.HandshakeTimeout },
		text: "%v for a new connection to become usable", after: "the connection is closed",
	},
	{
		key: "maxConnectionAge", value: func(s *policy.Server) any { return s.MaxConnectionAge },
		text: "%v", after: "the client connects again",
	},
	{
		key: "maxConnectionAgeGrace", value: func(s *policy.Server) any { return s.MaxConnectionAgeGrace },
		text: "%v", after: "the rest of such a connection is cut",
	},
	{
		key: "drainDelay", value: func(s *policy.Server) any { return s.DrainDelay }, zero: true, fixed: true,
	},
	{
		key: "gracefulTimeout", value: func(s *policy.Server) any { return s.GracefulTimeout }, fixed: true,
	},
}

const refusedEarly = "`RESOURCE_EXHAUSTED` before any work is done"

func limitsRate(s *policy.Server) bool { return s.RateLimit != nil }

// Setting is a number of the server as the emitted files name it.
type Setting struct {
	Key      string // "server.requestTimeout"
	Field    string // "RequestTimeout"
	Variable string // "REQUEST_TIMEOUT"
	Type     string // "time.Duration"
	Parser   string // of package envconfig: "PositiveDuration"
	Default  Value  // "5s", "5 * time.Second"
	Other    Value  // which no other setting has, for the tests of the tree
	Does     string // with Optional: "unary requests accepted at once"
	Limit    string // the default in a sentence: "512 unary calls"
	Beyond   string // what happens beyond the limit; empty: it is none
	Optional bool   // not every tree has it, so grpcserver.Settings lacks it
	Fixed    bool   // only the policy changes it, where pods run
}

// Value is the value of a setting, as its variable has it and as a Go expression.
type Value struct{ Text, Go string }

// Settings are the numbers of the server that the policy has.
func (t *Tree) Settings() []Setting {
	server := &t.Policy.Server
	var settings []Setting
	for i, row := range settingRows {
		if row.when == nil || row.when(server) {
			settings = append(settings, row.setting(server, i))
		}
	}
	return settings
}

func (r settingRow) setting(server *policy.Server, i int) Setting {
	value := r.value(server)
	s := Setting{
		Key: "server." + r.key, Does: r.does, Beyond: r.after, Optional: r.when != nil, Fixed: r.fixed,
		Limit: strings.Replace(r.text, "%v", fmt.Sprint(value), 1),
	}
	for _, word := range words(r.key) {
		s.Field += strings.ToUpper(word[:1]) + word[1:]
	}
	s.Variable = strings.ToUpper(strings.Join(words(r.key), "_"))
	switch value := value.(type) {
	case policy.Duration:
		other := policy.Duration(time.Minute + time.Duration(i)*time.Second)
		s.Type, s.Parser, s.Default, s.Other = "time.Duration", "PositiveDuration", Value{value.String(), value.Go()}, Value{other.String(), other.Go()}
		if r.zero {
			s.Parser = "Duration"
		}
	case float64:
		s.Type, s.Parser, s.Default, s.Other = "float64", "PositiveNumber", plain(value), plain(float64(i)+0.5)
	case policy.Bytes:
		s.Type, s.Parser, s.Default, s.Other = "int", "PositiveInt", Value{strconv.FormatInt(int64(value), 10), value.Go()}, plain(1000+i)
	default:
		s.Type, s.Parser, s.Default, s.Other = "int", "PositiveInt", plain(value), plain(1000+i)
	}
	return s
}

// plain is a value that reads the same everywhere.
func plain(value any) Value { return Value{fmt.Sprint(value), fmt.Sprint(value)} }

// words are the words of a key, in lower case: max, request, bytes.
func words(key string) []string {
	var out strings.Builder
	for _, r := range key {
		if unicode.IsUpper(r) {
			out.WriteByte('.')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return strings.Split(out.String(), ".")
}

// LimitsRate reports whether the server has a limit of its request rate.
func (t *Tree) LimitsRate() bool { return limitsRate(&t.Policy.Server) }

// FixedVariables are the variables that an environment does not set, in a sentence: "DRAIN_DELAY and GRACEFUL_TIMEOUT".
func (t *Tree) FixedVariables() string {
	var names []string
	for _, setting := range t.Settings() {
		if setting.Fixed {
			names = append(names, setting.Variable)
		}
	}
	return enumerated(names)
}
