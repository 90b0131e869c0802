package model

import (
	"slices"
	"strconv"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Traces reports whether the service makes spans.
func (s *Service) Traces() bool {
	return s.Policy.Observability.Tracing.Exporter != policy.ExporterNone
}

// TracesOTLP reports whether spans are sent by OTLP.
func (s *Service) TracesOTLP() bool {
	return s.Policy.Observability.Tracing.Exporter == policy.ExporterOTLP
}

// TracesZipkin reports whether spans are sent to Zipkin.
func (s *Service) TracesZipkin() bool {
	return s.Policy.Observability.Tracing.Exporter == policy.ExporterZipkin
}

// LatencyBuckets are the upper bounds of the histograms of durations, in seconds, ascending. The threshold of the
// latency objective is one of them, so that the share of the calls within it is known and not guessed; so are its half
// and its double, between which one wants to look closest.
func (s *Service) LatencyBuckets() []string {
	bounds := []time.Duration{
		time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
		50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
		time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
	}
	if latency := s.latency(); latency != nil {
		threshold := time.Duration(latency.Threshold)
		bounds = append(bounds, threshold/2, threshold, 2*threshold)
	}
	slices.Sort(bounds)
	var texts []string
	for _, bound := range slices.Compact(bounds) {
		texts = append(texts, seconds(bound))
	}
	return texts
}

// LatencyThreshold is the threshold of the latency objective in seconds, or empty.
func (s *Service) LatencyThreshold() string {
	if latency := s.latency(); latency != nil {
		return seconds(time.Duration(latency.Threshold))
	}
	return ""
}

// latency is the objective of latency, or nil.
func (s *Service) latency() *policy.LatencyObjective {
	if objectives := s.Policy.Observability.Objectives; objectives != nil {
		return objectives.Latency
	}
	return nil
}

// seconds is a duration in seconds, as Prometheus writes a number.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'g', -1, 64) }
