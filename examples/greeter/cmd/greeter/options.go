package main

import (
	"example.com/greeter/internal/config"
	"example.com/greeter/internal/server"
	"example.com/greeter/internal/telemetry"
)

// serverOptions are what you add to the server: interceptors and all else that server.With... offers. Give it what it needs, as
// main.go does the handlers.
func serverOptions(cfg config.Config, tel telemetry.Telemetry) []server.Option {
	return nil
}
