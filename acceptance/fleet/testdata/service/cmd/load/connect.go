package main

import (
	"context"
	"io"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/fleet/client"
	fleetv1 "example.com/fleet/gen/fleet/v1"
)

// connect returns the emitted client's stub, or one that is connected to the target alone, if there is one; and what
// ends its connections.
func connect(target string) (fleetv1.ProbeClient, io.Closer, error) {
	if target != "" {
		conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
		return fleetv1.NewProbeClient(conn), conn, err
	}
	c, err := client.New()
	if err != nil {
		return nil, nil, err
	}
	return c.Probe, c, nil
}

// lookUpAt makes the program look names up at a DNS server other than the machine's.
func lookUpAt(server string) {
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server)
		},
	}
}
