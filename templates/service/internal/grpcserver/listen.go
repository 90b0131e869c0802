package grpcserver

import (
	"context"
	"fmt"
	"net"
)

// Listeners are the open ports of a process.
type Listeners struct {
	GRPC  net.Listener
	HTTP  net.Listener // nil where the server has no HTTP
	Admin net.Listener
	Pprof net.Listener // nil turns it off

	DialGRPC Dial // connects to GRPC; nil does so by its TCP address
}

// listen opens every port before anything is served, so that a port that is taken is found immediately.
func listen(ctx context.Context, cfg Config) (l Listeners, err error) {
	for _, port := range []struct {
		variable, address string
		listener          *net.Listener
		off               bool
	}{
		{"GRPC_ADDRESS", cfg.GRPCAddress, &l.GRPC, false},
		{"HTTP_ADDRESS", cfg.HTTPAddress, &l.HTTP, cfg.HTTP == nil},
		{"ADMIN_ADDRESS", cfg.AdminAddress, &l.Admin, false},
		{"PPROF_ADDRESS", cfg.PprofAddress, &l.Pprof, cfg.PprofAddress == ""},
	} {
		if port.off {
			continue
		}
		if *port.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", port.address); err != nil {
			l.close()
			return l, fmt.Errorf("%s: %w", port.variable, err)
		}
	}
	return l, nil
}

// close closes the ports that are open.
func (l Listeners) close() {
	for _, listener := range []net.Listener{l.GRPC, l.HTTP, l.Admin, l.Pprof} {
		if listener != nil {
			_ = listener.Close()
		}
	}
}

func (l Listeners) dialGRPC(ctx context.Context) (net.Conn, error) {
	if l.DialGRPC != nil {
		return l.DialGRPC(ctx)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", l.GRPC.Addr().String())
}
