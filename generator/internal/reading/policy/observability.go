package policy

import "github.com/msgen/msgen/generator/diag"

// Observability is what can be seen of a running service.
type Observability struct {
	Tracing    Tracing     `yaml:"tracing" doc:"Traces of calls."`
	Logging    Logging     `yaml:"logging" doc:"Logs, as JSON on standard output."`
	Objectives *Objectives `yaml:"objectives" doc:"What the service promises, as alerts on how fast it uses up its error budget."`
}

// Tracing is where traces go.
type Tracing struct {
	Exporter    Exporter `yaml:"exporter" default:"none" doc:"How traces are sent."`
	Endpoint    string   `yaml:"endpoint" format:"endpoint" example:"jaeger:4317" doc:"Where traces are sent, as host:port. Required with an exporter."`
	SampleRatio float64  `yaml:"sampleRatio" default:"0.1" range:"0..1" doc:"Share of the traces begun here that are kept. A caller's decision is followed."`
}

// Logging is what is logged, and who takes it away.
type Logging struct {
	Level   Level   `yaml:"level" default:"info" doc:"The least severe level that is logged."`
	Shipper Shipper `yaml:"shipper" default:"none" doc:"What collects the logs."`
}

// Objectives are the service's promises.
type Objectives struct {
	Availability float64           `yaml:"availability" range:"1..99.999" example:"99.9" doc:"Share of the requests that succeed, in percent."`
	Latency      *LatencyObjective `yaml:"latency" doc:"How fast requests are answered."`
}

// LatencyObjective promises that most requests are answered within a time.
type LatencyObjective struct {
	Threshold Duration `yaml:"threshold" range:">0s" required:"true" example:"300ms" doc:"The time within which a request is answered."`
	Target    float64  `yaml:"target" default:"99" range:"1..99.999" doc:"Share of the requests of which that is true, in percent."`
}

// Exporter is how traces are sent. Jaeger takes OTLP.
type Exporter string

// The exporters.
const (
	ExporterNone   Exporter = "none"
	ExporterOTLP   Exporter = "otlp"
	ExporterZipkin Exporter = "zipkin"
)

func (Exporter) values() []string { return texts(ExporterNone, ExporterOTLP, ExporterZipkin) }

// Level is the severity of a log line, as log/slog has it.
type Level string

// The levels.
const (
	LevelDebug Level = "debug"
	LevelInfo  Level = "info"
	LevelWarn  Level = "warn"
	LevelError Level = "error"
)

func (Level) values() []string { return texts(LevelDebug, LevelInfo, LevelWarn, LevelError) }

// Shipper is what collects the logs.
type Shipper string

// The shippers.
const (
	ShipperNone     Shipper = "none"
	ShipperFluentd  Shipper = "fluentd"
	ShipperLogstash Shipper = "logstash"
)

func (Shipper) values() []string { return texts(ShipperNone, ShipperFluentd, ShipperLogstash) }

func (t *Tracing) settle(s scope) {
	if !s.sound("exporter") {
		return
	}
	if t.Exporter != ExporterNone {
		if !s.written("endpoint") && s.sound("endpoint") {
			s.fault("endpoint", diag.Problem{Message: "missing", Want: "where " + string(t.Exporter) + " traces are sent, as host:port"})
		}
		return
	}
	for _, name := range []string{"endpoint", "sampleRatio"} {
		if s.written(name) {
			s.warn(name, diag.Problem{Message: "has no effect while exporter is none", Fix: "remove it, or choose an exporter"})
		}
	}
}

func (o *Objectives) settle(s scope) {
	if !s.written("availability") && !s.written("latency") && s.sound("availability", "latency") {
		s.fault("", diag.Problem{Message: "has no effect", Want: "availability, latency or both"})
	}
}
