// Command load calls the server at -server from 32 callers on 4 connections for a time, and prints how many calls there
// were in each second of it, and in all. It takes the spans that are sent to -collector, and does nothing with them.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
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
)

// patience has a connection tried again at once while the server starts: by default it is after a second, which would be
// taken from the time that counts.
var patience = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 10 * time.Millisecond, Multiplier: 1, MaxDelay: 10 * time.Millisecond},
	MinConnectTimeout: time.Second,
}

func main() {
	server := flag.String("server", "", "address of the server")
	collector := flag.String("collector", "", "address on which spans are taken")
	warm := flag.Duration("warm", time.Second, "time of calls that do not count")
	counted := flag.Duration("for", 4*time.Second, "time of calls that count")
	flag.Parse()
	if err := take(*collector); err != nil {
		log.Fatal(err)
	}
	rate, calls, err := measure(*server, *warm, *counted)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rate, calls)
}

func measure(address string, warm, counted time.Duration) (rate float64, all int64, err error) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var (
		calls  atomic.Int64
		failed atomic.Pointer[error]
		group  sync.WaitGroup
	)
	for range connections {
		conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithConnectParams(patience))
		if err != nil {
			return 0, 0, err
		}
		defer conn.Close()
		echo := echov1.NewEchoClient(conn)
		if _, err := echo.Say(ctx, &echov1.SayRequest{}, grpc.WaitForReady(true)); err != nil {
			return 0, 0, err
		}
		for range callers / connections {
			group.Go(func() {
				for ctx.Err() == nil {
					_, err := echo.Say(ctx, &echov1.SayRequest{Text: "sixteen letters."})
					if err != nil && ctx.Err() == nil {
						failed.Store(&err)
						return
					}
					calls.Add(1)
				}
			})
		}
	}
	time.Sleep(warm)
	before, began := calls.Load(), time.Now()
	time.Sleep(counted)
	rate = float64(calls.Load()-before) / time.Since(began).Seconds()
	stop()
	group.Wait()
	if err := failed.Load(); err != nil {
		return 0, 0, *err
	}
	return rate, calls.Load(), nil
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
