package grpcserver

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// settings are limits that a test does not meet unless it sets its own.
func settings() Config {
	return Config{
		GRPCAddress:  "127.0.0.1:0",
		HTTPAddress:  "127.0.0.1:0",
		AdminAddress: "127.0.0.1:0",
		Settings: Settings{
			RequestTimeout:        5 * time.Second,
			MaxConcurrentRequests: 100,
			MaxRequestBytes:       1 << 20,
			MaxResponseBytes:      1 << 20,
			MaxHeaderBytes:        1 << 20,
			MaxConcurrentStreams:  100,
			HandshakeTimeout:      time.Minute,
			MaxConnectionAge:      time.Hour,
			MaxConnectionAgeGrace: time.Minute,
			DrainDelay:            3 * time.Second,
			GracefulTimeout:       20 * time.Second,
		},
		Logger:   slog.New(slog.DiscardHandler),
		Level:    new(slog.LevelVar),
		Metrics:  prometheus.NewRegistry(),
		Register: func(grpc.ServiceRegistrar) error { return nil },
	}
}

// enforced has a case for each field of Settings: a value of it, and what callers then see that they do not see with the
// settings above.
var enforced = map[string]struct {
	set  func(*Settings)
	want string
	seen func(*testing.T, Config) string
}{
	"RequestTimeout": {
		func(s *Settings) { s.RequestTimeout = time.Second }, "DeadlineExceeded after 1s",
		func(t *testing.T, cfg Config) string {
			f := start(t, cfg, probe{unary: hang})
			began := time.Now()
			err := f.call(t.Context(), 0)
			return fmt.Sprintf("%v after %v", status.Code(err), time.Since(began))
		},
	},
	"MaxConcurrentRequests": {
		func(s *Settings) { s.MaxConcurrentRequests = 1 }, "ResourceExhausted",
		func(t *testing.T, cfg Config) string {
			f := start(t, cfg, probe{unary: hang})
			go func() { _ = f.call(t.Context(), 0) }()
			synctest.Wait()
			return status.Code(f.call(t.Context(), 0)).String()
		},
	},
	"MaxRequestBytes": {
		func(s *Settings) { s.MaxRequestBytes = 1 << 10 }, "ResourceExhausted",
		func(t *testing.T, cfg Config) string {
			return status.Code(start(t, cfg, probe{unary: succeed}).call(t.Context(), 1<<10)).String()
		},
	},
	"MaxResponseBytes": {
		func(s *Settings) { s.MaxResponseBytes = 1 << 10 }, "ResourceExhausted",
		func(t *testing.T, cfg Config) string {
			return status.Code(start(t, cfg, probe{unary: succeed}).call(t.Context(), 1<<10)).String()
		},
	},
	"MaxHeaderBytes": {
		func(s *Settings) { s.MaxHeaderBytes = 1 << 10 }, "Internal",
		func(t *testing.T, cfg Config) string {
			f := start(t, cfg, probe{unary: succeed})
			return status.Code(f.call(metadata.AppendToOutgoingContext(t.Context(), "note", strings.Repeat("x", 1<<10)), 0)).String()
		},
	},
	"MaxConcurrentStreams": {
		func(s *Settings) { s.MaxConcurrentStreams = 1 }, "the second call waits",
		func(t *testing.T, cfg Config) string {
			f := start(t, cfg, probe{unary: succeed, stream: greet})
			f.open(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if f.call(ctx, 0) != nil {
				return "the second call waits"
			}
			return "the second call is answered"
		},
	},
	"HandshakeTimeout": {
		func(s *Settings) { s.HandshakeTimeout = time.Second }, "closed after 1s",
		func(t *testing.T, cfg Config) string {
			silent, err := start(t, cfg, probe{}).port.DialContext(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			for err == nil { // the server says who it is, and waits for the client to
				_, err = silent.Read(make([]byte, 1<<10))
			}
			return fmt.Sprintf("closed after %v", time.Since(began))
		},
	},
	"MaxConnectionAge": {
		func(s *Settings) { s.MaxConnectionAge = time.Minute }, "2 connections",
		func(t *testing.T, cfg Config) string {
			f := start(t, cfg, probe{unary: succeed})
			_ = f.call(t.Context(), 0)
			time.Sleep(2 * time.Minute)
			_ = f.call(t.Context(), 0)
			return fmt.Sprintf("%d connections", f.dialed.Load())
		},
	},
	"MaxConnectionAgeGrace": {
		func(s *Settings) { s.MaxConnectionAgeGrace = time.Second }, "the stream is cut within 15s",
		func(t *testing.T, cfg Config) string {
			cfg.MaxConnectionAge = 10 * time.Second // which grpc shortens or lengthens by a tenth
			stream := start(t, cfg, probe{stream: greet}).open(t)
			began := time.Now()
			_ = stream.RecvMsg(&emptypb.Empty{})
			return fmt.Sprintf("the stream is cut within %v", time.Since(began).Truncate(15*time.Second)+15*time.Second)
		},
	},
	"DrainDelay": {
		func(s *Settings) { s.DrainDelay = time.Second }, "stopped after 1s",
		func(t *testing.T, cfg Config) string { return stopTime(start(t, cfg, probe{})) },
	},
	"GracefulTimeout": {
		func(s *Settings) { s.GracefulTimeout = time.Second }, "stopped after 1s",
		func(t *testing.T, cfg Config) string {
			cfg.DrainDelay = 0
			ended := make(chan struct{})
			defer close(ended)
			f := start(t, cfg, probe{unary: func(context.Context) error { <-ended; return nil }})
			go func() { _ = f.call(t.Context(), 0) }()
			synctest.Wait()
			return stopTime(f)
		},
	},
}

// hang waits for the end of a call.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// stopTime is how long a stop takes.
func stopTime(f *fixture) string {
	began := time.Now()
	f.stop()
	<-f.stopped
	return fmt.Sprintf("stopped after %v", time.Since(began))
}

func TestEverySettingIsEnforced(t *testing.T) {
	for field := range reflect.TypeFor[Settings]().Fields() {
		setting, ok := enforced[field.Name]
		if !ok {
			t.Errorf("%s has no case in enforced", field.Name)
			continue
		}
		t.Run(field.Name, func(t *testing.T) {
			cfg := settings()
			setting.set(&cfg.Settings)
			synctest.Test(t, func(t *testing.T) {
				if got := setting.seen(t, cfg); got != setting.want {
					t.Errorf("callers see: %s, want: %s", got, setting.want)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				if got := setting.seen(t, settings()); got == setting.want {
					t.Errorf("callers see without it too: %s", got)
				}
			})
		})
	}
}
