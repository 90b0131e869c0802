package policy

import (
	"fmt"
	"reflect"
	"strings"
)

// interval is the range of a number, a duration or a size.
type interval struct {
	low, high         float64 // on the scale of measure
	hasHigh, openLow  bool    // openLow: low itself is outside
	lowText, highText string
}

// longest is the upper bound of a duration that has none of its own. It holds no service back, and is far enough from the largest
// [Duration] that what is worked out from some of them is one too.
const longest = "24h"

// bounded is the range with an upper bound, if it has none.
func (r *interval) bounded(text string, kind scalar) (*interval, error) {
	if r.hasHigh {
		return r, nil
	}
	high, err := bound(text, kind)
	out := *r
	out.hasHigh, out.high, out.highText = true, high, text
	return &out, err
}

// parseInterval reads a range tag: "1..65535", ">0" or ">=1s". The bounds are values of the kind.
func parseInterval(tag string, kind scalar) (*interval, error) {
	var r interval
	switch low, high, both := strings.Cut(tag, ".."); {
	case both:
		r.lowText, r.highText, r.hasHigh = low, high, true
	case strings.HasPrefix(tag, ">="):
		r.lowText = tag[2:]
	case strings.HasPrefix(tag, ">"):
		r.lowText, r.openLow = tag[1:], true
	default:
		return nil, fmt.Errorf("range %q: want low..high, >low or >=low", tag)
	}
	var err error
	if r.low, err = bound(r.lowText, kind); err != nil {
		return nil, err
	}
	if r.hasHigh {
		r.high, err = bound(r.highText, kind)
	}
	return &r, err
}

func bound(text string, kind scalar) (float64, error) {
	value, ok := kind.parse(text)
	if !ok {
		return 0, fmt.Errorf("bound %q: want %s", text, kind.want)
	}
	size, ok := measure(reflect.ValueOf(value))
	if !ok {
		return 0, fmt.Errorf("bound %q: a %s has no size", text, kind.name)
	}
	return size, nil
}

func (r *interval) contains(x float64) bool {
	return x >= r.low && (!r.openLow || x > r.low) && (!r.hasHigh || x <= r.high)
}

// String is the range in words: "from 1 to 65535", "more than 0", "more than 0s and at most 24h", "at least 1s".
func (r *interval) String() string {
	switch {
	case r.hasHigh && r.openLow:
		return "more than " + r.lowText + " and at most " + r.highText
	case r.hasHigh:
		return "from " + r.lowText + " to " + r.highText
	case r.openLow:
		return "more than " + r.lowText
	default:
		return "at least " + r.lowText
	}
}
