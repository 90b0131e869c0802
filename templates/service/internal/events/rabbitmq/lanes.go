package rabbitmq

import (
	"hash/fnv"
	"sync"
)

// lanes do jobs: those of one key one after the other, those of different keys at the same time where they meet in no
// lane.
type lanes struct {
	n       uint32
	jobs    []chan func()
	working sync.WaitGroup
}

// newLanes returns so many lanes. Each has room for so many jobs that wait; with more, add waits.
func newLanes(n uint32, room int) *lanes {
	l := &lanes{n: n, jobs: make([]chan func(), n)}
	for i := range l.jobs {
		jobs := make(chan func(), room)
		l.jobs[i] = jobs
		l.working.Go(func() {
			for job := range jobs {
				job()
			}
		})
	}
	return l
}

func (l *lanes) add(key string, job func()) {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(key)) // which never fails
	l.jobs[hash.Sum32()%l.n] <- job
}

// wait returns when every job is done, and ends the lanes.
func (l *lanes) wait() {
	for _, jobs := range l.jobs {
		close(jobs)
	}
	l.working.Wait()
}
