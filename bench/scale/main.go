//go:build unix

// Command scale measures how the time and the memory of `msgen generate` grow with the number of services: a cold process
// writes one tree that serves them all, each from a proto of its own with three RPCs. It prints the exponents of the growth, 1
// being linear, from the least squares of the logarithms over the sizes in which start-up no longer counts, and what more
// processors than one are good for. Then it regenerates as many trees as -trees says with `msgen generate --all`, each of
// which is written before the next is planned, so that the memory does not grow with them. Within one tree everything is
// planned before anything is written: that is its promise.
//
//	go run ./bench/scale [-runs 3] [-services 1,10,100,1000] [-trees 1,10,100]
package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	runs := flag.Int("runs", 3, "runs of each size, of which the median counts")
	services := flag.String("services", "1,10,100,1000", "numbers of services")
	trees := flag.String("trees", "1,10,100", "numbers of trees")
	flag.Parse()
	if err := measure(*runs, strings.Split(*services, ","), strings.Split(*trees, ",")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// cost is what one run takes.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // the most that was resident, in KiB
}

// point is a size with the medians of its runs.
type point struct {
	services int
	all, one cost // on all processors, and on one
}

func measure(runs int, sizes, trees []string) error {
	dir, err := os.MkdirTemp("", "msgen-scale-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	msgen := filepath.Join(dir, "msgen")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", msgen, "./cmd/msgen").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	fmt.Printf("medians of %d cold runs\n\n| services | seconds | of processors | MiB resident | seconds on one processor | speed-up |\n|---|---|---|---|---|---|\n", runs)
	var points []point
	for _, size := range sizes {
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		p, err := measureSize(dir, msgen, n, runs)
		if err != nil {
			return err
		}
		fmt.Printf("| %d | %.3f | %.3f | %.0f | %.3f | %.2f |\n", n, p.all.wall.Seconds(), p.all.cpu.Seconds(), float64(p.all.memory)/1024, p.one.wall.Seconds(),
			p.one.wall.Seconds()/p.all.wall.Seconds())
		points = append(points, p)
	}
	points = slices.DeleteFunc(points, func(p point) bool { return p.services < 10 }) // start-up counts there
	fmt.Printf("\nexponent of time: %.2f, of the processors' time: %.2f, of memory: %.2f\n",
		exponent(points, func(p point) float64 { return p.all.wall.Seconds() }),
		exponent(points, func(p point) float64 { return p.all.cpu.Seconds() }),
		exponent(points, func(p point) float64 { return float64(p.all.memory) }))
	return measureTrees(os.Stdout, dir, msgen, trees)
}

func measureSize(dir, msgen string, services, runs int) (point, error) {
	protos, err := writeProtos(filepath.Join(dir, strconv.Itoa(services)), services)
	if err != nil {
		return point{}, err
	}
	var all, one []cost
	for range runs {
		for processors, costs := range map[string]*[]cost{"": &all, "1": &one} {
			c, err := generate(msgen, filepath.Dir(protos[0]), protos, processors)
			if err != nil {
				return point{}, err
			}
			*costs = append(*costs, c)
		}
	}
	return point{services, median(all), median(one)}, nil
}

// generate runs msgen into a new folder, on so many processors; empty means all.
func generate(msgen, dir string, protos []string, processors string) (cost, error) {
	out := filepath.Join(dir, "out")
	if err := os.RemoveAll(out); err != nil {
		return cost{}, err
	}
	cmd := exec.Command(msgen, append([]string{"generate", "-I", dir, "-o", out}, protos...)...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS="+processors)
	return run(cmd)
}

func run(cmd *exec.Cmd) (cost, error) {
	var told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, &told
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", cmd, err, told.String())
	}
	elapsed := time.Since(start)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, fmt.Errorf("no resource usage of %s", cmd)
	}
	return cost{elapsed, time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), usage.Maxrss}, nil
}

func writeProtos(dir string, services int) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	protos := make([]string, services)
	for i := range protos {
		protos[i] = filepath.Join(dir, fmt.Sprintf("service%d.proto", i))
		if err := os.WriteFile(protos[i], service(i), 0o644); err != nil {
			return nil, err
		}
	}
	return protos, nil
}

func service(number int) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "syntax = \"proto3\";\npackage scale.s%d.v1;\n\nservice Service%d {\n", number, number)
	for _, rpc := range []string{"Get", "List", "Put"} {
		fmt.Fprintf(&out, "  // %s is an RPC.\n  rpc %s(%sRequest) returns (%sResponse);\n", rpc, rpc, rpc, rpc)
	}
	fmt.Fprintln(&out, "}")
	for _, rpc := range []string{"Get", "List", "Put"} {
		for _, suffix := range []string{"Request", "Response"} {
			fmt.Fprintf(&out, "\nmessage %s%s {\n  string id = 1;\n  int64 count = 2;\n  repeated string tags = 3;\n}\n", rpc, suffix)
		}
	}
	return out.Bytes()
}

// median is that of each figure.
func median(costs []cost) cost {
	middle := func(less func(a, b cost) int) cost {
		slices.SortFunc(costs, less)
		return costs[len(costs)/2]
	}
	return cost{
		wall:   middle(func(a, b cost) int { return cmp.Compare(a.wall, b.wall) }).wall,
		cpu:    middle(func(a, b cost) int { return cmp.Compare(a.cpu, b.cpu) }).cpu,
		memory: middle(func(a, b cost) int { return cmp.Compare(a.memory, b.memory) }).memory,
	}
}

// exponent is the slope of the straight line that fits the logarithms best.
func exponent(points []point, value func(point) float64) float64 {
	var sumX, sumY, sumXX, sumXY float64
	for _, p := range points {
		x, y := math.Log(float64(p.services)), math.Log(value(p))
		sumX, sumY, sumXX, sumXY = sumX+x, sumY+y, sumXX+x*x, sumXY+x*y
	}
	n := float64(len(points))
	return (n*sumXY - sumX*sumY) / (n*sumXX - sumX*sumX)
}
