package grpcserver

import (
	"sync"
	"time"
)

// refusalInterval is how often refused calls of one kind are logged.
const refusalInterval = time.Second

// refusalKind is a method and the limit that refused a call of it. There are few: only methods that the server has meet
// a limit.
type refusalKind struct{ method, limit string }

// refusals samples the log's lines of refused calls. grpc_server_refused_total counts them all.
type refusals struct {
	mu    sync.Mutex
	kinds map[refusalKind]refusalCount
}

// refusalCount is when a kind was last logged, and how many calls of it were not logged since.
type refusalCount struct {
	logged     time.Time
	suppressed int
}

func newRefusals() *refusals { return &refusals{kinds: map[refusalKind]refusalCount{}} }

// sample reports whether to log a call that was refused now, and if so, how many of its kind were not logged since the last line.
func (r *refusals) sample(kind refusalKind, now time.Time) (suppressed int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	count := r.kinds[kind]
	if now.Sub(count.logged) < refusalInterval {
		count.suppressed++
		r.kinds[kind] = count
		return 0, false
	}
	r.kinds[kind] = refusalCount{logged: now}
	return count.suppressed, true
}
