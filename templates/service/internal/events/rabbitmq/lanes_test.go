package rabbitmq

import (
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestLanesKeepTheOrderOfAKey(t *testing.T) {
	l := newLanes(4, 100)
	var mu sync.Mutex
	done := map[string][]int{}
	for i := range 100 {
		key := strconv.Itoa(i % 7)
		l.add(key, func() {
			mu.Lock()
			defer mu.Unlock()
			done[key] = append(done[key], i)
		})
	}
	l.wait()
	total := 0
	for key, order := range done {
		total += len(order)
		for n := 1; n < len(order); n++ {
			if order[n] < order[n-1] {
				t.Errorf("the jobs of key %s were done in the order %v", key, order)
			}
		}
	}
	if total != 100 {
		t.Errorf("%d jobs were done, want 100", total)
	}
}

func TestLanesWorkAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(4, 100)
		began := time.Now()
		for i := range 32 {
			l.add(strconv.Itoa(i), func() { time.Sleep(time.Second) })
		}
		l.wait()
		if took := time.Since(began); took >= 20*time.Second {
			t.Errorf("32 jobs of a second took %v in four lanes", took)
		}
	})
}
