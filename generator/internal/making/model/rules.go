package model

import "strings"

// Recording is a recording rule of Prometheus.
type Recording struct{ Record, Expr string }

// Alert is an alerting rule of Prometheus, and the stories that prove it.
type Alert struct {
	Name        string
	Expr        string
	For         string // how long the expression must hold; empty: not at all
	Severity    string // page: somebody is to act now; ticket: on a working day
	Objective   string // the objective that it watches; empty: none
	Summary     string // with {{ $labels.NAME }} for labels of the expression
	Description string // what it means, and where to look

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

// Check is whether the alert fires at a time of a story, and with which labels beside those of the rule.
type Check struct {
	At     string
	Firing bool
	Labels []Label
}

// Label is a label of a series or of an alert.
type Label struct{ Name, Value string }

// Recordings are the recording rules.
func (s *Service) Recordings() []Recording {
	var recordings []Recording
	for _, objective := range s.Objectives() {
		recordings = append(recordings, objective.recordings()...)
	}
	return recordings
}

// AlertLabels are the labels of an alert that its rule sets.
func (s *Service) AlertLabels(alert Alert) []Label {
	labels := []Label{{"severity", alert.Severity}, {"service", s.Name}}
	if alert.Objective != "" {
		labels = append(labels, Label{"objective", alert.Objective})
	}
	if team := s.Policy.Service.Team; team != "" {
		labels = append(labels, Label{"team", team})
	}
	return labels
}

// Told is a text of an alert as the people who get it read it.
func (c Check) Told(text string) string {
	for _, label := range c.Labels {
		text = strings.ReplaceAll(text, "{{ $labels."+label.Name+" }}", label.Value)
	}
	return text
}
