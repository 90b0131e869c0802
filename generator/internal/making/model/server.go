package model

import "strings"

// lineLength is how long a line of emitted Go may be, as far as msgen breaks lines.
const lineLength = 100

// ServerParameters are the parameters of what makes the server, on a line of their own where they are many.
func (s *Service) ServerParameters() string {
	parameters := []string{"cfg config.Config", "tel telemetry.Telemetry"}
	if s.Traces() {
		parameters = append(parameters, "tracing *sdktrace.TracerProvider")
	}
	if s.Subscribes() {
		parameters = append(parameters, "consumer grpcserver.Consumer")
	}
	text := strings.Join(append(parameters, "services Services"), ", ")
	if len(text) > lineLength {
		return "\n\t" + text + ",\n"
	}
	return text
}

// ServerArguments are the arguments that a function with these parameters passes on.
func (s *Service) ServerArguments() string {
	arguments := "cfg, tel, "
	if s.Traces() {
		arguments += "tracing, "
	}
	if s.Subscribes() {
		arguments += "consumer, "
	}
	return arguments + "services"
}
