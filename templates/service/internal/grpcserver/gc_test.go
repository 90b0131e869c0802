package grpcserver

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestGCIsTuned(t *testing.T) {
	for _, test := range []struct {
		name             string
		gogc, goMemLimit string // the environment
		memoryLimit      int64
		wantPercent      int
		wantLimit        int64
	}{
		{"no limit is known", "", "", 0, gcPercent, math.MaxInt64},
		{"nine tenths of the memory", "", "", 1 << 30, gcPercent, 1 << 30 / 10 * 9},
		{"GOGC has priority", "50", "", 1 << 30, 100, 1 << 30 / 10 * 9},
		{"GOMEMLIMIT has priority", "", "64MiB", 1 << 30, gcPercent, math.MaxInt64},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("GOGC", test.gogc) // which Go read when the test began
			t.Setenv("GOMEMLIMIT", test.goMemLimit)
			percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
			defer func() {
				debug.SetGCPercent(percent)
				debug.SetMemoryLimit(limit)
			}()
			tuneGC(test.memoryLimit)
			if got := debug.SetGCPercent(-1); got != test.wantPercent {
				t.Errorf("GOGC is %d, want %d", got, test.wantPercent)
			}
			if got := debug.SetMemoryLimit(-1); got != test.wantLimit {
				t.Errorf("the memory limit is %d, want %d", got, test.wantLimit)
			}
		})
	}
}
