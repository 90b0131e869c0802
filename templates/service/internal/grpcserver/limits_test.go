package grpcserver

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestConcurrentRequestsBeyondTheLimitAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.MaxConcurrentRequests = 3
		work := make(chan struct{})
		f := start(t, cfg, probe{unary: func(context.Context) error { <-work; return nil }, stream: greet})

		answers := make(chan error)
		for range cfg.MaxConcurrentRequests {
			go func() { answers <- f.call(t.Context(), 0) }()
		}
		synctest.Wait()
		wantCode(t, f.call(t.Context(), 0), codes.ResourceExhausted)
		wantHealth(t, f, readiness, healthpb.HealthCheckResponse_SERVING)
		f.open(t) // streams are not requests

		work <- struct{}{}
		wantCode(t, <-answers, codes.OK)
		go func() { answers <- f.call(t.Context(), 0) }()
		close(work)
		for range cfg.MaxConcurrentRequests {
			wantCode(t, <-answers, codes.OK)
		}
	})
}

func TestRequestTimeoutBoundsTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		f := start(t, cfg, probe{unary: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}})

		began := time.Now()
		wantCode(t, f.call(t.Context(), 0), codes.DeadlineExceeded)
		wantElapsed(t, began, cfg.RequestTimeout)

		for _, callers := range []time.Duration{cfg.RequestTimeout / 2, cfg.RequestTimeout * 2} {
			began = time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), callers)
			wantCode(t, f.call(ctx, 0), codes.DeadlineExceeded)
			cancel()
			wantElapsed(t, began, min(callers, cfg.RequestTimeout))
		}
	})
}

func TestStreamsOutliveTheRequestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		f := start(t, cfg, probe{stream: greet})
		stream := f.open(t)

		time.Sleep(2 * cfg.RequestTimeout)
		wantCode(t, stream.SendMsg(&emptypb.Empty{}), codes.OK)
		if err := stream.RecvMsg(&emptypb.Empty{}); !errors.Is(err, io.EOF) {
			t.Errorf("the stream ended with %v, want io.EOF", err)
		}
	})
}

func TestMessagesBeyondTheSizeAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.MaxRequestBytes = 1 << 10
		f := start(t, cfg, probe{unary: succeed})

		const overhead = 3 // of a BytesValue: its tag, and a length in two bytes
		wantCode(t, f.call(t.Context(), cfg.MaxRequestBytes-overhead), codes.OK)
		wantCode(t, f.call(t.Context(), cfg.MaxRequestBytes-overhead+1), codes.ResourceExhausted)
	})
}
