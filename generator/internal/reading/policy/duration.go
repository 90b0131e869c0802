package policy

import (
	"fmt"
	"strings"
	"time"
)

// Duration is a length of time, written as Go writes durations: "300ms", "1m30s".
type Duration time.Duration

// String is the duration in the shortest way that [time.ParseDuration] reads: "1m30s", "5m", "0s".
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalText is the duration as the policy writes it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Go is the duration as a Go expression in the largest unit that divides it: "5 * time.Second", "90 * time.Second".
func (d Duration) Go() string {
	if d == 0 {
		return "0"
	}
	for _, unit := range []struct {
		name string
		size Duration
	}{
		{"time.Hour", Duration(time.Hour)},
		{"time.Minute", Duration(time.Minute)},
		{"time.Second", Duration(time.Second)},
		{"time.Millisecond", Duration(time.Millisecond)},
		{"time.Microsecond", Duration(time.Microsecond)},
	} {
		switch {
		case d == unit.size:
			return unit.name
		case d%unit.size == 0:
			return fmt.Sprintf("%d * %s", int64(d/unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d * time.Nanosecond", int64(d))
}

func parseDuration(text string) (Duration, bool) {
	d, err := time.ParseDuration(text)
	// Go reads a bare 0, but a duration without a unit is more often a slip.
	return Duration(d), err == nil && text != "0"
}

// mendDuration guesses the duration that was meant: a number without a unit is seconds.
func mendDuration(text string) string {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	for _, guess := range []string{text, text + "s", strings.TrimSuffix(text, "ec"), strings.TrimSuffix(text, "in")} {
		if d, ok := parseDuration(guess); ok {
			return d.String()
		}
	}
	return ""
}
