package main

import (
	"example.com/library/internal/config"
	"example.com/library/internal/server"
	"example.com/library/internal/telemetry"
)

// serverOptions are what you add to the server: interceptors and all else that server.With... offers. Give it what it needs, as
// main.go does the handlers.
func serverOptions(cfg config.Config, tel telemetry.Telemetry) []server.Option {
	return nil
}
