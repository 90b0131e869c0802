package monitoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
)

// dependencyAlerts are the alerts on the calls that the service makes. Who is called has some of its own, where msgen made
// it; these are for those who answer for the caller.
func (s watched) dependencyAlerts() []Alert {
	if !s.Depends() {
		return nil
	}
	alerts := []Alert{s.dependencyGone()}
	if slices.ContainsFunc(s.Dependencies, func(d *model.Dependency) bool { return d.Breaks() }) {
		alerts = append(alerts, s.dependencyBroken())
	}
	return alerts
}

// ofDependencies selects the series of the service's own clients.
func (s watched) ofDependencies() string {
	names := make([]string, len(s.Dependencies))
	for i, dependency := range s.Dependencies {
		names[i] = dependency.Name
	}
	return fmt.Sprintf("{job=%q, grpc_target=~%q}", s.Name, strings.Join(names, "|"))
}

// toFirst is a series of the client of the first dependency in a story; more begins with a comma.
func (s watched) toFirst(metric, more string) string {
	return fmt.Sprintf(`%s{job=%q, instance="one", grpc_target=%q%s}`, metric, s.Name, s.Dependencies[0].Name, more)
}

func (s watched) dependencyGone() Alert {
	labels := []Label{{"grpc_target", s.Dependencies[0].Name}, {"job", s.Name}, {"instance", "one"}}
	return Alert{
		Name:        "DependencyGone",
		Expr:        "grpc_client_resolver_instances" + s.ofDependencies() + " == 0",
		For:         "1m",
		Severity:    ticket,
		Summary:     s.Name + " at {{ $labels.instance }} knows no instance of {{ $labels.grpc_target }}, which it calls.",
		Description: "Those calls fail, and what needs them. Either nothing is registered, or the registry does not answer: see grpc_client_resolver_errors_total.",
		Stories: []Story{{
			Name:   "all instances of a dependency go, and one comes back",
			Series: []Series{{s.toFirst("grpc_client_resolver_instances", ""), "2x4 0x5 1x5"}},
			Checks: []Check{{At: "5m"}, {At: "7m", Firing: true, Labels: labels}, {At: "12m"}},
		}},
	}
}

func (s watched) dependencyBroken() Alert {
	const method = "/shop.v1.Shop/Get"
	labels := []Label{{"grpc_target", s.Dependencies[0].Name}, {"grpc_method", method}, {"job", s.Name}, {"instance", "one"}}
	return Alert{
		Name:        "DependencyBreakerOpen",
		Expr:        "grpc_client_breaker_state" + s.ofDependencies() + " > 1",
		For:         "1m",
		Severity:    ticket,
		Summary:     "The breaker of {{ $labels.grpc_method }} of {{ $labels.grpc_target }} is open in " + s.Name + " at {{ $labels.instance }}.",
		Description: "So many of those calls have failed that no more are made but for a probe from time to time. It closes when a probe succeeds.",
		Stories: []Story{{
			Name:   "the breaker of a dependency opens, and closes",
			Series: []Series{{s.toFirst("grpc_client_breaker_state", fmt.Sprintf(", grpc_method=%q", method)), "0x4 2x5 0x5"}},
			Checks: []Check{{At: "5m"}, {At: "7m", Firing: true, Labels: labels}, {At: "12m"}},
		}},
	}
}
