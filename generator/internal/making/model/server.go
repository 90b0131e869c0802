package model

import "strings"

// lineLength is how long a line of emitted Go may be, as far as msgen breaks lines.
const lineLength = 100

// NewServerParameters are the parameters of what makes the server.
func (t *Tree) NewServerParameters() string {
	return onOneLine(append(t.serverParameters(), "opts ...Option"))
}

// ServerParameters are the same without the options of its owner.
func (t *Tree) ServerParameters() string { return onOneLine(t.serverParameters()) }

func (t *Tree) serverParameters() []string {
	parameters := []string{"cfg config.Config", "tel telemetry.Telemetry"}
	if t.Traces() {
		parameters = append(parameters, "tracing *sdktrace.TracerProvider")
	}
	if t.Subscribes() {
		parameters = append(parameters, "consumer grpcserver.Consumer")
	}
	return append(parameters, "services Services")
}

// onOneLine are parameters, on a line of their own where they are many.
func onOneLine(parameters []string) string {
	text := strings.Join(parameters, ", ")
	if len(text) > lineLength {
		return "\n\t" + text + ",\n"
	}
	return text
}

// ServerArguments are the arguments that a function with these parameters passes on.
func (t *Tree) ServerArguments() string {
	arguments := "cfg, tel, "
	if t.Traces() {
		arguments += "tracing, "
	}
	if t.Subscribes() {
		arguments += "consumer, "
	}
	return arguments + "services"
}
