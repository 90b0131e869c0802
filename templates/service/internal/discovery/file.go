package discovery

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc/resolver"
)

// readInterval is how often a file is read again. That is cheap, and sees what notifications of the file system miss:
// files on network drives, and the links that Kubernetes swaps under a mounted ConfigMap.
const readInterval = time.Second

// File returns a resolver that answers with the host:port endpoints that a file lists, one a line, and follows the
// file as it changes. Empty lines and comments, which begin with #, do not count.
func File(path string) resolver.Builder { return New("file", endpointsFile(path)) }

// endpointsFile is the path of a file of endpoints.
type endpointsFile string

// Follow reads the file again and again.
func (f endpointsFile) Follow(ctx context.Context, found func([]Instance), _ <-chan struct{}) error {
	ticker := time.NewTicker(readInterval)
	defer ticker.Stop()
	for {
		instances, err := f.read()
		if err != nil {
			return err
		}
		found(instances)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// read returns the instances. A file with a line that is no endpoint is an error as a whole: it may be half written.
func (f endpointsFile) read() ([]Instance, error) {
	text, err := os.ReadFile(string(f))
	if err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	var instances []Instance
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if host, port, err := net.SplitHostPort(line); err != nil || host == "" || port == "" {
			return nil, fmt.Errorf("discovery: %s:%d: found %q, want host:port", f, number, line)
		}
		instances = append(instances, Instance{Address: line})
	}
	return instances, nil
}
