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
func (t *Tree) TracesOTLP() bool {
	return t.Policy.Observability.Tracing.Exporter == policy.ExporterOTLP
}

// TracesZipkin reports whether spans are sent to Zipkin.
func (t *Tree) TracesZipkin() bool {
	return t.Policy.Observability.Tracing.Exporter == policy.ExporterZipkin
}

// NewExporter is what makes the exporter of spans, in Go.
func (t *Tree) NewExporter() string {
	if t.TracesZipkin() {
		return fmt.Sprintf("zipkin.New(%q, cfg.Endpoint)", t.Name)
	}
	return "otlp.New(cfg.Endpoint)"
}

// CallMetrics is how the server and the clients of the tree measure their calls, in Go.
func (t *Tree) CallMetrics() string {
	var fields []string
	if latency := t.latency(); latency != nil {
		fields = append(fields, "Objective: "+latency.Threshold.Go())
	}
	if t.Traces() {
		fields = append(fields, "Exemplar: tracecontext.Exemplar")
	}
	return "rpcmetrics.Options{" + strings.Join(fields, ", ") + "}"
}

// LatencyThreshold is the threshold of the latency objective in seconds, as Prometheus writes a number; empty: there is none.
func (t *Tree) LatencyThreshold() string {
	if latency := t.latency(); latency != nil {
		return strconv.FormatFloat(time.Duration(latency.Threshold).Seconds(), 'g', -1, 64)
	}
	return ""
}

// latency is the objective of latency, or nil.
func (t *Tree) latency() *policy.LatencyObjective {
	if objectives := t.Policy.Observability.Objectives; objectives != nil {
		return objectives.Latency
	}
	return nil
}
