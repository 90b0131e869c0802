package model

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Traces reports whether the service makes spans.
func (d *Definition) Traces() bool {
	return d.Policy.Observability.Tracing.Exporter != policy.ExporterNone
}

// TracesOTLP reports whether spans are sent by OTLP.
func (s *Service) TracesOTLP() bool {
	return s.Policy.Observability.Tracing.Exporter == policy.ExporterOTLP
}

// TracesZipkin reports whether spans are sent to Zipkin.
func (s *Service) TracesZipkin() bool {
	return s.Policy.Observability.Tracing.Exporter == policy.ExporterZipkin
}

// NewExporter is what makes the exporter of spans, in Go.
func (s *Service) NewExporter() string {
	if s.TracesZipkin() {
		return fmt.Sprintf("zipkin.New(%q, cfg.Endpoint)", s.Name)
	}
	return "otlp.New(cfg.Endpoint)"
}

// CallMetrics is how the server and the clients of the tree measure their calls, in Go.
func (s *Service) CallMetrics() string {
	var fields []string
	if latency := s.latency(); latency != nil {
		fields = append(fields, "Objective: "+latency.Threshold.Go())
	}
	if s.Traces() {
		fields = append(fields, "Exemplar: tracecontext.Exemplar")
	}
	return "rpcmetrics.Options{" + strings.Join(fields, ", ") + "}"
}

// LatencyThreshold is the threshold of the latency objective in seconds, as Prometheus writes a number; empty: there is none.
func (s *Service) LatencyThreshold() string {
	if latency := s.latency(); latency != nil {
		return strconv.FormatFloat(time.Duration(latency.Threshold).Seconds(), 'g', -1, 64)
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
