// Command load calls the servers at the addresses that it is given, 32 callers on 4 connections to each, one server at
// a time and each for as long, and prints a line for each: how many calls there were in a second of it, and in all. It
// takes the spans that are sent to -collector, and does nothing with them.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	echov1 "example.com/echo/gen/echo/v1"
)

const (
	connections = 4
	callers     = 32

	turn = time.Second            // that a server is called before the next one is
	rest = 150 * time.Millisecond // between turns, in which logs and spans of the last one are written and sent
)

// patience has a connection tried again at once while the server starts: by default it is after a second.
var patience = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 10 * time.Millisecond, Multiplier: 1, MaxDelay: 10 * time.Millisecond},
	MinConnectTimeout: time.Second,
}

func main() {
	collector := flag.String("collector", "", "address on which spans are taken")
	warm := flag.Duration("warm", time.Second, "time of calls to each server that do not count")
	counted := flag.Duration("for", 4*time.Second, "time of calls to each server that count")
	flag.Parse()
	if err := take(*collector); err != nil {
		log.Fatal(err)
	}
	if err := measure(flag.Args(), *warm, *counted); err != nil {
		log.Fatal(err)
	}
}

// measure calls the servers in turn. Each is as often before another as after it, so that a machine that grows slower or
// faster favours none.
func measure(addresses []string, warm, counted time.Duration) error {
	targets := make([]*target, len(addresses))
	for i, address := range addresses {
		var err error
		if targets[i], err = connect(address); err != nil {
			return err
		}
		if err := targets[i].call(warm); err != nil {
			return err
		}
		targets[i].rated, targets[i].took = 0, 0
	}
	order := slices.Clone(targets)
	for range counted / turn {
		for _, t := range order {
			time.Sleep(rest)
			if err := t.call(turn); err != nil {
				return err
			}
		}
		slices.Reverse(order)
	}
	for _, t := range targets {
		fmt.Println(float64(t.rated)/t.took.Seconds(), t.all)
	}
	return nil
}

// target is a server that is called.
type target struct {
	clients    [connections]echov1.EchoClient
	rated, all int64 // calls, those that count and with those that do not
	took       time.Duration
}

// connect returns a target that answers.
func connect(address string) (*target, error) {
	t := &target{}
	for i := range t.clients {
		conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithConnectParams(patience))
		if err != nil {
			return nil, err
		}
		t.clients[i] = echov1.NewEchoClient(conn)
		if _, err := t.clients[i].Say(context.Background(), &echov1.SayRequest{}, grpc.WaitForReady(true)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// call calls the target for a time.
func (t *target) call(d time.Duration) error {
	var (
		calls  atomic.Int64
		failed atomic.Pointer[error]
		group  sync.WaitGroup
	)
	began := time.Now()
	for i := range callers {
		client := t.clients[i%connections]
		group.Go(func() {
			for time.Since(began) < d {
				if _, err := client.Say(context.Background(), &echov1.SayRequest{Text: "sixteen letters."}); err != nil {
					failed.Store(&err)
					return
				}
				calls.Add(1)
			}
		})
	}
	group.Wait()
	t.took += time.Since(began)
	t.rated += calls.Load()
	t.all += calls.Load()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// take answers any call on address, which is where nothing listens when it is empty.
func take(address string) error {
	if address == "" {
		return nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	collector := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		if err := stream.RecvMsg(&emptypb.Empty{}); err != nil {
			return err
		}
		return stream.SendMsg(&emptypb.Empty{})
	}))
	go func() { _ = collector.Serve(listener) }()
	return nil
}
