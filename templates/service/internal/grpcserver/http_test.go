package grpcserver

import (
	"context"
	"io"
	"net/http"
	"net/http/httputil"
	"testing"
	"testing/synctest"
	"time"
)

// serving returns what makes an HTTP server of a handler.
func serving(handler http.HandlerFunc) func(Dial) (*http.Server, error) {
	return func(Dial) (*http.Server, error) { return &http.Server{Handler: handler}, nil }
}

func TestHTTPReachesGRPC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reach Dial
		cfg := settings()
		cfg.HTTP = func(dial Dial) (*http.Server, error) {
			reach = dial
			return &http.Server{Handler: &httputil.ReverseProxy{}}, nil
		}
		start(t, cfg, probe{})
		conn, err := reach(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		frame := make([]byte, 9) // https://www.rfc-editor.org/rfc/rfc9113#section-4.1
		if _, err := io.ReadFull(conn, frame); err != nil || frame[3] != 4 {
			t.Errorf("the connection begins with %v (%v), want a frame of HTTP/2 settings", frame, err)
		}
	})
}

func TestStopLetsHTTPRequestsFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.HTTP = serving(func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(cfg.DrainDelay + time.Second)
			w.WriteHeader(http.StatusNoContent)
		})
		f := start(t, cfg, probe{})
		answer := make(chan int, 1)
		go func() {
			resp, err := f.http.Get("http://service/")
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
			answer <- resp.StatusCode
		}()
		synctest.Wait()

		f.stop()
		<-f.stopped
		if status := <-answer; status != http.StatusNoContent {
			t.Errorf("a request that began before the stop is %d, want 204", status)
		}
	})
}

func TestStopDoesNotWaitForHTTPRequestsThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		defer close(hang)
		cfg := settings()
		cfg.HTTP = serving(func(http.ResponseWriter, *http.Request) { <-hang })
		f := start(t, cfg, probe{})
		answer := make(chan error)
		go func() {
			_, err := f.http.Get("http://service/") //nolint:bodyclose // there is none
			answer <- err
		}()
		synctest.Wait()

		began := time.Now()
		f.stop()
		if err := <-answer; err == nil {
			t.Error("a request that hangs was answered")
		}
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay+cfg.GracefulTimeout)
	})
}

func TestStopFlushes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		cfg.Flush = func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}
		f := start(t, cfg, probe{})
		began := time.Now()
		f.stop()
		<-f.stopped
		wantElapsed(t, began, cfg.DrainDelay+flushTimeout)
		if len(f.entries(t, "spans are lost")) != 1 {
			t.Errorf("the log does not say that spans are lost:\n%s", &f.logs)
		}
	})
}
