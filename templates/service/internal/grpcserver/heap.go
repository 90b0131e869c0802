package grpcserver

import "runtime/debug"

// maxHeapFloor is how much heap a server has at the least, as the garbage collector sees it.
const maxHeapFloor = 32 << 20

// heapFloor returns memory that is there to be kept and never touched, so that the system gives none for it. The
// collector runs when the heap has doubled: a busy server that keeps little would have it run dozens of times a second,
// which takes more time than its calls. It is a small part of what GOMEMLIMIT allows.
func heapFloor() []byte {
	limit := debug.SetMemoryLimit(-1) // which only tells what it is
	return make([]byte, min(maxHeapFloor, limit/8))
}
