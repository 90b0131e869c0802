package main

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/fleet/client"
	fleetv1 "example.com/fleet/gen/fleet/v1"
)

// connect returns the emitted client's stub, or one that is connected to the target alone, if there is one.
func connect(target string) (fleetv1.ProbeClient, error) {
	if target != "" {
		conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
		return fleetv1.NewProbeClient(conn), err
	}
	c, err := client.New()
	if err != nil {
		return nil, err
	}
	return c.Probe, nil
}
