// Package etcd registers instances of services in an etcd cluster, and finds them there. It lays out the keys as
// go.etcd.io/etcd/client/v3/naming/endpoints does, so that other tools read them too.
package etcd

import (
	"context"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/msgen/msgen/templates/service/internal/envconfig"
)

// Config says which etcd cluster knows the instances, and as whom to ask it. Files are read again with each connection.
type Config struct {
	Endpoints []string      // ETCD_ENDPOINTS: host:port or https://host:port of its members, separated by commas
	Prefix    string        // ETCD_PREFIX: where the keys of all services begin
	TTL       time.Duration // ETCD_TTL: how long an instance that has died is still listed

	Username string           // ETCD_USERNAME: empty for a cluster without users
	Password envconfig.Secret // ETCD_PASSWORD, or ETCD_PASSWORD_FILE: a file that holds it
	CAFile   string           // ETCD_CA_FILE: PEM certificates that sign the cluster's; empty: the system's
	CertFile string           // ETCD_CERT_FILE: PEM certificate to show to the cluster; empty: none
	KeyFile  string           // ETCD_KEY_FILE: its key
}

// requestTimeout is how long a request to etcd may take.
const requestTimeout = 5 * time.Second

// Pings find a member of the cluster that is gone without a word. Members refuse pings that come more often than every
// five seconds.
const (
	pingInterval = 10 * time.Second
	pingTimeout  = 3 * time.Second
)

// connect returns a client of the cluster, which the caller closes. It reads the files that cfg names and, where cfg
// names a user, asks for that user's token; without one a cluster that is down is an error of the requests alone. A
// client is for one registration or one watch, so that the next begins with the credentials of its day.
func connect(ctx context.Context, cfg Config) (*clientv3.Client, error) {
	tlsConfig, err := tlsConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}
	password, err := cfg.Password.Read()
	if err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}
	client, err := clientv3.New(clientv3.Config{
		Context:              ctx,
		Endpoints:            cfg.Endpoints,
		DialTimeout:          requestTimeout,
		DialKeepAliveTime:    pingInterval,
		DialKeepAliveTimeout: pingTimeout,
		TLS:                  tlsConfig,
		Username:             cfg.Username,
		Password:             password,
		MaxUnaryRetries:      2, // the second after a new token; further attempts are the caller's
		DialOptions:          []grpc.DialOption{grpc.WithChainUnaryInterceptor(failFast)},
		Logger:               zap.NewNop(), // what goes wrong is in the errors, which are logged as the rest is
	})
	if err != nil {
		return nil, explain(err, cfg.Username, "")
	}
	return client, nil
}

// failFast ends a request when no member can be reached, with the reason. By itself a client of etcd waits, and then
// says no more than that time is up.
func failFast(
	ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker,
	options ...grpc.CallOption,
) error {
	return invoke(ctx, method, req, reply, conn, append(options, grpc.WaitForReady(false))...)
}
