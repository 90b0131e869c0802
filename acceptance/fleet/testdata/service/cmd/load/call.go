package main

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	fleetv1 "example.com/fleet/gen/fleet/v1"
)

// call is a call that has ended.
type call struct {
	Method     string
	Start, End time.Time
	Code       string
	Error      string `json:",omitempty"`
	Instance   string `json:",omitempty"` // who answered
	Peer       string `json:",omitempty"` // the address that it was sent to, if it was
}

// callers is how many callers the program stands for, by the header that a hash ring picks by.
const callers = 100

type caller struct {
	probe    fleetv1.ProbeClient
	settings settings
}

// make makes the call of the given number; the number says which RPC it is.
func (c caller) make(number int) call {
	rpcs := []struct {
		method string
		invoke func(context.Context, ...grpc.CallOption) (answer, error)
	}{{"Get", c.get}, {"Put", c.put}, {"Watch", c.watch}}
	if c.settings.getOnly {
		rpcs = rpcs[:1]
	}
	rpc := rpcs[(number+number/len(rpcs))%len(rpcs)] // the order changes, so that no instance gets one RPC alone

	var to peer.Peer
	made := call{Method: rpc.method, Start: time.Now()}
	ctx, cancel := bound(context.Background(), c.settings.timeout)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "x-caller", strconv.Itoa(number%callers))
	got, err := rpc.invoke(ctx, grpc.Peer(&to))
	made.End, made.Code = time.Now(), status.Code(err).String()
	if err != nil {
		made.Error = err.Error()
	} else {
		made.Instance = got.GetInstance()
	}
	if to.Addr != nil {
		made.Peer = to.Addr.String()
	}
	return made
}

// bound returns the context of a call that waits no longer than timeout.
func bound(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, timeout)
}

// answer is what every response is.
type answer interface{ GetInstance() string }

func (c caller) get(ctx context.Context, options ...grpc.CallOption) (answer, error) {
	return c.probe.Get(ctx, &fleetv1.GetRequest{Work: durationpb.New(c.settings.work)}, options...)
}

func (c caller) put(ctx context.Context, options ...grpc.CallOption) (answer, error) {
	return c.probe.Put(ctx, &fleetv1.PutRequest{Work: durationpb.New(c.settings.work)}, options...)
}

// watch returns the last message of the stream.
func (c caller) watch(ctx context.Context, options ...grpc.CallOption) (answer, error) {
	stream, err := c.probe.Watch(ctx, &fleetv1.WatchRequest{Work: durationpb.New(c.settings.work)}, options...)
	if err != nil {
		return nil, err
	}
	var last *fleetv1.WatchResponse
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return last, nil
		}
		if err != nil {
			return nil, err
		}
		last = resp
	}
}
