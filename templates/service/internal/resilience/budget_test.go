package resilience

import (
	"testing"
	"time"
)

func TestBudgetOverTime(t *testing.T) {
	rule := RetryBudget{Percent: 20, MinRetriesPerSecond: 3}
	b, now := &budget{}, time.Now()
	for i, step := range []struct {
		calls int
		after time.Duration
		want  int // retries, at the same time
	}{
		{0, 0, 3}, // without any call
		{0, time.Second - time.Nanosecond, 0},
		{0, time.Nanosecond, 3},
		{9, 0, 1},               // 20 % of 9
		{1, 0, 1},               // of 10
		{0, 9 * time.Second, 3}, // the calls are a part of the last ten seconds, and so are their retries
		{5, 0, 1},
		{0, time.Second, 3},      // the first calls are forgotten with theirs, and the last ones are spent
		{5, 10 * time.Second, 3}, // what was not used in time is gone
	} {
		for range step.calls {
			b.count(now)
		}
		now = now.Add(step.after)
		got := 0
		for b.take(rule, now) {
			got++
		}
		if got != step.want {
			t.Errorf("step %d: there are %d retries, want %d", i, got, step.want)
		}
	}
}

func TestBudgetIsChecked(t *testing.T) {
	wantWrong(t, RetryBudget{Percent: 0}.check(), "retryBudget.percent: found 0")
	wantWrong(t, RetryBudget{Percent: 101}.check(), "retryBudget.percent: found 101")
	wantWrong(t, RetryBudget{Percent: 1, MinRetriesPerSecond: -1}.check(), "retryBudget.minRetriesPerSecond: found -1")
	for _, percent := range []int{1, 100} {
		if err := (RetryBudget{Percent: percent}).check(); err != nil {
			t.Error(err)
		}
	}
}
