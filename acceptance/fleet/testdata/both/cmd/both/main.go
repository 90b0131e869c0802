// Command both calls two services at the same time, by the clients that msgen emitted for each, and prints who answered
// and the metrics of the two clients.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"

	fleet "example.com/fleet/client"
	fleetv1 "example.com/fleet/gen/fleet/v1"
	tally "example.com/tally/client"
	tallyv1 "example.com/tally/gen/tally/v1"
)

// calls is how many calls each service gets.
const calls = 300

func main() {
	found, err := run()
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "both:", err)
		os.Exit(1)
	}
}

// result is what has come of the calls.
type result struct {
	Fleet, Tally map[string]int // calls that were answered, by the instance that did
	Metrics      string
}

func run() (result, error) {
	metrics := prometheus.NewRegistry()
	f, err := fleet.New(fleet.WithMetrics(metrics))
	if err != nil {
		return result{}, err
	}
	defer f.Close()
	t, err := tally.New(tally.WithMetrics(metrics))
	if err != nil {
		return result{}, err
	}
	defer t.Close()

	var found result
	var fleetErr, tallyErr error
	var calling sync.WaitGroup
	calling.Go(func() {
		found.Fleet, fleetErr = call(func(ctx context.Context) (answer, error) {
			return f.Probe.Get(ctx, &fleetv1.GetRequest{}, grpc.WaitForReady(true))
		})
	})
	calling.Go(func() {
		found.Tally, tallyErr = call(func(ctx context.Context) (answer, error) {
			return t.Counter.Add(ctx, &tallyv1.AddRequest{}, grpc.WaitForReady(true))
		})
	})
	calling.Wait()
	found.Metrics = text(metrics)
	return found, errors.Join(fleetErr, tallyErr)
}

// answer is what every response is.
type answer interface{ GetInstance() string }

// call makes the calls one after the other, with pauses in which clients learn of all instances.
func call(invoke func(context.Context) (answer, error)) (map[string]int, error) {
	answered := map[string]int{}
	for range calls {
		got, err := invoke(context.Background())
		if err != nil {
			return nil, err
		}
		answered[got.GetInstance()]++
		time.Sleep(10 * time.Millisecond)
	}
	return answered, nil
}

// text returns the metrics as Prometheus gets them.
func text(metrics *prometheus.Registry) string {
	page := httptest.NewRecorder()
	promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}).ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	return page.Body.String()
}
