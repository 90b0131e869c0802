package explain

import (
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// summary is the call in a sentence.
func (a *account) summary() string {
	attempts := "one attempt"
	if n := a.Attempts(); n > 1 {
		attempts = fmt.Sprintf("at most %d attempts", n)
	}
	switch {
	case a.Fallback != nil && a.Fallback.Func:
		return fmt.Sprintf("%s; it ends within %s, or %s later where your fallback answers", attempts, a.WorstCase(), a.Timeout)
	case a.rpc.IsUnary():
		return fmt.Sprintf("%s; it ends within %s", attempts, a.WorstCase())
	case a.Timeout > 0:
		return fmt.Sprintf("%s; it ends within %s", attempts, a.Timeout)
	default:
		return fmt.Sprintf("%s; it lasts no longer than its connection, %s at most", attempts, a.client.StreamLife())
	}
}

// timelines are the ways of a call that take the longest.
func (a *account) timelines() []Timeline {
	switch {
	case !a.rpc.IsUnary():
		return []Timeline{a.stream()}
	case a.Retry != nil && len(a.Retry.RetryableStatusCodes) > 0:
		return []Timeline{a.hangs(), a.refuses()}
	default:
		return []Timeline{a.hangs()}
	}
}

// stream is a stream that lasts as long as it may.
func (a *account) stream() Timeline {
	end, by := a.Timeout, "timeout"
	if end == 0 {
		end, by = a.client.StreamLife(), "connection"
	}
	return Timeline{
		When: "it lasts as long as it may", End: end, Bound: end, BoundName: by, Sum: end.String() + ", ended by its " + by,
		Spans: []Span{{Name: "stream", End: end, Note: "0s to " + end.String()}},
	}
}

// hangs is a call whose attempts all get no answer.
func (a *account) hangs() Timeline {
	t := Timeline{When: "the server hangs", Bound: a.Timeout, BoundName: "timeout"}
	a.attempts(&t, a.AttemptBound(), a.Attempts())
	t.Sum = a.sum(t, a.AttemptBound())
	return t
}

// refuses is a call whose attempts all fail at once.
func (a *account) refuses() Timeline {
	t := Timeline{When: "every attempt fails at once", Bound: a.Timeout, BoundName: "timeout"}
	a.attempts(&t, 0, a.Attempts())
	t.Sum = a.sum(t, 0)
	return t
}

// attempts lays the attempts and the longest pauses end to end, as far as the call's bound.
func (a *account) attempts(t *Timeline, each policy.Duration, most int) {
	for attempt := 1; attempt <= most && (attempt == 1 || t.End < a.Timeout); attempt++ {
		span := Span{Name: fmt.Sprintf("attempt %d", attempt), Begin: t.End, End: min(t.End+each, a.Timeout)}
		span.Note = fmt.Sprintf("%s to %s", span.Begin, span.End)
		if each == 0 {
			span.Note = "at " + span.Begin.String()
		}
		t.Spans, t.End = append(t.Spans, span), span.End
		if attempt < most && t.End < a.Timeout {
			least, longest := a.Pause(attempt)
			pause := Span{Name: "pause", Pause: true, Begin: t.End, End: min(t.End+longest, a.Timeout), Note: fmt.Sprintf("%s to %s", least, longest)}
			t.Spans, t.End = append(t.Spans, pause), pause.End
		}
	}
}

// sum says how the end of a timeline comes about.
func (a *account) sum(t Timeline, each policy.Duration) string {
	made, terms := 0, ""
	for _, span := range t.Spans {
		if span.Pause {
			terms += fmt.Sprintf(" + %s", span.End-span.Begin)
		} else {
			made++
		}
	}
	if each > 0 {
		terms = fmt.Sprintf("%d x %s%s", made, each, terms)
	}
	terms = strings.TrimPrefix(terms, " + ")
	text := terms + " = " + t.End.String()
	switch {
	case made == 1, terms == t.End.String():
		text = t.End.String()
	case policy.Duration(made)*each+a.pausesOf(t) > t.End:
		text = fmt.Sprintf("%s, cut off by timeout %s", terms, a.Timeout)
	}
	if missing := a.Attempts() - made; missing > 0 {
		text += fmt.Sprintf("; no time is left for %s", counted(missing, "further attempt"))
	}
	return text
}

func (a *account) pausesOf(t Timeline) policy.Duration {
	var total policy.Duration
	for _, span := range t.Spans {
		if span.Pause {
			total += span.End - span.Begin
		}
	}
	return total
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
