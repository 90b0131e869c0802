package grpcserver

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

func TestPprofIsNotOnTheAdminPort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{})
		wantHTTP(t, f, "/debug/pprof/cmdline", http.StatusNotFound)

		answer := httptest.NewRecorder()
		f.srv.pprof.Handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/debug/pprof/cmdline", http.NoBody))
		if answer.Code != http.StatusOK {
			t.Errorf("on its own port it is %d, want %d", answer.Code, http.StatusOK)
		}
	})
}

func TestLogLevelIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{})
		if code, body := f.get(t, "/loglevel"); code != http.StatusOK || body != "INFO\n" {
			t.Errorf("/loglevel is %d %q, want the level that the fixture has", code, body)
		}
	})
}

func TestLogLevelIsSetFromThisMachineAlone(t *testing.T) {
	for _, test := range []struct {
		from, body string
		code       int
		level      slog.Level
	}{
		{"127.0.0.1:5000", "debug", http.StatusOK, slog.LevelDebug},
		{"[::1]:5000", "ERROR", http.StatusOK, slog.LevelError},
		{"192.0.2.1:5000", "debug", http.StatusForbidden, slog.LevelInfo},
		{"127.0.0.1:5000", "loud", http.StatusBadRequest, slog.LevelInfo},
		{"127.0.0.1:5000", strings.Repeat("debug", 100), http.StatusBadRequest, slog.LevelInfo},
	} {
		level := new(slog.LevelVar)
		logger := slog.New(slog.DiscardHandler)
		request := httptest.NewRequest(http.MethodPut, "/loglevel", strings.NewReader(test.body))
		request.RemoteAddr = test.from
		answer := httptest.NewRecorder()
		setLevel(level, logger)(answer, request)
		if answer.Code != test.code || level.Level() != test.level {
			t.Errorf("%q from %s: %d, and the level is %v", test.body, test.from, answer.Code, level.Level())
		}
	}
}

func TestHandlerOfTheOwnerAnswersThroughTheStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		teapot := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
		var f *fixture
		f = start(t, settings(), probe{}, WithAdminHandler("GET /teapot", teapot), WithStop("probe", func(context.Context) error {
			wantHTTP(t, f, "/teapot", http.StatusTeapot)
			wantHTTP(t, f, "/readyz", http.StatusServiceUnavailable)
			return nil
		}))
		wantHTTP(t, f, "/teapot", http.StatusTeapot)
		wantHTTP(t, f, "/metrics", http.StatusOK)
		f.stop()
		<-f.stopped
		if failed := f.entries(t, "the stop failed"); len(failed) > 0 {
			t.Error(failed)
		}
	})
}

func TestAdminPatternsThatAreTakenAreErrors(t *testing.T) {
	for _, pattern := range []string{"GET /metrics", "/readyz", "localhost/healthz", "PUT /loglevel", "POST /mine", "mine", "GET /{"} {
		_, err := New(settings(), WithAdminHandler("POST /mine", http.NotFoundHandler()), WithAdminHandler(pattern, http.NotFoundHandler()))
		if err == nil || !strings.HasPrefix(err.Error(), "WithAdminHandler: ") || !strings.Contains(err.Error(), strconv.Quote(pattern)) {
			t.Errorf("New returned %v, want an error that names WithAdminHandler and %q", err, pattern)
		}
	}
}
