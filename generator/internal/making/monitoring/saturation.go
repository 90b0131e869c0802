package monitoring

import "fmt"

// saturation are the alerts on what runs out.
func (s watched) saturation() []Alert {
	near := func(name, used, limit string, share float64, wait, summary, description string, story Story) Alert {
		return Alert{
			Name:        name,
			Expr:        fmt.Sprintf("%s\n/\n%s > %v", used, limit, share),
			For:         wait,
			Severity:    ticket,
			Summary:     summary + " at {{ $labels.instance }}.",
			Description: description,
			Stories:     []Story{story},
		}
	}
	selector := fmt.Sprintf("{job=%q}", s.Name)
	firing := Check{At: "25m", Firing: true, Labels: s.instance("one")}
	rises := func(name, used, usage, limit, most string) Story {
		return Story{
			Name:   name,
			Series: []Series{{s.series(used, "one"), usage}, {s.series(limit, "one"), most}},
			Checks: []Check{{At: "4m"}, firing, {At: "45m"}},
		}
	}
	return []Alert{
		s.refused(),
		near("RequestsNearLimit", "grpc_server_requests_in_flight"+selector, "grpc_server_requests_in_flight_max"+selector, 0.8, "5m",
			"The server of "+s.Name+" handles nearly as many requests as it may",
			"Beyond maxConcurrentRequests they are refused. More instances, or faster ones, are wanted.",
			rises("requests fill the server", "grpc_server_requests_in_flight", "10x4 90x25 10x20", "grpc_server_requests_in_flight_max", "100x50")),
		near("CPUNearLimit", "rate(process_cpu_seconds_total"+selector+"[5m])", "go_sched_gomaxprocs_threads"+selector, 0.9, "15m",
			s.Name+" uses nearly all the CPU that it may", "Calls wait for it. More instances, or a higher limit, are wanted.",
			rises("it computes all the time", "process_cpu_seconds_total", "0+6x4 24+114x25 2874+6x20", "go_sched_gomaxprocs_threads", "2x50")),
		near("MemoryNearLimit", "go_gc_heap_live_bytes"+selector, "go_gc_gomemlimit_bytes"+selector, 0.7, "15m",
			s.Name+" needs nearly all the memory that it may use",
			"The live heap, which no collection can free, is near the limit: garbage is collected more and more often, and the process may be killed. Raise the limit, or keep less.",
			rises("the live heap grows", "go_gc_heap_live_bytes", "100x4 750x25 100x20", "go_gc_gomemlimit_bytes", "1000x50")),
		near("FilesNearLimit", "process_open_fds"+selector, "process_max_fds"+selector, 0.8, "5m",
			s.Name+" has nearly as many files and connections open as it may", "Beyond the limit it accepts no connection.",
			rises("connections add up", "process_open_fds", "10x4 900x25 10x20", "process_max_fds", "1000x50")),
	}
}

// refused is the alert on calls that a limit refuses.
func (s watched) refused() Alert {
	selector := fmt.Sprintf("{job=%q}", s.Name)
	series := func(refused string) []Series {
		return []Series{
			{fmt.Sprintf(`grpc_server_refused_total{job=%q, instance="one", limit="concurrency"}`, s.Name), refused},
			{s.series("grpc_server_started_total", "one"), "0+600x60"},
		}
	}
	return Alert{
		Name: "RequestsRefused",
		Expr: "sum by (job, limit) (rate(grpc_server_refused_total" + selector + "[5m]))\n/ on (job) group_left\n" +
			"sum by (job) (rate(grpc_server_started_total" + selector + "[5m])) > 0.01",
		For:         "5m",
		Severity:    ticket,
		Summary:     s.Name + " refuses calls for its limit of {{ $labels.limit }}.",
		Description: "More than one in a hundred, before any work is done. More instances or a higher limit are wanted, or callers that call less.",
		Stories: []Story{
			{
				Name:   "one call in ten is refused for a while",
				Series: series("0x4 0+60x20 1200x30"),
				Checks: []Check{{At: "4m"}, {At: "20m", Firing: true, Labels: []Label{{"job", s.Name}, {"limit", "concurrency"}}}, {At: "40m"}},
			},
			{
				Name:   "a burst is refused once",
				Series: series("0x4 5x50"),
				Checks: []Check{{At: "12m"}},
			},
		},
	}
}
