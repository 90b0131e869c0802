package grpcserver

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// readHeaderTimeout keeps a slow client from holding a connection of the admin server for ever.
const readHeaderTimeout = 5 * time.Second

// newAdmin returns the HTTP server that people and machines watch the service by.
func newAdmin(cfg Config, health *healthService, added *extensions) (*http.Server, error) {
	mux := http.NewServeMux()
	own := []route{
		{"GET /metrics", promhttp.HandlerFor(cfg.Metrics, promhttp.HandlerOpts{EnableOpenMetrics: true})}, // for exemplars
		{"GET /loglevel", showLevel(cfg.Level)},
		{"PUT /loglevel", setLevel(cfg.Level, cfg.Logger)},
		{"GET /healthz", health.handler(liveness)},
		{"GET /readyz", http.HandlerFunc(health.readyz)},
	}
	for _, r := range own {
		mux.Handle(r.pattern, r.handler)
	}
	for _, r := range added.routes {
		if err := r.add(mux, own); err != nil {
			return nil, err
		}
	}
	return &http.Server{Handler: mux, ReadHeaderTimeout: readHeaderTimeout}, nil
}

// add adds a handler of the owner's to mux, which panics for a pattern that is malformed or taken.
func (r route) add(mux *http.ServeMux, own []route) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("WithAdminHandler: %q: %v", r.pattern, value)
		}
	}()
	if slices.ContainsFunc(own, func(o route) bool { return o.path() == r.path() }) {
		return fmt.Errorf("WithAdminHandler: %q: the server answers %s itself, choose another path", r.pattern, r.path())
	}
	mux.Handle(r.pattern, r.handler)
	return nil
}

// path is the pattern without a method and a host.
func (r route) path() string { return r.pattern[max(0, strings.IndexByte(r.pattern, '/')):] }

// newPprof returns the HTTP server of the profiler. It is apart from the admin server, which others can reach.
func newPprof() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return &http.Server{Handler: mux, ReadHeaderTimeout: readHeaderTimeout}
}

// maxLevelBytes is more than any level's name has.
const maxLevelBytes = 16

// showLevel answers with the level of the log.
func showLevel(level *slog.LevelVar) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, level.Level()) }
}

// setLevel sets the level of the log to the one that the request's body names, until the process ends. It does so for
// this machine alone: the admin port asks nobody who they are, and in a cluster a port-forward comes from loopback.
func setLevel(level *slog.LevelVar, logger *slog.Logger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		if !net.ParseIP(host).IsLoopback() {
			http.Error(w, "the log level can be set from this machine alone", http.StatusForbidden)
			return
		}
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxLevelBytes))
		if err == nil {
			err = level.UnmarshalText(text)
		}
		if err != nil {
			http.Error(w, "want debug, info, warn or error", http.StatusBadRequest)
			return
		}
		logger.Warn("the log level is changed", "to", level.Level())
		_, _ = fmt.Fprintln(w, level.Level())
	}
}
