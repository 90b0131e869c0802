package grpcserver

import (
	"bytes"
	"runtime"
	"testing"
	"testing/synctest"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/types/known/emptypb"
)

// repeated is a codec whose messages are one buffer, many times: a client needs no memory for what it compresses.
type repeated struct {
	buffer []byte
	times  int
}

func (repeated) Name() string { return "proto" }

func (r repeated) Marshal(any) (mem.BufferSlice, error) {
	var message mem.BufferSlice
	for range r.times {
		message = append(message, mem.SliceBuffer(r.buffer))
	}
	return message, nil
}

func (repeated) Unmarshal(mem.BufferSlice, any) error { return nil }

func TestCompressedRequestsAreInflatedToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := settings()
		f := start(t, cfg, probe{unary: succeed})
		buffer := bytes.Repeat([]byte{'\n', 0}, 8<<10) // empty values of a BytesValue
		call := func(size int) error {
			return f.conn.Invoke(t.Context(), "/test.Probe/Unary", &emptypb.Empty{}, &emptypb.Empty{},
				grpc.UseCompressor("gzip"), grpc.ForceCodecV2(repeated{buffer, size / len(buffer)}))
		}
		wantCode(t, call(cfg.MaxRequestBytes), codes.OK)

		const inflated = 32 << 20 // of 32 KiB
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		wantCode(t, call(inflated), codes.ResourceExhausted)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > inflated/2 {
			t.Errorf("a request that inflates to %d bytes takes %d bytes of memory, for a limit of %d", inflated, took, cfg.MaxRequestBytes)
		}
	})
}
