package grpcserver

import (
	"runtime/debug"
	"testing"
)

func TestHeapFloorFitsTheMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	for limit, want := range map[int64]int{1 << 40: maxHeapFloor, 64 << 20: 8 << 20} {
		debug.SetMemoryLimit(limit)
		if got := len(heapFloor()); got != want {
			t.Errorf("of %d bytes the floor is %d, want %d", limit, got, want)
		}
	}
}
