package resilience

import "time"

// bucketCount is how many steps a window moves in, as Hystrix's rolling window does.
const bucketCount = 10

// window counts what has happened over the last span of time, in buckets. It is not safe for concurrent use.
type window struct {
	span    time.Duration
	begun   time.Time
	current int64 // bucket, counted since begun
	buckets [bucketCount]counts
	sum     counts
}

// counts are of all that has happened, and of the part that is marked.
type counts struct{ all, marked int }

// last returns the counts of the last span before now. The window starts again when the span changes.
func (w *window) last(span time.Duration, now time.Time) counts {
	w.move(span, now)
	return w.sum
}

// add counts at now.
func (w *window) add(span time.Duration, now time.Time, all, marked int) {
	w.move(span, now)
	bucket := &w.buckets[w.current%bucketCount]
	bucket.all += all
	bucket.marked += marked
	w.sum.all += all
	w.sum.marked += marked
}

// move forgets what is older than the span at now.
func (w *window) move(span time.Duration, now time.Time) {
	if w.span != span {
		*w = window{span: span, begun: now}
	}
	current := int64(now.Sub(w.begun) / (span / bucketCount))
	for range min(current-w.current, bucketCount) {
		w.current++
		bucket := &w.buckets[w.current%bucketCount]
		w.sum.all -= bucket.all
		w.sum.marked -= bucket.marked
		*bucket = counts{}
	}
	w.current = max(w.current, current)
}
