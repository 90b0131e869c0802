package render

import (
	"github.com/msgen/msgen/generator/internal/model"
	"github.com/msgen/msgen/generator/internal/state"
)

// entry says of one template who owns what it prints, and when it is printed. What it is printed once for stands in
// its path: {name} is the service's name, {service} means once for each proto service.
type entry struct {
	template string // path under templates/, without .tmpl
	owner    state.Owner
	splice   bool                      // yours, and rewritten for as long as nobody has touched it
	as       layout                    // what is left to do once the template is printed
	when     func(*model.Service) bool // nil: always
	whenHost func(*model.Host) bool    // with {service} in the path; nil: always
}

// layout says how far a template's own layout can be relied on.
type layout int

const (
	// formatted Go has imports and line breaks that depend on names and conditions: it is parsed and formatted.
	formatted layout = iota
	// asPrinted Go is formatted whatever the model, and needs every import: it is not parsed, which halves the time
	// of a run. A test holds the golden trees to it. So is every file that is not Go.
	asPrinted
)

// table is everything that templates emit.
var table = []entry{
	{template: "service/cmd/{name}/main.go", owner: state.Merged},

	{template: "service/internal/{service}/{service}.go", owner: state.Yours, splice: true},
	{template: "service/internal/{service}/{service}_test.go", owner: state.Yours, splice: true, whenHost: hasRPCs},

	{template: "service/internal/server/server.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/services.go", owner: state.Generated},
	{template: "service/internal/server/listen.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/options.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/health.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/admin.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/limits.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/ratelimit.go", owner: state.Generated, as: asPrinted, when: rateLimited},
	{template: "service/internal/server/recovery.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/requestlog.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/streams.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/trace.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/fixture_test.go", owner: state.Generated},
	{template: "service/internal/server/start_test.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/stop_test.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/options_test.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/health_test.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/admin_test.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/limits_test.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/ratelimit_test.go", owner: state.Generated, as: asPrinted, when: rateLimited},
	{template: "service/internal/server/recovery_test.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/server/requestlog_test.go", owner: state.Generated, as: asPrinted},

	{template: "service/internal/config/config.go", owner: state.Generated},
	{template: "service/internal/config/environment.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/config/config_test.go", owner: state.Generated},

	{template: "service/internal/telemetry/logger.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/telemetry/logger_test.go", owner: state.Generated, as: asPrinted},
	{template: "service/internal/telemetry/metrics.go", owner: state.Generated, as: asPrinted},

	{template: "service/internal/discovery/static.go", owner: state.Generated, as: asPrinted},

	{template: "service/client/client.go", owner: state.Generated},
	{template: "service/client/client_test.go", owner: state.Generated, as: asPrinted},

	{template: "service/POLICY.md", owner: state.Generated, as: asPrinted},
	{template: "service/README.md", owner: state.Yours, as: asPrinted},
	{template: "service/Makefile", owner: state.Merged, as: asPrinted},
	{template: "service/.gitignore", owner: state.Merged, as: asPrinted},
}

func hasRPCs(h *model.Host) bool { return len(h.RPCs) > 0 }

func rateLimited(s *model.Service) bool { return s.Policy.Server.RateLimit != nil }
