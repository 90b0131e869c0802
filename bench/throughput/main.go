// Command throughput measures what the emitted server costs: its limits, metrics, logs at info and tracing of one call
// in ten, against a bare grpc-go server with the same handler, which has nothing to do. Both run at the same time, and
// 32 callers on 4 connections to each call the one and the other in turns of a second, from the same machine, so
// that the ratio holds on a noisy one; each figure is the median.
//
//	go run ./bench/throughput [-rounds 7] [-for 4s] [-validate] [-profile cpu.pprof]
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

const policy = `version: v1
service: {name: echo, module: example.com/echo}
observability:
  objectives: {availability: 99.9, latency: {threshold: 300ms}}
  tracing: {exporter: otlp, endpoint: "127.0.0.1:4317", sampleRatio: 0.1}
server: {validate: %t}
`

func main() {
	rounds := flag.Int("rounds", 7, "rounds of both servers")
	each := flag.Duration("for", 4*time.Second, "time for which a server is called in a round")
	validate := flag.Bool("validate", false, "the emitted server checks requests, by the four rules of echo.proto")
	profile := flag.String("profile", "", "file for a CPU profile of the emitted server in the first round")
	flag.Parse()
	if err := compare(*rounds, *each, *validate, *profile); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compare(rounds int, each time.Duration, validate bool, profile string) error {
	dir, err := os.MkdirTemp("", "msgen-throughput-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := build(dir, validate); err != nil {
		return err
	}
	fmt.Println("| round | bare grpc-go, calls/s | emitted, calls/s | ratio | CPU of the server a call, µs: bare | emitted |\n|---|---|---|---|---|---|")
	var bare, emitted, ratios, bareCPU, emittedCPU []float64
	for round := range rounds {
		b, e, err := measure(dir, each, profile)
		if err != nil {
			return err
		}
		profile = ""
		bare, emitted, ratios = append(bare, b.rate), append(emitted, e.rate), append(ratios, e.rate/b.rate)
		bareCPU, emittedCPU = append(bareCPU, b.cpu), append(emittedCPU, e.cpu)
		fmt.Printf("| %d | %.0f | %.0f | %.3f | %.1f | %.1f |\n", round+1, b.rate, e.rate, e.rate/b.rate, b.cpu, e.cpu)
	}
	fmt.Printf("| median | %.0f | %.0f | %.3f | %.1f | %.1f |\n",
		median(bare), median(emitted), median(ratios), median(bareCPU), median(emittedCPU))
	return nil
}

// build has msgen make the service in dir and builds its programs.
func build(dir string, validate bool) error {
	written, err := filepath.Abs(filepath.Join("bench", "throughput", "testdata", "service"))
	if err != nil {
		return err
	}
	tree, msgen, policyFile := filepath.Join(dir, "tree"), filepath.Join(dir, "msgen"), filepath.Join(dir, "policy.yaml")
	if err := os.WriteFile(policyFile, fmt.Appendf(nil, policy, validate), 0o644); err != nil {
		return err
	}
	if err := run(".", "go", "build", "-o", msgen, "./cmd/msgen"); err != nil {
		return err
	}
	if err := run(written, msgen, "generate", "echo.proto", "-I", ".", "-p", policyFile, "-o", tree); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(tree, "internal", "echo")); err != nil {
		return err
	}
	if err := os.CopyFS(tree, os.DirFS(written)); err != nil {
		return err
	}
	return run(tree, "go", "build", "-o", dir+"/", "./cmd/...")
}

func run(dir, program string, args ...string) error {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

// figures are how many calls a server answers in a second, and how long its CPU takes for one, in microseconds.
type figures struct{ rate, cpu float64 }

// measure starts both servers and has them called.
func measure(dir string, each time.Duration, profile string) (bare, emitted figures, err error) {
	addresses, err := free(5)
	if err != nil {
		return bare, emitted, err
	}
	b, err := start(dir, "bare", "GRPC_ADDRESS="+addresses[0])
	if err != nil {
		return bare, emitted, err
	}
	defer b.end()
	e, err := start(dir, "echo", "GRPC_ADDRESS="+addresses[1], "ADMIN_ADDRESS="+addresses[2], "PPROF_ADDRESS="+addresses[3],
		"TRACING_ENDPOINT="+addresses[4], "DRAIN_DELAY=0s")
	if err != nil {
		return bare, emitted, err
	}
	defer e.end()
	if profile != "" {
		seconds := strconv.Itoa(int(2 * each.Seconds()))
		go save(profile, "http://"+addresses[3]+"/debug/pprof/profile?seconds="+seconds)
	}
	load := exec.Command(filepath.Join(dir, "load"), "-collector", addresses[4], "-for", each.String(), addresses[0], addresses[1])
	var failure bytes.Buffer
	load.Stderr = &failure
	out, err := load.Output()
	if err != nil {
		return bare, emitted, fmt.Errorf("%s: %w\n%s", load, err, &failure)
	}
	var bareCalls, emittedCalls float64
	_, err = fmt.Sscan(string(out), &bare.rate, &bareCalls, &emitted.rate, &emittedCalls)
	bare.cpu, emitted.cpu = b.end()/bareCalls, e.end()/emittedCalls
	return bare, emitted, err
}

// server is one that runs.
type server struct{ *exec.Cmd }

// start starts a server. Its log goes to a file.
func start(dir, name string, env ...string) (server, error) {
	log, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return server{}, err
	}
	defer log.Close() // the server has it too
	cmd := exec.Command(filepath.Join(dir, name))
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, os.Stderr
	return server{cmd}, cmd.Start()
}

// end ends the server, and returns how long it has used a CPU, in microseconds. It may be called again.
func (s server) end() float64 {
	_ = s.Process.Kill()
	_ = s.Wait() // that it was killed
	return float64((s.ProcessState.UserTime() + s.ProcessState.SystemTime()).Microseconds())
}

// save writes what a URL answers to a file, once it answers.
func save(file, url string) {
	for range 100 {
		resp, err := http.Get(url)
		if err != nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		defer resp.Body.Close()
		content, err := io.ReadAll(resp.Body)
		if err == nil {
			err = os.WriteFile(file, content, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		return
	}
}

// free returns addresses of the loopback on which nothing listens.
func free(n int) ([]string, error) {
	addresses := make([]string, n)
	for i := range addresses {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		addresses[i] = listener.Addr().String()
	}
	return addresses, nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
