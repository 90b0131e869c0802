package model

import "strings"

// lineLength is how long a line of emitted Go may be, as far as msgen breaks lines.
const lineLength = 100

// NewServerParameters are the parameters of what makes the server.
func (s *Service) NewServerParameters() string {
	return onOneLine(append(s.serverParameters(), "opts ...Option"))
}

// ServerParameters are the same without the options of its owner.
func (s *Service) ServerParameters() string { return onOneLine(s.serverParameters()) }

func (s *Service) serverParameters() []string {
	parameters := []string{"cfg config.Config", "tel telemetry.Telemetry"}
	if s.Traces() {
		parameters = append(parameters, "tracing *sdktrace.TracerProvider")
	}
	if s.Subscribes() {
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
