package monitoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
)

// rows are what the dashboard shows, the most important first.
func (s watched) rows() []dashboardRow {
	var rows []dashboardRow
	if objectives := s.objectives(); len(objectives) > 0 {
		rows = append(rows, s.objectivesRow(objectives))
	}
	rows = append(rows, s.callsRow())
	if s.IsGateway() {
		rows = append(rows, s.httpRow())
	}
	if s.streams() {
		rows = append(rows, s.streamsRow())
	}
	if s.HasEvents() {
		rows = append(rows, s.eventsRow())
	}
	rows = append(rows, s.saturationRow(), s.instancesRow(), callersRow(s.Client(), "Callers of "+s.Name, fmt.Sprintf("grpc_target=%q", s.Name)))
	for _, dependency := range s.Dependencies {
		rows = append(rows, callersRow(dependency.Client, "Calls of "+dependency.Name, fmt.Sprintf("job=%q, grpc_target=%q", s.Name, dependency.Name)))
	}
	return append(rows, s.runtimeRow())
}

func (s watched) streams() bool {
	return slices.ContainsFunc(s.Hosts, func(h *model.Host) bool {
		return slices.ContainsFunc(h.RPCs, func(r *model.RPC) bool { return !r.IsUnary() })
	})
}

// ofJob fills JOB in an expression with the selector of the service's own series.
func (s watched) ofJob(expr, legend string) Query {
	return Query{Expr: strings.ReplaceAll(expr, "JOB", fmt.Sprintf("job=%q", s.Name)), Legend: legend}
}

func (s watched) objectivesRow(objectives []objective) dashboardRow {
	row := dashboardRow{title: "Objectives"}
	for _, o := range objectives {
		row.panels = append(row.panels,
			figure("Kept: "+o.name, "percentunit", "Share of the calls of three days that keep the promise that "+o.promise+".",
				s.ofJob("1 - "+o.ratio("3d")+"{JOB}", o.name)),
			chart("Burn: "+o.name, "short", "How many times faster than allowed the error budget of 30 days is used up. At 14.4 for an hour, or 6 for six, somebody is called.",
				s.ofJob(o.ratio("5m")+"{JOB} / "+number(o.budget), "5m"),
				s.ofJob(o.ratio("1h")+"{JOB} / "+number(o.budget), "1h"),
				s.ofJob(o.ratio("6h")+"{JOB} / "+number(o.budget), "6h")))
	}
	return row
}

func (s watched) callsRow() dashboardRow {
	failed := `grpc_code=~"` + failureCodes + `"`
	slow := s.ofJob(`histogram_quantile(0.99, sum by (le, grpc_service, grpc_method) (rate(grpc_server_handling_seconds_bucket{JOB, grpc_type="unary"}[$__rate_interval])))`, "{{grpc_method}}")
	slow.Exemplars = s.Traces()
	return dashboardRow{"Calls", []Panel{
		chart("Rate by method", "reqps", "Calls that begin in each second.",
			s.ofJob(`sum by (grpc_service, grpc_method) (rate(grpc_server_started_total{JOB}[$__rate_interval]))`, "{{grpc_method}}")),
		chart("Failed by method", "percentunit", "Share of the calls that the service failed: UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE, DATA_LOSS.",
			s.ofJob(`sum by (grpc_service, grpc_method) (rate(grpc_server_handled_total{JOB, `+failed+`}[$__rate_interval])) / (sum by (grpc_service, grpc_method) (rate(grpc_server_handled_total{JOB}[$__rate_interval])) > 0)`, "{{grpc_method}}")),
		chart("By code", "reqps", "Calls that end in each second otherwise than with OK.",
			s.ofJob(`sum by (grpc_code) (rate(grpc_server_handled_total{JOB, grpc_code!="OK"}[$__rate_interval]))`, "{{grpc_code}}")),
		chart("Duration by method, 99 %", "s", "99 of 100 unary calls take no longer.", slow),
		chart("Duration", "s", "What half, 95 and 99 of 100 unary calls take at most.",
			s.quantile("0.5"), s.quantile("0.95"), s.quantile("0.99")),
		chart("Duration of failed calls", "s", "95 of 100 unary calls that the service fails take no longer: fast where it refuses, slow where it waits.",
			s.ofJob(`histogram_quantile(0.95, sum by (le) (rate(grpc_server_handling_seconds_bucket{JOB, grpc_type="unary", outcome="error"}[$__rate_interval])))`, "failed"),
			s.ofJob(`histogram_quantile(0.95, sum by (le) (rate(grpc_server_handling_seconds_bucket{JOB, grpc_type="unary", outcome="ok"}[$__rate_interval])))`, "others")),
	}}
}

func (s watched) httpRow() dashboardRow {
	return dashboardRow{"HTTP", []Panel{
		chart("Requests by status", "reqps", "HTTP requests that are answered in each second, those that became no call too.",
			s.ofJob(`sum by (code) (rate(http_requests_total{JOB}[$__rate_interval]))`, "{{code}}")),
	}}
}

func (s watched) quantile(q string) Query {
	return s.ofJob(`histogram_quantile(`+q+`, sum by (le) (rate(grpc_server_handling_seconds_bucket{JOB, grpc_type="unary"}[$__rate_interval])))`, q)
}

func (s watched) streamsRow() dashboardRow {
	return dashboardRow{"Streams", []Panel{
		chart("Open streams", "short", "Streams that have begun and not ended.",
			s.ofJob(`sum by (grpc_service, grpc_method) (grpc_server_started_total{JOB, grpc_type=~".+_stream"}) - sum by (grpc_service, grpc_method) (grpc_server_handled_total{JOB, grpc_type=~".+_stream"})`, "{{grpc_method}}")),
		chart("Messages received", "mps", "Messages that callers send in each second.",
			s.ofJob(`sum by (grpc_service, grpc_method) (rate(grpc_server_msg_received_total{JOB}[$__rate_interval]))`, "{{grpc_method}}")),
		chart("Messages sent", "mps", "Messages that callers get in each second.",
			s.ofJob(`sum by (grpc_service, grpc_method) (rate(grpc_server_msg_sent_total{JOB}[$__rate_interval]))`, "{{grpc_method}}")),
	}}
}

func (s watched) saturationRow() dashboardRow {
	return dashboardRow{"Saturation", []Panel{
		chart("Requests in flight", "short", "Unary calls that are being handled, and how many may be.",
			s.ofJob(`grpc_server_requests_in_flight{JOB}`, "{{instance}}"),
			s.ofJob(`max(grpc_server_requests_in_flight_max{JOB})`, "max")),
		chart("Refused", "reqps", "Calls that are refused in each second before any work is done, by the limit that they meet.",
			s.ofJob(`sum by (limit) (rate(grpc_server_refused_total{JOB}[$__rate_interval]))`, "{{limit}}")),
		chart("CPU", "percentunit", "Share of the CPU that an instance may use.",
			s.ofJob(`rate(process_cpu_seconds_total{JOB}[$__rate_interval]) / go_sched_gomaxprocs_threads{JOB}`, "{{instance}}")),
		chart("Memory", "bytes", "Resident memory.",
			s.ofJob(`process_resident_memory_bytes{JOB}`, "{{instance}}")),
		chart("Memory of its limit", "percentunit", "Live heap, which no collection can free, as a share of the memory limit of the garbage collector; 0 where there is no limit.",
			s.ofJob(`go_gc_heap_live_bytes{JOB} / go_gc_gomemlimit_bytes{JOB}`, "{{instance}}")),
		chart("Files", "percentunit", "Open files and connections as a share of what is allowed.",
			s.ofJob(`process_open_fds{JOB} / process_max_fds{JOB}`, "{{instance}}")),
	}}
}

func (s watched) instancesRow() dashboardRow {
	row := dashboardRow{"Instances", []Panel{
		chart("Up", "short", "Instances that can be scraped, and those that cannot.",
			s.ofJob(`sum(up{JOB})`, "up"), s.ofJob(`count(up{JOB}) - sum(up{JOB})`, "down")),
		chart("Restarts", "short", "How often an instance has restarted within an hour.",
			s.ofJob(`changes(process_start_time_seconds{JOB}[1h])`, "{{instance}}")),
		chart("Panics", "short", "Handlers that panicked within five minutes.",
			s.ofJob(`sum by (instance) (increase(grpc_server_panics_total{JOB}[5m]))`, "{{instance}}")),
	}}
	if s.Registers() {
		row.panels = append(row.panels,
			chart("Registered", "short", "Instances that are registered, of those that are up.",
				s.ofJob(`sum(registry_registered{JOB})`, "registered"), s.ofJob(`sum(up{JOB})`, "up")),
			chart("Registry errors", "short", "Registrations that failed or were lost within five minutes.",
				s.ofJob(`sum by (instance) (increase(registry_errors_total{JOB}[5m]))`, "{{instance}}")))
	}
	if s.Traces() {
		row.panels = append(row.panels, chart("Spans lost", "short", "Spans that the collector did not take within five minutes.",
			s.ofJob(`sum by (instance) (increase(tracing_spans_lost_total{JOB}[5m]))`, "{{instance}}")))
	}
	return row
}

func (s watched) runtimeRow() dashboardRow {
	return dashboardRow{"Go runtime", []Panel{
		chart("Goroutines", "short", "Goroutines that there are.", s.ofJob(`go_goroutines{JOB}`, "{{instance}}")),
		chart("Heap", "bytes", "Memory in use by the heap.", s.ofJob(`go_memstats_heap_inuse_bytes{JOB}`, "{{instance}}")),
		chart("Garbage collection", "percentunit", "Share of the time in which the world stands still for it.",
			s.ofJob(`rate(go_gc_duration_seconds_sum{JOB}[$__rate_interval])`, "{{instance}}")),
	}}
}

// callersRow is what a client sees of its service: the labels select its series.
func callersRow(c *model.Client, title, labels string) dashboardRow {
	to := func(expr, legend string) Query {
		return Query{Expr: strings.ReplaceAll(expr, "TARGET", labels), Legend: legend}
	}
	failed := `grpc_code=~"` + failureCodes + `"`
	row := dashboardRow{title, []Panel{
		chart("Rate by caller", "reqps", "Calls that begin in each second, by the job that makes them.",
			to(`sum by (job) (rate(grpc_client_started_total{TARGET}[$__rate_interval]))`, "{{job}}")),
		chart("Failed by caller", "percentunit", "Share of the calls that fail as their callers see it, after all attempts.",
			to(`sum by (job) (rate(grpc_client_handled_total{TARGET, `+failed+`}[$__rate_interval])) / (sum by (job) (rate(grpc_client_handled_total{TARGET}[$__rate_interval])) > 0)`, "{{job}}")),
		chart("Duration by caller, 99 %", "s", "99 of 100 unary calls take no longer, all attempts together.",
			to(`histogram_quantile(0.99, sum by (le, job) (rate(grpc_client_handling_seconds_bucket{TARGET, grpc_type="unary"}[$__rate_interval])))`, "{{job}}")),
		chart("Instances known", "short", "Instances that a caller knows: the fewest of any.",
			to(`min by (job) (grpc_client_resolver_instances{TARGET})`, "{{job}}")),
		chart("Resolver errors", "short", "Failed attempts of callers to learn the instances within five minutes.",
			to(`sum by (job) (increase(grpc_client_resolver_errors_total{TARGET}[5m]))`, "{{job}}")),
	}}
	if c.Balances() {
		row.panels = append(row.panels,
			chart("Picks by instance", "reqps", "Attempts that an instance gets in each second.",
				to(`sum by (address) (rate(grpc_client_picks_total{TARGET}[$__rate_interval]))`, "{{address}}")),
			chart("Instances left out", "short", "Instances whose calls keep failing, of those that a caller knows.",
				to(`max by (job) (grpc_client_ejected_endpoints{TARGET})`, "{{job}}: left out"),
				to(`max by (job) (grpc_client_endpoints{TARGET})`, "{{job}}: known")),
			chart("Ejections", "short", "How often an instance was left out within five minutes.",
				to(`sum by (job) (increase(grpc_client_ejections_total{TARGET}[5m]))`, "{{job}}")))
	}
	row.panels = append(row.panels, resiliencePanels(c, to)...)
	return row
}

// resiliencePanels are what clients do about calls that fail.
func resiliencePanels(c *model.Client, to func(expr, legend string) Query) []Panel {
	var panels []Panel
	if c.Breaks() {
		panels = append(panels,
			chart("Breakers", "short", "State of each breaker, the worst of any caller: 0 closed, 1 half-open, 2 open.",
				to(`max by (grpc_method) (grpc_client_breaker_state{TARGET})`, "{{grpc_method}}")),
			chart("Refused by breakers", "reqps", "Attempts in each second that were not made because the breaker was open.",
				to(`sum by (grpc_method) (rate(grpc_client_breaker_refusals_total{TARGET}[$__rate_interval]))`, "{{grpc_method}}")))
	}
	if c.Retries() {
		panels = append(panels, chart("Retries", "reqps", "Attempts after the first in each second, and those that the budget did not allow.",
			to(`sum(rate(grpc_client_retries_total{TARGET}[$__rate_interval]))`, "made"),
			to(`sum(rate(grpc_client_retries_denied_total{TARGET}[$__rate_interval]))`, "denied")))
	}
	if c.Bulkheads() {
		panels = append(panels, chart("Refused by bulkheads", "reqps", "Attempts in each second that were not made because the bulkhead was full.",
			to(`sum by (grpc_method) (rate(grpc_client_bulkhead_refusals_total{TARGET}[$__rate_interval]))`, "{{grpc_method}}")))
	}
	if c.FallsBack() {
		panels = append(panels, chart("Fallbacks", "reqps", "Calls in each second whose callers got the fallback.",
			to(`sum by (grpc_method) (rate(grpc_client_fallbacks_total{TARGET}[$__rate_interval]))`, "{{grpc_method}}")))
	}
	return panels
}
