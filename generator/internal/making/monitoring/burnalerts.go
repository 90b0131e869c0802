package monitoring

import "fmt"

// budgetBurns are the two alerts on an objective.
func (s watched) budgetBurns(o objective) []Alert {
	name := map[string]string{"availability": "Availability", "latency": "Latency"}[o.name] + "BudgetBurns"
	return []Alert{
		{
			Name:        name + "Fast",
			Expr:        o.burns(s.Name, fastBurns()),
			Severity:    page,
			Objective:   o.name,
			Summary:     s.Name + " breaks its promise of " + o.name + " so often that the budget of 30 days is gone within days.",
			Description: "The promise is that " + o.promise + ".",
			Stories:     s.burnStories(o, fastBurns()[0], 60, 95),
		},
		{
			Name:        name,
			Expr:        o.burns(s.Name, slowBurns()),
			Severity:    ticket,
			Objective:   o.name,
			Summary:     s.Name + " breaks its promise of " + o.name + " more often than its budget of 30 days allows.",
			Description: "The promise is that " + o.promise + ".",
			Stories:     s.burnStories(o, slowBurns()[0], 120, 490),
		},
	}
}

// burnStories prove an alert on an objective: it fires when bad calls are the share of all that the burn needs and a
// little more for so many minutes, and is resolved in the minute when the longest of its short windows is past it.
// Prometheus knows nothing of the time before, so that the fault need not last as long as the long windows.
func (s watched) burnStories(o objective, b burn, minutes, resolved int) []Story {
	const calls = 100000 // a minute
	bad := int(calls*min(1, o.threshold(b)*1.2)) + 1
	enough := int(calls*o.budget*0.5) + 1 // which is no reason for an alert
	firing := []Label{{"job", s.Name}}
	fault := fmt.Sprintf("0+%dx%d %dx%d", bad, minutes, bad*minutes, resolved-minutes)
	return []Story{
		{
			Name:   "the budget burns, and then no longer",
			Series: s.callsOf(o, calls-bad, resolved, fault),
			Checks: []Check{{At: fmt.Sprintf("%dm", minutes), Firing: true, Labels: firing}, {At: fmt.Sprintf("%dm", resolved)}},
		},
		{
			Name:   "half of the budget is used",
			Series: s.callsOf(o, calls-enough, minutes, fmt.Sprintf("0+%dx%d", enough, minutes)),
			Checks: []Check{{At: fmt.Sprintf("%dm", minutes)}},
		},
		{
			Name:   "there are no calls",
			Series: s.callsOf(o, 0, minutes, fmt.Sprintf("0x%d", minutes)),
			Checks: []Check{{At: fmt.Sprintf("%dm", minutes)}},
		},
		{
			Name:   "there are few calls, of which few are bad",
			Series: s.callsOf(o, 0, minutes, fmt.Sprintf("0x%d 1x2 2x2", minutes-6)),
			Checks: []Check{{At: fmt.Sprintf("%dm", minutes-1)}},
		},
	}
}

// callsOf is the series of good calls, so many a minute, and of bad ones in promtool's notation.
func (s watched) callsOf(o objective, good, minutes int, bad string) []Series {
	all := fmt.Sprintf("0+%dx%d", good, minutes)
	if o.name == "availability" {
		return []Series{
			{fmt.Sprintf(`grpc_server_handled_total{job=%q, instance="one", grpc_code="OK"}`, s.Name), all},
			{fmt.Sprintf(`grpc_server_handled_total{job=%q, instance="one", grpc_code="Unavailable"}`, s.Name), bad},
		}
	}
	labels := fmt.Sprintf(`job=%q, grpc_type="unary", outcome="ok"`, s.Name)
	bucket := fmt.Sprintf(`grpc_server_handling_seconds_bucket{%s, le=%q`, labels, s.LatencyThreshold())
	return []Series{
		// The slow calls are an instance of their own, so that their number can be written apart.
		{bucket + `, instance="one"}`, all},
		{fmt.Sprintf(`grpc_server_handling_seconds_count{%s, instance="one"}`, labels), all},
		{bucket + `, instance="two"}`, fmt.Sprintf("0x%d", minutes)},
		{fmt.Sprintf(`grpc_server_handling_seconds_count{%s, instance="two"}`, labels), bad},
	}
}
