package monitoring

import (
	"fmt"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// The severities of alerts.
const (
	page   = "page"
	ticket = "ticket"
)

// alerts are the alerting rules, the gravest first.
func (s watched) alerts() []Alert {
	alerts := []Alert{s.serviceDown()}
	for _, objective := range s.objectives() {
		alerts = append(alerts, s.budgetBurns(objective)...)
	}
	if s.Registers() {
		alerts = append(alerts, s.notRegistered())
	}
	alerts = append(alerts, s.noInstances(), s.instanceDown(), s.restarts(), s.panics())
	alerts = append(alerts, s.saturation()...)
	if s.Client().Balances() {
		alerts = append(alerts, s.ejected())
	}
	if s.Client().Breaks() {
		alerts = append(alerts, s.breakerOpen())
	}
	alerts = append(alerts, s.dependencyAlerts()...)
	if s.Traces() {
		alerts = append(alerts, s.spansLost())
	}
	return append(alerts, s.eventAlerts()...)
}

func (s watched) serviceDown() Alert {
	job := Label{"job", s.Name}
	return Alert{
		Name:        "ServiceDown",
		Expr:        fmt.Sprintf("sum by (job) (up{job=%[1]q}) == 0\nor\nabsent(up{job=%[1]q})", s.Name),
		For:         "1m",
		Severity:    page,
		Summary:     "No instance of " + s.Name + " can be scraped.",
		Description: "Every instance is down, or Prometheus does not find them: then its job is to be called " + s.Name + ".",
		Stories: []Story{
			{
				Name:   "all instances go down and one comes back",
				Series: []Series{{s.series("up", "one"), "1x4 0x10 1x5"}, {s.series("up", "two"), "1x4 0x16"}},
				Checks: []Check{{At: "4m"}, {At: "6m", Firing: true, Labels: []Label{job}}, {At: "16m"}},
			},
			{
				Name:   "there has never been one",
				Checks: []Check{{At: "2m", Firing: true, Labels: []Label{job}}},
			},
		},
	}
}

func (s watched) instanceDown() Alert {
	labels := s.instance("two")
	return Alert{
		Name:        "InstanceDown",
		Expr:        fmt.Sprintf("up{job=%q} == 0", s.Name),
		For:         "5m",
		Severity:    ticket,
		Summary:     "The instance {{ $labels.instance }} of " + s.Name + " cannot be scraped.",
		Description: "It does not run, or its admin port cannot be reached.",
		Stories: []Story{{
			Name:   "one of two goes down and comes back",
			Series: []Series{{s.series("up", "one"), "1x30"}, {s.series("up", "two"), "1x4 0x10 1x15"}},
			Checks: []Check{{At: "8m"}, {At: "11m", Firing: true, Labels: labels}, {At: "16m"}},
		}},
	}
}

func (s watched) notRegistered() Alert {
	wait := s.unregisteredAtMost()
	labels := s.instance("one")
	return Alert{
		Name:        "NotRegistered",
		Expr:        fmt.Sprintf("registry_registered{job=%q} == 0", s.Name),
		For:         fmt.Sprintf("%dm", wait),
		Severity:    page,
		Summary:     "The instance {{ $labels.instance }} of " + s.Name + " is not registered.",
		Description: "It runs, and callers that do not know it yet cannot find it. Its log says what the registry answers. A stop takes less time than this alert.",
		Stories: []Story{{
			Name:   "the registry forgets an instance, which registers again",
			Series: []Series{{s.series("registry_registered", "one"), fmt.Sprintf("1x4 0x%d 1x5", 2*wait)}},
			Checks: []Check{
				{At: fmt.Sprintf("%dm", 4+wait)},
				{At: fmt.Sprintf("%dm", 6+wait), Firing: true, Labels: labels},
				{At: fmt.Sprintf("%dm", 7+2*wait)},
			},
		}},
	}
}

// unregisteredAtMost is for how many whole minutes an instance may be unregistered because it stops.
func (s watched) unregisteredAtMost() int {
	return int(s.LongestStop()/policy.Duration(time.Minute)) + 1
}

func (s watched) noInstances() Alert {
	labels := []Label{{"grpc_target", s.Name}, {"job", "shop"}, {"instance", "caller"}}
	return Alert{
		Name:        "NoInstances",
		Expr:        fmt.Sprintf("grpc_client_resolver_instances{grpc_target=%q} == 0", s.Name),
		For:         "1m",
		Severity:    page,
		Summary:     "{{ $labels.job }} at {{ $labels.instance }} knows no instance of " + s.Name + ".",
		Description: "Its calls fail. Either nothing is registered, or the registry does not answer: see grpc_client_resolver_errors_total.",
		Stories: []Story{{
			Name:   "a caller loses all instances and finds one",
			Series: []Series{{s.callers("grpc_client_resolver_instances", ""), "2x4 0x5 1x5"}},
			Checks: []Check{{At: "5m"}, {At: "7m", Firing: true, Labels: labels}, {At: "12m"}},
		}},
	}
}

func (s watched) ejected() Alert {
	labels := []Label{{"grpc_target", s.Name}, {"job", "shop"}, {"instance", "caller"}}
	return Alert{
		Name:        "InstancesEjected",
		Expr:        fmt.Sprintf("grpc_client_ejected_endpoints{grpc_target=%q} > 0", s.Name),
		For:         "10m",
		Severity:    ticket,
		Summary:     "{{ $labels.job }} at {{ $labels.instance }} leaves out instances of " + s.Name + ".",
		Description: "Their calls keep failing while those of others succeed. See which address gets no calls in grpc_client_picks_total.",
		Stories: []Story{{
			Name:   "an instance is ejected for long",
			Series: []Series{{s.callers("grpc_client_ejected_endpoints", ""), "0x4 1x20 0x5"}},
			Checks: []Check{{At: "10m"}, {At: "16m", Firing: true, Labels: labels}, {At: "26m"}},
		}},
	}
}

func (s watched) breakerOpen() Alert {
	const method = "/shop.v1.Shop/Get"
	labels := []Label{{"grpc_target", s.Name}, {"grpc_method", method}, {"job", "shop"}, {"instance", "caller"}}
	return Alert{
		Name:        "BreakerOpen",
		Expr:        fmt.Sprintf("grpc_client_breaker_state{grpc_target=%q} > 1", s.Name),
		For:         "1m",
		Severity:    ticket,
		Summary:     "The breaker of {{ $labels.grpc_method }} is open in {{ $labels.job }} at {{ $labels.instance }}.",
		Description: "So many calls of " + s.Name + " have failed there that no more are made but for a probe from time to time. It closes when a probe succeeds.",
		Stories: []Story{
			{
				Name:   "a breaker opens, lets a probe through, and closes",
				Series: []Series{{s.callers("grpc_client_breaker_state", fmt.Sprintf(", grpc_method=%q", method)), "0x4 2x5 1 0x5"}},
				Checks: []Check{{At: "5m"}, {At: "7m", Firing: true, Labels: labels}, {At: "12m"}},
			},
		},
	}
}

func (s watched) restarts() Alert {
	return Alert{
		Name:        "InstanceRestarts",
		Expr:        fmt.Sprintf("changes(process_start_time_seconds{job=%q}[15m]) >= 3", s.Name),
		Severity:    ticket,
		Summary:     "The instance {{ $labels.instance }} of " + s.Name + " keeps restarting.",
		Description: "Three times within 15 minutes. The end of the log before each start says why, or there is none: then it was killed, for its memory perhaps.",
		Stories: []Story{
			{
				Name:   "it restarts three times",
				Series: []Series{{s.series("process_start_time_seconds", "one"), "100x4 500x2 700x2 900x30"}},
				Checks: []Check{{At: "8m"}, {At: "12m", Firing: true, Labels: s.instance("one")}, {At: "25m"}},
			},
			{
				Name:   "it is restarted once",
				Series: []Series{{s.series("process_start_time_seconds", "one"), "100x4 500x30"}},
				Checks: []Check{{At: "8m"}},
			},
		},
	}
}

func (s watched) panics() Alert {
	return Alert{
		Name:        "HandlerPanics",
		Expr:        fmt.Sprintf("increase(grpc_server_panics_total{job=%q}[10m]) > 0", s.Name),
		Severity:    ticket,
		Summary:     "Handlers of " + s.Name + " panic at {{ $labels.instance }}.",
		Description: "The caller got INTERNAL; the log has the value and the stack.",
		Stories: []Story{{
			Name:   "a handler panics once",
			Series: []Series{{s.series("grpc_server_panics_total", "one"), "0x4 1x30"}},
			Checks: []Check{{At: "4m"}, {At: "6m", Firing: true, Labels: s.instance("one")}, {At: "20m"}},
		}},
	}
}

func (s watched) spansLost() Alert {
	return Alert{
		Name:        "SpansLost",
		Expr:        fmt.Sprintf("increase(tracing_spans_lost_total{job=%q}[10m]) > 0", s.Name),
		For:         "10m",
		Severity:    ticket,
		Summary:     "Spans of " + s.Name + " are lost at {{ $labels.instance }}.",
		Description: "The collector does not take them. Calls are not affected.",
		Stories: []Story{{
			Name:   "the collector is gone for a while",
			Series: []Series{{s.series("tracing_spans_lost_total", "one"), "0x4 10+10x20 210x30"}},
			Checks: []Check{{At: "10m"}, {At: "20m", Firing: true, Labels: s.instance("one")}, {At: "45m"}},
		}},
	}
}

// series is a series of an instance of the service in a story.
func (s watched) series(metric, instance string) string {
	return fmt.Sprintf(`%s{job=%q, instance=%q}`, metric, s.Name, instance)
}

// instance is the labels of such a series.
func (s watched) instance(name string) []Label { return []Label{{"job", s.Name}, {"instance", name}} }

// callers is a series of a program that calls the service in a story; more begins with a comma.
func (s watched) callers(metric, more string) string {
	return fmt.Sprintf(`%s{job="shop", instance="caller", grpc_target=%q%s}`, metric, s.Name, more)
}
