package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// adminStopTimeout is the longest that the admin server takes to stop, as in the emitted server.
const adminStopTimeout = policy.Duration(time.Second)

// flushTimeout is the longest that the last spans take to be sent, as in the emitted server.
const flushTimeout = policy.Duration(time.Second)

// registrarStopTimeout is how long a stop waits for the registry, as in the emitted registrar.
const registrarStopTimeout = policy.Duration(2 * time.Second)

// PreStop is how long a pod that is to stop is taken out of the Services' endpoints before its process hears of it.
const PreStop = policy.Duration(time.Second)

// spare is what a stop gets beyond its worst case: it is how long a busy node may take to hear of it.
const spare = policy.Duration(5 * time.Second)

// stopParts are the parts of a graceful stop, in order, each with the longest that it takes.
func (t *Tree) stopParts() []policy.Duration {
	parts := []policy.Duration{t.Policy.Server.DrainDelay, t.Policy.Server.GracefulTimeout}
	if t.Registers() {
		parts = slices.Insert(parts, 0, registrarStopTimeout)
	}
	if t.Traces() {
		parts = append(parts, flushTimeout)
	}
	return append(parts, adminStopTimeout)
}

// LongestStop is the longest that a graceful stop takes.
func (t *Tree) LongestStop() policy.Duration { return sum(t.stopParts()) }

// StopRest is how long a graceful stop takes at most beside drainDelay and gracefulTimeout, in words.
func (t *Tree) StopRest() string {
	rest := t.LongestStop() - t.Policy.Server.DrainDelay - t.Policy.Server.GracefulTimeout
	return []string{"one second", "two seconds", "three seconds", "four seconds"}[rest/policy.Duration(time.Second)-1]
}

// StopBudget is the longest that a graceful stop takes, as the sum of its parts: "3s + 20s + 1s = 24s".
func (t *Tree) StopBudget() string {
	return fmt.Sprintf("%s = %s", added(t.stopParts()), t.LongestStop())
}

// GracePeriod is how many seconds Kubernetes waits after the preStop hook began before it kills a pod: the hook, the
// longest graceful stop and some to spare, rounded up.
func (t *Tree) GracePeriod() int {
	total := time.Duration(PreStop + t.LongestStop() + spare)
	return int((total + time.Second - 1) / time.Second)
}

// GraceReason is the arithmetic of GracePeriod, in words.
func (t *Tree) GraceReason() string {
	return fmt.Sprintf("%s preStop + %s stop + %s to spare", PreStop, t.LongestStop(), spare)
}

// PreStopSeconds is PreStop as Kubernetes writes it.
func (t *Tree) PreStopSeconds() int { return int(time.Duration(PreStop) / time.Second) }

// StreamsEnd is how long streams have to end once a stop refuses new calls: nine tenths of gracefulTimeout, as in the
// emitted server.
func (t *Tree) StreamsEnd() policy.Duration {
	graceful := t.Policy.Server.GracefulTimeout
	return graceful - graceful/10
}

func sum(parts []policy.Duration) (total policy.Duration) {
	for _, part := range parts {
		total += part
	}
	return total
}

func added(parts []policy.Duration) string {
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = part.String()
	}
	return strings.Join(words, " + ")
}
