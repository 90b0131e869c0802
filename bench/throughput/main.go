// Command throughput measures what the emitted server costs: its limits, metrics, logs at info and tracing of one call
// in ten, against a bare grpc-go server with the same handler, which has nothing to do. 32 callers on 4 connections call
// each in turn, the one and then the other first, from the same machine, so that the ratio holds on a noisy one; each
// figure is the median.
//
//	go run ./bench/throughput [-rounds 7] [-for 4s] [-profile cpu.pprof]
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
`

func main() {
	rounds := flag.Int("rounds", 7, "rounds of both servers")
	each := flag.Duration("for", 4*time.Second, "time for which a server is called in a round")
	profile := flag.String("profile", "", "file for a CPU profile of the emitted server in the first round")
	flag.Parse()
	if err := compare(*rounds, *each, *profile); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compare(rounds int, each time.Duration, profile string) error {
	dir, err := os.MkdirTemp("", "msgen-throughput-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := build(dir); err != nil {
		return err
	}
	fmt.Println("| round | bare grpc-go, calls/s | emitted, calls/s | ratio | CPU of the server a call, µs: bare | emitted |\n|---|---|---|---|---|---|")
	var bare, emitted, ratios, bareCPU, emittedCPU []float64
	profiles := map[string]string{"echo": profile}
	for round := range rounds {
		servers := []string{"bare", "echo"}
		if round%2 == 1 {
			slices.Reverse(servers) // so that a machine that grows slower or faster favours neither
		}
		of := map[string]figures{}
		for _, server := range servers {
			if of[server], err = measure(dir, server, each, profiles[server]); err != nil {
				return err
			}
		}
		clear(profiles)
		b, e := of["bare"], of["echo"]
		bare, emitted, ratios = append(bare, b.rate), append(emitted, e.rate), append(ratios, e.rate/b.rate)
		bareCPU, emittedCPU = append(bareCPU, b.cpu), append(emittedCPU, e.cpu)
		fmt.Printf("| %d | %.0f | %.0f | %.3f | %.1f | %.1f |\n", round+1, b.rate, e.rate, e.rate/b.rate, b.cpu, e.cpu)
	}
	fmt.Printf("| median | %.0f | %.0f | %.3f | %.1f | %.1f |\n",
		median(bare), median(emitted), median(ratios), median(bareCPU), median(emittedCPU))
	return nil
}

// build has msgen make the service in dir and builds its programs.
func build(dir string) error {
	written, err := filepath.Abs(filepath.Join("bench", "throughput", "testdata", "service"))
	if err != nil {
		return err
	}
	tree, msgen, policyFile := filepath.Join(dir, "tree"), filepath.Join(dir, "msgen"), filepath.Join(dir, "policy.yaml")
	if err := os.WriteFile(policyFile, []byte(policy), 0o644); err != nil {
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

// measure starts the server and calls it. Its log goes to a file.
func measure(dir, server string, each time.Duration, profile string) (f figures, err error) {
	addresses, err := free(4)
	if err != nil {
		return f, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return f, err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(dir, server))
	cmd.Env = append(os.Environ(), "GRPC_ADDRESS="+addresses[0], "ADMIN_ADDRESS="+addresses[1], "TRACING_ENDPOINT="+addresses[2],
		"PPROF_ADDRESS="+addresses[3], "DRAIN_DELAY=0s")
	cmd.Stdout, cmd.Stderr = log, os.Stderr
	if err := cmd.Start(); err != nil {
		return f, err
	}
	calls := 0.0
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // that it was killed
		f.cpu = float64((cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Microseconds()) / calls
	}()
	if profile != "" {
		go save(profile, "http://"+addresses[3]+"/debug/pprof/profile?seconds="+strconv.Itoa(int(each.Seconds())))
	}
	load := exec.Command(filepath.Join(dir, "load"), "-server", addresses[0], "-collector", addresses[2], "-for", each.String())
	var failure bytes.Buffer
	load.Stderr = &failure
	out, err := load.Output()
	if err != nil {
		return f, fmt.Errorf("%s: %w\n%s", load, err, &failure)
	}
	_, err = fmt.Sscan(string(out), &f.rate, &calls)
	return f, err
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
