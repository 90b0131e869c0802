package fleet

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// call is what the load program prints of a call that has ended.
type call struct {
	Method     string
	Start, End time.Time
	Code       string // OK, or a status code
	Error      string
	Instance   string // the name of the instance that answered
	Peer       string // the address that the call was sent to; empty when it was sent nowhere
}

// calls are in the order in which they ended.
type calls []call

func (c calls) where(holds func(call) bool) calls {
	var found calls
	for _, one := range c {
		if holds(one) {
			found = append(found, one)
		}
	}
	return found
}

// failed are those that did not end well.
func (c calls) failed() calls { return c.where(func(one call) bool { return one.Code != "OK" }) }

func (c calls) answeredBy(i *instance) calls {
	return c.where(func(one call) bool { return one.Instance == i.name })
}

// sentTo are those that were sent to the instance, whether or not it answered.
func (c calls) sentTo(i *instance) calls {
	return c.where(func(one call) bool { return one.Peer == i.address })
}

// begunIn are those that began in the time from from to to.
func (c calls) begunIn(from, to time.Time) calls {
	return c.where(func(one call) bool { return !one.Start.Before(from) && one.Start.Before(to) })
}

// inFlight are those that had begun at that time, and not ended.
func (c calls) inFlight(at time.Time) calls {
	return c.where(func(one call) bool { return !one.Start.After(at) && one.End.After(at) })
}

// firstStart is when the first of them began; zero if there is none.
func (c calls) firstStart() time.Time {
	if len(c) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(c, func(a, b call) int { return a.Start.Compare(b.Start) }).Start
}

// lastStart is when the last of them began; zero if there is none.
func (c calls) lastStart() time.Time {
	if len(c) == 0 {
		return time.Time{}
	}
	return slices.MaxFunc(c, func(a, b call) int { return a.Start.Compare(b.Start) }).Start
}

// latency is what the given share of the calls did not exceed; zero if there are none.
func (c calls) latency(share float64) time.Duration {
	if len(c) == 0 {
		return 0
	}
	latencies := make([]time.Duration, len(c))
	for i, one := range c {
		latencies[i] = one.End.Sub(one.Start)
	}
	slices.Sort(latencies)
	return latencies[int(share*float64(len(c)-1))]
}

// table counts the calls by RPC and status code and by the instance that answered, and gives their latencies.
func (c calls) table() string {
	codes, instances := map[string]calls{}, map[string]int{}
	for _, one := range c {
		key := one.Method + "\t" + one.Code
		codes[key] = append(codes[key], one)
		if one.Instance != "" {
			instances[one.Instance]++
		}
	}
	var text strings.Builder
	rows := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "RPC\tcode\tcalls\tmedian\t99 %\tlongest\tthe first one's error")
	for _, key := range slices.Sorted(maps.Keys(codes)) {
		of := codes[key]
		fmt.Fprintf(rows, "%s\t%d\t%s\t%s\t%s\t%s\n", key, len(of), ms(of.latency(0.5)), ms(of.latency(0.99)), ms(of.latency(1)), of[0].Error)
	}
	_ = rows.Flush() // a strings.Builder takes everything
	fmt.Fprintf(&text, "%d calls, %d failed; answered by", len(c), len(c.failed()))
	for _, name := range slices.Sorted(maps.Keys(instances)) {
		fmt.Fprintf(&text, " %s: %d", name, instances[name])
	}
	return text.String() + "\n"
}

func ms(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
