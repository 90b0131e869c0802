package grpcserver

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestPanicIsInternal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, settings(), probe{
			unary: func(context.Context) error { panic("secret") },
			stream: func(stream grpc.ServerStream) error {
				_ = stream.SendMsg(&emptypb.Empty{})
				panic("secret")
			},
		})
		for _, err := range []error{
			f.call(t.Context(), 0),
			f.open(t).RecvMsg(&emptypb.Empty{}),
		} {
			wantCode(t, err, codes.Internal)
			if status.Convert(err).Message() != "internal error" {
				t.Errorf("the caller gets %q", err)
			}
		}
		if _, body := f.get(t, "/metrics"); !strings.Contains(body, "grpc_server_panics_total 2\n") {
			t.Error("/metrics does not count two panics")
		}
		entries := f.entries(t, "panic")
		if len(entries) != 2 {
			t.Fatalf("the log has %v, want two panics", entries)
		}
		for _, entry := range entries {
			stack, _ := entry["stack"].(string)
			if entry["panic"] != "secret" || !strings.Contains(stack, "recovery_test.go") {
				t.Errorf("the log has %v, want the value and the stack", entry)
			}
		}
	})
}
