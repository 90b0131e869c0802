// Command generate measures `msgen generate` as a user runs it, a cold process that writes a whole service into an
// empty folder, against protoc with protoc-gen-go and protoc-gen-go-grpc making the stubs alone. The commands take
// turns in one run, so that the ratios hold on a noisy machine; each figure is the median.
//
//	go run ./bench/generate [-runs 9] [-rpcs 1,10,100,1000]
//
// It needs protoc on PATH, or at the path that -protoc names. Only a msgen with a version knows an unchanged run: the one
// that is measured is built with one.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	runs := flag.Int("runs", 9, "runs of each command")
	rpcs := flag.String("rpcs", "1,10,100,1000", "sizes of the service")
	protoc := flag.String("protoc", "protoc", "path of protoc")
	beside := flag.String("dir", "..", "folder, outside every Go module, for the trees that are made and removed")
	flag.Parse()
	if err := compare(*runs, strings.Split(*rpcs, ","), *protoc, *beside); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func compare(runs int, sizes []string, protoc, beside string) error {
	beside, err := filepath.Abs(beside)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(beside, "msgen-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := buildTools(dir); err != nil {
		return err
	}
	fmt.Printf("medians of %d runs in turn, milliseconds of wall time\n\n", runs)
	fmt.Println("| RPCs | msgen, whole service | protoc + 2 plugins, stubs alone | ratio | msgen again, nothing changed | cold / unchanged |")
	fmt.Println("|---|---|---|---|---|---|")
	for _, size := range sizes {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		b := bench{dir: dir, protoc: protoc, work: filepath.Join(dir, size)}
		if err := b.measure(n, runs); err != nil {
			return err
		}
		msgen, stubs, again := median(b.cold), median(b.stubs), median(b.again)
		fmt.Printf("| %d | %.1f | %.1f | %.2f | %.1f | %.1f |\n", n, ms(msgen), ms(stubs), float64(msgen)/float64(stubs), ms(again), float64(msgen)/float64(again))
	}
	return nil
}

// release is the variable that a build's version is given to.
const release = "github.com/msgen/msgen/cmd/internal/cli.release"

func buildTools(dir string) error {
	for _, pkg := range []string{
		"./cmd/msgen", "google.golang.org/protobuf/cmd/protoc-gen-go", "google.golang.org/grpc/cmd/protoc-gen-go-grpc",
	} {
		if _, err := timed(exec.Command("go", "build", "-buildvcs=false", "-ldflags", "-X "+release+"=v0.0.1", "-o", filepath.Join(dir, filepath.Base(pkg)), pkg)); err != nil {
			return err
		}
	}
	return nil
}

// bench measures one size of service.
type bench struct {
	dir, work, protoc  string
	cold, stubs, again []time.Duration
}

func (b *bench) measure(rpcs, runs int) error {
	if err := os.MkdirAll(b.work, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.work, "bench.proto"), service(rpcs), 0o644); err != nil {
		return err
	}
	for i := range runs + 1 {
		if err := b.round(i > 0); err != nil {
			return err
		}
	}
	return nil
}

// round runs each command once, into empty folders; the first round warms the file cache and does not count.
func (b *bench) round(counts bool) error {
	out, stubs := filepath.Join(b.work, "out"), filepath.Join(b.work, "stubs")
	for _, dir := range []string{out, stubs} {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(stubs, 0o755); err != nil {
		return err
	}
	msgen := func() *exec.Cmd {
		return exec.Command(filepath.Join(b.dir, "msgen"), "generate", "bench.proto", "-I", ".", "-o", out)
	}
	official := exec.Command(b.protoc, "bench.proto", "-I", ".",
		"--plugin", filepath.Join(b.dir, "protoc-gen-go"), "--plugin", filepath.Join(b.dir, "protoc-gen-go-grpc"),
		"--go_out", stubs, "--go-grpc_out", stubs)
	for _, one := range []struct {
		cmd   *exec.Cmd
		times *[]time.Duration
	}{{msgen(), &b.cold}, {official, &b.stubs}, {msgen(), &b.again}} {
		one.cmd.Dir = b.work
		elapsed, err := timed(one.cmd)
		if err != nil {
			return err
		}
		if counts {
			*one.times = append(*one.times, elapsed)
		}
	}
	return nil
}

func timed(cmd *exec.Cmd) (time.Duration, error) {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", cmd, err, output.String())
	}
	return time.Since(start), nil
}

// service is a proto with the given number of RPCs, each with messages of its own.
func service(rpcs int) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "syntax = \"proto3\";\npackage bench.v1;\noption go_package = \"example.com/bench/gen/bench/v1;benchv1\";\n\nservice Bench {\n")
	for i := range rpcs {
		fmt.Fprintf(&out, "  // Call%d is the RPC number %d.\n  rpc Call%d(Call%dRequest) returns (Call%dResponse);\n", i, i, i, i, i)
	}
	fmt.Fprintln(&out, "}")
	for i := range rpcs {
		for _, suffix := range []string{"Request", "Response"} {
			fmt.Fprintf(&out, "\n// Call%d%s is a message.\nmessage Call%d%s {\n  string id = 1;\n  int64 count = 2;\n  repeated string tags = 3;\n}\n", i, suffix, i, suffix)
		}
	}
	return out.Bytes()
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
