package monitoring

import "fmt"

// eventAlerts are the alerts on what is published and subscribed to.
func (s watched) eventAlerts() []Alert {
	var alerts []Alert
	if s.HasEvents() {
		alerts = append(alerts, s.brokerAway())
	}
	if s.Publishes() {
		alerts = append(alerts, s.notPublished())
	}
	if s.Subscribes() {
		alerts = append(alerts, s.deadLetters(), s.eventsLag())
	}
	return alerts
}

func (s watched) brokerAway() Alert {
	client := "publisher"
	if !s.Publishes() {
		client = "consumer"
	}
	return Alert{
		Name:        "BrokerNotConnected",
		Expr:        fmt.Sprintf("events_broker_connected{job=%q} == 0", s.Name),
		For:         "5m",
		Severity:    page,
		Summary:     "The {{ $labels.client }} of " + s.Name + " at {{ $labels.instance }} does not reach " + s.BrokerName() + ".",
		Description: "No event is published or handled there. It tries again for ever; its log has the reason.",
		Stories: []Story{{
			Name:   "the broker is away and comes back",
			Series: []Series{{fmt.Sprintf(`events_broker_connected{job=%q, instance="one", client=%q}`, s.Name, client), "1x4 0x10 1x5"}},
			Checks: []Check{
				{At: "8m"},
				{At: "11m", Firing: true, Labels: append(s.instance("one"), Label{"client", client})},
				{At: "16m"},
			},
		}},
	}
}

func (s watched) notPublished() Alert {
	topic := s.Events.Publications[0].Topic
	return Alert{
		Name:        "EventsNotPublished",
		Expr:        fmt.Sprintf("sum by (job, topic) (increase(events_publish_failures_total{job=%q}[5m])) > 0", s.Name),
		For:         "5m",
		Severity:    ticket,
		Summary:     s.Name + " cannot publish events for {{ $labels.topic }}.",
		Description: "The broker does not confirm them in time. Who published them got an error, and has to try again; those in an outbox wait.",
		Stories: []Story{
			{
				Name:   "events fail for a while",
				Series: []Series{{s.eventSeries("events_publish_failures_total", topic), "0x4 1+1x10 11x15"}},
				Checks: []Check{{At: "4m"}, {At: "12m", Firing: true, Labels: s.ofTopic(topic)}, {At: "25m"}},
			},
			{
				Name:   "an event fails once",
				Series: []Series{{s.eventSeries("events_publish_failures_total", topic), "0x4 1x20"}},
				Checks: []Check{{At: "6m"}, {At: "15m"}},
			},
		},
	}
}

func (s watched) deadLetters() Alert {
	first := s.Events.Subscriptions[0]
	return Alert{
		Name:        "DeadLetters",
		Expr:        fmt.Sprintf("sum by (job, topic) (increase(events_dead_lettered_total{job=%q}[10m])) > 0", s.Name),
		Severity:    ticket,
		Summary:     s.Name + " could not handle events of {{ $labels.topic }}.",
		Description: "They are kept in the topic's dead letters, with the reason in their headers. Mend the cause, then publish them again.",
		Stories: []Story{{
			Name:   "one event is poisoned",
			Series: []Series{{s.eventSeries("events_dead_lettered_total", first.Topic), "0x4 1x30"}},
			Checks: []Check{{At: "4m"}, {At: "6m", Firing: true, Labels: s.ofTopic(first.Topic)}, {At: "20m"}},
		}},
	}
}

// eventsLag compares what waits with what has waited, since how much may wait depends on the topic.
func (s watched) eventsLag() Alert {
	topic := s.Events.Subscriptions[0].Topic
	lag := fmt.Sprintf("events_consumer_lag{job=%q}", s.Name)
	return Alert{
		Name:        "EventsLag",
		Expr:        fmt.Sprintf("max by (job, topic) (deriv(%[1]s[10m])) > 0\nand\nmax by (job, topic) (%[1]s) > 100", lag),
		For:         "10m",
		Severity:    ticket,
		Summary:     s.Name + " falls behind with {{ $labels.topic }}.",
		Description: "More events come than are handled, or one is tried again and again while those behind it wait. See events_failed_total and events_handling_seconds.",
		Stories: []Story{
			{
				Name:   "events pile up and are worked off",
				Series: []Series{{s.eventSeries("events_consumer_lag", topic), "0x4 20+20x30 600-60x10"}},
				Checks: []Check{{At: "12m"}, {At: "30m", Firing: true, Labels: s.ofTopic(topic)}, {At: "45m"}},
			},
			{
				Name:   "many wait, and no more than before",
				Series: []Series{{s.eventSeries("events_consumer_lag", topic), "500x40"}},
				Checks: []Check{{At: "30m"}},
			},
		},
	}
}

// eventSeries is a series of a topic in a story.
func (s watched) eventSeries(metric, topic string) string {
	return fmt.Sprintf(`%s{job=%q, instance="one", topic=%q}`, metric, s.Name, topic)
}

// ofTopic is the labels of an alert about a topic.
func (s watched) ofTopic(topic string) []Label { return []Label{{"job", s.Name}, {"topic", topic}} }

// eventsRow is what the dashboard shows of events.
func (s watched) eventsRow() dashboardRow {
	row := dashboardRow{title: "Events"}
	if s.Publishes() {
		row.panels = append(row.panels,
			chart("Published", "eps", "Events in each second that "+s.BrokerName()+" has confirmed.",
				s.ofJob(`sum by (topic) (rate(events_published_total{JOB}[$__rate_interval]))`, "{{topic}}")),
			chart("Not published", "eps", "Events in each second that it has not confirmed in time.",
				s.ofJob(`sum by (topic) (rate(events_publish_failures_total{JOB}[$__rate_interval]))`, "{{topic}}")))
	}
	if s.Subscribes() {
		row.panels = append(row.panels,
			chart("Handled", "eps", "Events in each second that are done with.",
				s.ofJob(`sum by (topic) (rate(events_handled_total{JOB}[$__rate_interval]))`, "{{topic}}")),
			chart("Lag", "short", "Events that wait, for all instances together.",
				s.ofJob(`max by (topic) (events_consumer_lag{JOB})`, "{{topic}}")),
			chart("Duration of attempts, 99 %", "s", "99 of 100 attempts to handle an event take no longer.",
				s.ofJob(`histogram_quantile(0.99, sum by (le, topic) (rate(events_handling_seconds_bucket{JOB}[$__rate_interval])))`, "{{topic}}")),
			chart("Failed attempts", "eps", "Attempts in each second that failed, and those that followed another.",
				s.ofJob(`sum by (topic) (rate(events_failed_total{JOB}[$__rate_interval]))`, "{{topic}}: failed"),
				s.ofJob(`sum by (topic) (rate(events_retried_total{JOB}[$__rate_interval]))`, "{{topic}}: again")),
			chart("Dead letters", "short", "Events within five minutes that could not be handled.",
				s.ofJob(`sum by (topic) (increase(events_dead_lettered_total{JOB}[5m]))`, "{{topic}}")))
	}
	row.panels = append(row.panels, chart("Connected", "short", "Clients of "+s.BrokerName()+" that reach it, of those that there are.",
		s.ofJob(`sum by (client) (events_broker_connected{JOB})`, "{{client}}: connected"),
		s.ofJob(`count by (client) (events_broker_connected{JOB})`, "{{client}}: all")))
	return row
}
