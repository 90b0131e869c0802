package probe

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// slowness is how much longer than it should a slow instance takes.
const slowness = 2 * time.Second

var errDown = status.Error(codes.Unavailable, "this instance is down")

// mood is the path of a file that says how this instance behaves, read with each call: "err", "hang" or "slow"; "down",
// "flap", which is down every other half of a second, or "third", which is down for three calls of ten. Without the file
// it behaves well.
type mood string

// work takes as long as it is told, unless the mood is bad.
func (m mood) work(ctx context.Context, duration time.Duration) error {
	bad, _ := os.ReadFile(string(m))
	switch string(bad) {
	case "err":
		return status.Error(codes.Internal, "this instance errs")
	case "hang":
		duration = math.MaxInt64
	case "slow":
		duration += slowness
	case "down":
		return errDown
	case "flap":
		if time.Now().UnixMilli()/500%2 == 0 {
			return errDown
		}
	case "third":
		if rand.IntN(10) < 3 {
			return errDown
		}
	}
	select {
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	case <-time.After(duration):
		return nil
	}
}
