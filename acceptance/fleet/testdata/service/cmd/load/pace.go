package main

import (
	"sync"
	"time"
)

// load makes calls until there are enough of them and enough is closed. It sends each call that has ended to ended, and
// closes that after the last. A call that is late does not make the next one late.
func (s settings) load(c caller, enough <-chan struct{}, ended chan<- call) {
	defer close(ended)
	var inFlight sync.WaitGroup
	defer inFlight.Wait()
	began := time.Now()
	for i := 0; ; i++ {
		due := began.Add(time.Duration(float64(i) / s.rate * float64(time.Second)))
		time.Sleep(time.Until(due))
		if i >= s.calls && isClosed(enough) {
			return
		}
		inFlight.Go(func() { ended <- c.make(i) })
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
