package grpcserver

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestStopOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		f := start(t, cfg, probe{unary: succeed, stream: greet})
		stream := f.open(t)
		watch, err := healthpb.NewHealthClient(f.conn).Watch(t.Context(), &healthpb.HealthCheckRequest{})
		if err != nil {
			t.Fatal(err)
		}
		wantStatus(t, watch, healthpb.HealthCheckResponse_SERVING)

		began := time.Now()
		f.stop()
		wantStatus(t, watch, healthpb.HealthCheckResponse_NOT_SERVING)
		wantElapsed(t, began, 0)

		time.Sleep(cfg.DrainDelay / 2)
		wantCode(t, f.call(t.Context(), 0), codes.OK)
		wantHTTP(t, f, "/readyz", http.StatusServiceUnavailable)
		wantHTTP(t, f, "/healthz", http.StatusOK)

		_, err = watch.Recv()
		wantCode(t, err, codes.Unavailable)
		wantElapsed(t, began, cfg.DrainDelay)
		wantHTTP(t, f, "/healthz", http.StatusOK)

		wantCode(t, stream.RecvMsg(&emptypb.Empty{}), codes.Unavailable)
		wantElapsed(t, began, cfg.DrainDelay+cfg.GracefulTimeout*9/10)

		<-f.stopped
		if f.err != nil {
			t.Error(f.err)
		}
		wantElapsed(t, began, cfg.DrainDelay+cfg.GracefulTimeout*9/10)
	})
}

func TestStopLetsCallsFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		f := start(t, cfg, probe{unary: func(context.Context) error {
			time.Sleep(cfg.DrainDelay + time.Second)
			return nil
		}})
		answer := make(chan error)
		go func() { answer <- f.call(t.Context(), 0) }()
		synctest.Wait()

		began := time.Now()
		f.stop()
		wantCode(t, <-answer, codes.OK)
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay+time.Second)
	})
}

func TestStopDoesNotWaitForHandlersThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		defer close(hang)
		cfg := settings()
		f := start(t, cfg, probe{
			unary: func(context.Context) error { <-hang; return nil },
			stream: func(stream grpc.ServerStream) error {
				err := stream.SendMsg(&emptypb.Empty{})
				<-hang
				return err
			},
		})
		f.open(t)
		answer := make(chan error)
		go func() { answer <- f.call(t.Context(), 0) }()
		synctest.Wait()

		began := time.Now()
		f.stop()
		wantCode(t, <-answer, codes.Unavailable)
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay+cfg.GracefulTimeout)
	})
}

func wantStatus(t *testing.T, watch healthpb.Health_WatchClient, want healthpb.HealthCheckResponse_ServingStatus) {
	t.Helper()
	resp, err := watch.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if resp.GetStatus() != want {
		t.Errorf("health is %v, want %v", resp.GetStatus(), want)
	}
}

// TestStopCutsWhatLastsOnTheAdminPort: a scrape that does not end holds the stop for a second, and no longer.
func TestStopCutsWhatLastsOnTheAdminPort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		f := start(t, cfg, probe{})
		transport, _ := f.admin.Transport.(*http.Transport)
		conn, err := transport.DialContext(t.Context(), "", "")
		if err == nil {
			_, err = conn.Write([]byte("GET /metrics HTTP/1.1\r\n")) // and no end of the headers
		}
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		began := time.Now()
		f.stop()
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay+adminStopTimeout)
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("the connection is still open")
		}
		wantElapsed(t, began, cfg.DrainDelay+adminStopTimeout)
	})
}
