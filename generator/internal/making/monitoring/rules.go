// Package monitoring is what Prometheus and Grafana watch of an emitted service: recording and alerting rules, the unit tests of
// the alerts, and a dashboard. Every PromQL expression of a tree is from here.
package monitoring

import (
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
)

// Rules are what Prometheus computes and watches of a service.
type Rules struct {
	Name       string // of the service, and of its job
	Recordings []Recording
	Alerts     []Alert // the gravest first
}

// RulesOf are the rules of the service, as its policy has them.
func RulesOf(tree *model.Tree) Rules {
	s := watched{tree}
	rules := Rules{Name: s.Name, Alerts: s.alerts()}
	for _, objective := range s.objectives() {
		rules.Recordings = append(rules.Recordings, objective.recordings()...)
	}
	for i, alert := range rules.Alerts {
		rules.Alerts[i].Labels = s.labels(alert)
	}
	return rules
}

// watched is a service with what is watched of it.
type watched struct{ *model.Tree }

// Recording is a recording rule of Prometheus.
type Recording struct{ Record, Expr string }

// Alert is an alerting rule of Prometheus, and the stories that prove it.
type Alert struct {
	Name        string
	Expr        string
	For         string  // how long the expression must hold; empty: not at all
	Severity    string  // page: somebody is to act now; ticket: on a working day
	Objective   string  // the objective that it watches; empty: none
	Summary     string  // with {{ $labels.NAME }} for labels of the expression
	Description string  // what it means, and where to look
	Labels      []Label // that the rule sets

	Stories []Story
}

// Story is what Prometheus sees and when the alert is to fire: a unit test of promtool.
type Story struct {
	Name   string
	Series []Series
	Checks []Check
}

// Series is a series of a story, with promtool's notation for its values, one for each minute.
type Series struct{ Name, Values string }

// Check is whether the alert fires at a time of a story, and with which labels in addition to the rule's.
type Check struct {
	At     string
	Firing bool
	Labels []Label
}

// Label is a label of a series or of an alert.
type Label struct{ Name, Value string }

// labels are the labels of an alert that its rule sets.
func (s watched) labels(alert Alert) []Label {
	labels := []Label{{"severity", alert.Severity}, {"service", s.Name}}
	if alert.Objective != "" {
		labels = append(labels, Label{"objective", alert.Objective})
	}
	if team := s.Policy.Service.Team; team != "" {
		labels = append(labels, Label{"team", team})
	}
	return labels
}

// Filled is a text of an alert as the people who get it read it.
func (c Check) Filled(text string) string {
	for _, label := range c.Labels {
		text = strings.ReplaceAll(text, "{{ $labels."+label.Name+" }}", label.Value)
	}
	return text
}
