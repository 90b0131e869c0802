// Command load calls the service at a fixed rate, each RPC in turn or Get alone, whether or not earlier calls have been answered.
// It prints a line of JSON for each call that has ended. It makes the given number of calls at least, and goes on until
// its input ends. Then it closes the client, and fails if that leaves goroutines behind. Names are looked up at
// $DNS_SERVER, if that is set.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

func main() {
	var s settings
	flag.StringVar(&s.target, "target", "", "address to call by plain grpc-go, as callers without msgen do; else the emitted client finds the instances")
	flag.Float64Var(&s.rate, "rate", 100, "calls per second")
	flag.IntVar(&s.calls, "calls", 0, "the least number of calls")
	flag.BoolVar(&s.getOnly, "get", false, "call Get alone, which may be repeated")
	flag.DurationVar(&s.work, "work", 0, "how long the service is to work on a call")
	flag.DurationVar(&s.timeout, "timeout", 10*time.Second, "how long a call waits for its answer")
	flag.Parse()
	if server := os.Getenv("DNS_SERVER"); server != "" {
		lookUpAt(server)
	}
	if err := run(s, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// settings say what calls are made, and how.
type settings struct {
	target        string
	rate          float64 // calls per second
	calls         int
	getOnly       bool
	work, timeout time.Duration
}

// run returns when all calls have ended.
func run(s settings, stdin io.Reader, stdout io.Writer) error {
	goroutines := runtime.NumGoroutine()
	probe, connections, err := connect(s.target)
	if err != nil {
		return err
	}
	enough := make(chan struct{})
	go func() {
		defer close(enough)
		_, _ = io.Copy(io.Discard, stdin)
	}()
	ended := make(chan call)
	go s.load(caller{probe, s}, enough, ended)
	out := json.NewEncoder(stdout)
	for c := range ended {
		if err := out.Encode(c); err != nil {
			return err
		}
	}
	if err := connections.Close(); err != nil {
		return err
	}
	return checkGoroutines(goroutines)
}
