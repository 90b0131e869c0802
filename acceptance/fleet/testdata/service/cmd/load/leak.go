package main

import (
	"fmt"
	"runtime"
	"time"
)

// leakTime is how long goroutines may take to end.
const leakTime = 5 * time.Second

// checkGoroutines returns an error with their stacks unless there are no more goroutines than there were before.
func checkGoroutines(before int) error {
	for deadline := time.Now().Add(leakTime); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if runtime.NumGoroutine() <= before {
			return nil
		}
	}
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return fmt.Errorf("the closed client has left goroutines: %d, want %d\n%s", runtime.NumGoroutine(), before, stacks)
}
