// Package kafkagroup reads topics of a Kafka cluster as a member of consumer groups.
package kafkagroup

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/msgen/msgen/templates/service/internal/backoff"
	"github.com/msgen/msgen/templates/service/internal/events/kafka"
	"github.com/msgen/msgen/templates/service/internal/events/messaging"
)

const (
	sessionTimeout = 15 * time.Second // after which others get the partitions of a process that has died
	commitEvery    = time.Second
	commitTimeout  = time.Second            // that the end of a group's work may wait for the last commit
	fetchWait      = 500 * time.Millisecond // of the broker, for a record to come
	maxWaiting     = 1000                   // records of a partition beyond which no more are fetched
	lagEvery       = 5 * time.Second        // that the lag is measured
	lagTimeout     = 3 * time.Second
	pollPause      = 200 * time.Millisecond
	pollLongest    = 5 * time.Second
)

// Options say what is read, and how.
type Options struct {
	Client        *kafka.Client
	Subscriptions []messaging.Subscription
	HandleTimeout time.Duration // of an attempt to handle an event
	Logger        *slog.Logger
	Lag           *prometheus.GaugeVec // by topic: what all members together have not committed
}

// Receiver reads topics as a member of their groups. New makes it.
type Receiver struct {
	options Options
	topics  map[string][]string // by group
}

// New returns a Receiver of the subscriptions.
func New(options Options) *Receiver {
	topics := map[string][]string{}
	for _, s := range options.Subscriptions {
		topics[s.Group] = append(topics[s.Group], s.Topic)
	}
	return &Receiver{options, topics}
}

// Receive implements messaging.Receiver.
func (r *Receiver) Receive(stopping, ctx context.Context, handle messaging.HandleFunc) {
	var groups sync.WaitGroup
	for name, topics := range r.topics {
		groups.Go(func() { r.measure(stopping, name, topics) })
		groups.Go(func() {
			g := &group{logger: r.options.Logger, stopping: stopping, ctx: ctx, handle: handle, workers: map[partition]*worker{}}
			opts := append(g.options(name, topics, r.options.HandleTimeout), r.options.Client.Opts...)
			client, err := kgo.NewClient(opts...)
			if err != nil { // the options are wrong, whatever the cluster
				r.options.Logger.Error("the events of a group cannot be read", "group", name, "error", err)
				return
			}
			g.client = client
			g.run()
		})
	}
	groups.Wait()
}

// measure sets the lag of a group's topics: what all members together have not committed.
func (r *Receiver) measure(stopping context.Context, name string, topics []string) {
	admin := kadm.NewClient(r.options.Client.Kgo)
	pause := backoff.New(lagEvery, lagEvery)
	for stopping.Err() == nil {
		ctx, cancel := context.WithTimeout(stopping, lagTimeout)
		lags, err := admin.Lag(ctx, name)
		cancel()
		if of, ok := lags[name]; err == nil && ok && of.Error() == nil {
			totals := of.Lag.TotalByTopic()
			for _, topic := range topics {
				r.options.Lag.WithLabelValues(topic).Set(float64(totals[topic].Lag))
			}
		}
		pause.Wait(stopping)
	}
}

// group is a membership of one group. It handles the records of a partition one after the other, and different
// partitions at the same time.
type group struct {
	client        *kgo.Client
	logger        *slog.Logger
	stopping, ctx context.Context //nolint:containedctx // those of receive, which lasts as long as the group
	handle        messaging.HandleFunc

	mu      sync.Mutex
	workers map[partition]*worker
}

type partition struct {
	topic  string
	number int32
}

// worker handles the records of a partition for as long as there are any.
type worker struct {
	stop, cut context.CancelFunc
	done      chan struct{}
	waiting   []*kgo.Record
	paused    bool // no more are fetched
}

func (g *group) options(name string, topics []string, handleTimeout time.Duration) []kgo.Opt {
	return []kgo.Opt{
		kgo.ConsumerGroup(name),
		kgo.ConsumeTopics(topics...), // a new group begins with the oldest record
		kgo.FetchMaxWait(fetchWait),
		kgo.SessionTimeout(sessionTimeout),
		kgo.RebalanceTimeout(sessionTimeout + handleTimeout), // an attempt has its time to end before a partition goes elsewhere
		kgo.AutoCommitMarks(),
		kgo.AutoCommitInterval(commitEvery),
		kgo.BlockRebalanceOnPoll(),
		kgo.OnPartitionsRevoked(func(ctx context.Context, client *kgo.Client, revoked map[string][]int32) {
			g.release(revoked, func(w *worker) { w.stop() })
			if err := client.CommitMarkedOffsets(ctx); err != nil {
				g.logger.Warn("events that are done with may come again", "error", err)
			}
		}),
		kgo.OnPartitionsLost(func(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
			g.release(lost, func(w *worker) { w.cut() })
		}),
	}
}

// run reads until stopping is done.
func (g *group) run() {
	failing := backoff.New(pollPause, pollLongest)
	for g.stopping.Err() == nil {
		fetches := g.client.PollFetches(g.stopping)
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			if len(p.Records) > 0 {
				g.add(partition{p.Topic, p.Partition}, p.Records)
			}
		})
		g.client.AllowRebalance()
		if err := fetches.Err(); err != nil && g.stopping.Err() == nil {
			g.logger.Warn("events cannot be read", "error", err)
			failing.Wait(g.stopping)
			continue
		}
		failing.Reset()
	}
	g.end()
}

// add has the worker of a partition handle more records, once it has handled those that it has.
func (g *group) add(p partition, records []*kgo.Record) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.workers[p]
	if w == nil {
		w = g.begin(p)
	}
	w.waiting = append(w.waiting, records...)
	if len(w.waiting) >= maxWaiting && !w.paused {
		w.paused = true
		g.client.PauseFetchPartitions(p.set())
	}
}

func (g *group) begin(p partition) *worker {
	stopping, stop := context.WithCancel(g.stopping)
	ctx, cancel := context.WithCancel(g.ctx)
	w := &worker{stop: stop, cut: func() { stop(); cancel() }, done: make(chan struct{})}
	g.workers[p] = w
	go func() {
		defer close(w.done)
		defer w.cut()
		for r := g.next(p, w); r != nil; r = g.next(p, w) {
			if stopping.Err() != nil || !g.handle(stopping, ctx, record(r)) {
				return // it stays in the group's workers until its partition goes
			}
			g.client.MarkCommitRecords(r)
		}
	}()
	return w
}

// next takes the next record from those that wait. Without one, the worker is not the partition's any more.
func (g *group) next(p partition, w *worker) *kgo.Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.paused && len(w.waiting) <= maxWaiting/2 {
		w.paused = false
		g.client.ResumeFetchPartitions(p.set())
	}
	if len(w.waiting) == 0 {
		if g.workers[p] == w {
			delete(g.workers, p)
		}
		return nil
	}
	r := w.waiting[0]
	w.waiting = w.waiting[1:]
	return r
}

func (p partition) set() map[string][]int32 { return map[string][]int32{p.topic: {p.number}} }

// release ends the workers of partitions that others get, and returns when none works any more.
func (g *group) release(partitions map[string][]int32, end func(*worker)) {
	var ending []*worker
	g.mu.Lock()
	for topic, numbers := range partitions {
		for _, number := range numbers {
			p := partition{topic, number}
			if w := g.workers[p]; w != nil {
				end(w)
				ending = append(ending, w)
				delete(g.workers, p)
			}
		}
	}
	g.mu.Unlock()
	for _, w := range ending {
		<-w.done
	}
	g.client.ResumeFetchPartitions(partitions) // where they come back
}

// end waits for the workers, says what they are done with and leaves the group.
func (g *group) end() {
	g.mu.Lock()
	working := slices.Collect(maps.Values(g.workers))
	g.mu.Unlock()
	for _, w := range working {
		<-w.done
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	if err := g.client.CommitMarkedOffsets(ctx); err != nil {
		g.logger.Warn("events that are done with may come again", "error", err)
	}
	g.client.CloseAllowingRebalance()
}

func record(r *kgo.Record) messaging.Record {
	headers := make([]messaging.Header, len(r.Headers))
	for i, h := range r.Headers {
		headers[i] = messaging.Header{Name: h.Key, Value: string(h.Value)}
	}
	return messaging.Record{Topic: r.Topic, Key: string(r.Key), Headers: headers, Data: r.Value}
}
