package monitoring

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// objective is one of the service's promises as Prometheus watches it.
type objective struct {
	name    string  // "availability": a label of its alerts
	of      string  // what is counted, as the name of a recording: "errors"
	promise string  // in words
	budget  float64 // share of the calls that may break it

	bad, all string // selectors of the calls that break it and of those that count, with WINDOW for a range
}

// windows are those over which the share of bad calls is recorded.
func windows() []string { return []string{"5m", "30m", "1h", "2h", "6h", "1d", "3d"} }

// failureCodes are the codes of calls that the service failed, as the emitted rpcmetrics.failed has them.
const failureCodes = "Unknown|DeadlineExceeded|ResourceExhausted|Internal|Unavailable|DataLoss"

// objectives are the promises that the policy makes.
func (s watched) objectives() []objective {
	promised := s.Policy.Observability.Objectives
	if promised == nil {
		return nil
	}
	var objectives []objective
	if promised.Availability > 0 {
		objectives = append(objectives, s.availability(promised.Availability))
	}
	if promised.Latency != nil {
		objectives = append(objectives, s.fastEnough(promised.Latency))
	}
	return objectives
}

func (s watched) availability(percent float64) objective {
	return objective{
		name:    "availability",
		of:      "errors",
		promise: fmt.Sprintf("%s %% of the calls succeed", number(percent)),
		budget:  budget(percent),
		bad:     fmt.Sprintf(`sum by (job) (rate(grpc_server_handled_total{job=%q, grpc_code=~%q}[WINDOW]))`, s.Name, failureCodes),
		all:     fmt.Sprintf(`sum by (job) (rate(grpc_server_handled_total{job=%q}[WINDOW]))`, s.Name),
	}
}

func (s watched) fastEnough(latency *policy.LatencyObjective) objective {
	labels := fmt.Sprintf(`job=%q, grpc_type="unary", outcome="ok"`, s.Name)
	all := fmt.Sprintf(`sum by (job) (rate(grpc_server_handling_seconds_count{%s}[WINDOW]))`, labels)
	return objective{
		name:    "latency",
		of:      "slow",
		promise: fmt.Sprintf("%s %% of the unary calls that succeed take no longer than %s", number(latency.Target), latency.Threshold),
		budget:  budget(latency.Target),
		bad: fmt.Sprintf("(\n  %s\n-\n  sum by (job) (rate(grpc_server_handling_seconds_bucket{%s, %s}[WINDOW]))\n)",
			all, labels, bucketOf(s.LatencyThreshold())),
		all: all,
	}
}

// bucketOf selects the bucket that ends at so many seconds. Prometheus learns whole seconds as "1" or as "1.0", by the format
// that it scrapes.
func bucketOf(bound string) string {
	if strings.ContainsAny(bound, ".e") {
		return fmt.Sprintf("le=%q", bound)
	}
	return fmt.Sprintf("le=~%q", bound+`|`+bound+`\.0`)
}

// budget is the share of the calls that may break a promise to so many percent.
func budget(percent float64) float64 {
	share, _ := strconv.ParseFloat(strconv.FormatFloat(1-percent/100, 'f', 9, 64), 64) // 0.001, not 0.0010000000000000009
	return share
}

// ratio is the name of the recording of the share of bad calls over a window.
func (o objective) ratio(window string) string {
	return "job:grpc_server_" + o.of + ":ratio_rate" + window
}

// recordings are the shares of bad calls over every window. A share of no calls is 0, and not no number.
func (o objective) recordings() []Recording {
	var recordings []Recording
	for _, window := range windows() {
		bad, all := strings.ReplaceAll(o.bad, "WINDOW", window), strings.ReplaceAll(o.all, "WINDOW", window)
		recordings = append(recordings, Recording{
			Record: o.ratio(window),
			Expr:   bad + "\n/\n(" + all + " > 0)\nor\n" + bad,
		})
	}
	return recordings
}

// burn is how fast an error budget is used up, in multiples of the speed that uses it up in 30 days, and the two windows
// that must both show it: the long one so that it matters, the short one so that the alert ends with the fault.
// https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts has the numbers.
type burn struct {
	rate        float64
	long, short string
}

func fastBurns() []burn { return []burn{{14.4, "1h", "5m"}, {6, "6h", "30m"}} }
func slowBurns() []burn { return []burn{{3, "1d", "2h"}, {1, "3d", "6h"}} }

// minBadCalls is how many bad calls a window must have had: of three calls at night, one that fails is no burning budget.
const minBadCalls = 10

// burns is the expression of an alert on any of the burns.
func (o objective) burns(service string, burns []burn) string {
	var parts []string
	for _, b := range burns {
		threshold := number(o.threshold(b))
		parts = append(parts, fmt.Sprintf("(\n  %s{job=%[2]q} > %[3]s\nand\n  %[4]s{job=%[2]q} > %[3]s\nand\n  %[5]s >= %[6]d\n)",
			o.ratio(b.long), service, threshold, o.ratio(b.short), o.badCalls(b.long), minBadCalls))
	}
	return strings.Join(parts, "\nor\n")
}

// badCalls is the number of bad calls in a window.
func (o objective) badCalls(window string) string {
	increase := strings.ReplaceAll(strings.ReplaceAll(o.bad, "WINDOW", window), "rate(", "increase(")
	return strings.ReplaceAll(increase, "\n", "\n  ")
}

// threshold is the share of bad calls above which the budget burns so fast. A large budget cannot burn at 14.4 times its
// speed, since no more than all calls can be bad: then halfway between the budget and all is fast.
func (o objective) threshold(b burn) float64 { return min(b.rate*o.budget, (1+o.budget)/2) }

// number is a number without noise of the binary representation.
func number(f float64) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 10, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
