// Package observe runs an emitted service under load and with faults, and looks at it as its operators do: through the
// Prometheus, the Alertmanager and the receivers of traces that they use. It also holds what is emitted for programs
// that cannot be had here, Grafana and compose among them, to the schemas of their makers.
package observe
