package fleet

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// The ports that freePort chooses from are below those that Linux gives to clients: a client whose instance is down
// never gets that instance's port, and never connects to itself.
const (
	firstPort = 15000
	lastPort  = 32000
)

// given has the ports that freePort has returned: until somebody listens there, no other test may get one of them.
var given sync.Map

// freePort returns a port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort)
		if _, taken := given.LoadOrStore(port, true); taken {
			continue
		}
		listener, err := net.Listen("tcp", loopback(port))
		if err != nil {
			continue
		}
		require.NoError(t, listener.Close())
		return port
	}
	require.Fail(t, "there is no free port")
	return 0
}

// freeAddress returns an address of the loopback that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	return loopback(freePort(t))
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
