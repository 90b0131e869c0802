package loadbalancer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	orcapb "github.com/cncf/xds/go/xds/data/orca/v3"
	"google.golang.org/grpc/orca"
)

// report makes the instance answer with a report of 100 calls a second at this utilization.
func (i *instance) report(utilization float64) {
	i.do(func(ctx context.Context) error {
		recorder := orca.CallMetricsRecorderFromContext(ctx)
		recorder.SetApplicationUtilization(utilization)
		recorder.SetQPS(100)
		return nil
	})
}

func TestWeightedRoundRobinFollowsTheReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Policy = WeightedRoundRobin()
		f := start(t, s, 3, orca.CallMetricsServerOption(nil))
		f.instances["a"].report(0.2)
		f.instances["b"].report(0.4)
		f.calls(t, 30)
		time.Sleep(2 * time.Second)
		f.calls(t, 30)
		f.wantSpread(t, 20, 20, 20) // it is too early to weigh

		time.Sleep(11 * time.Second)
		f.calls(t, 900)
		wantNear(t, f, 400, 200, 300) // c, which does not report, has the mean

		f.find("a", "b")
		f.instances["b"].report(20)
		time.Sleep(time.Second)
		f.calls(t, 10)
		time.Sleep(time.Second)
		wantNear(t, f, 7, 3, 0)
		f.calls(t, 650)
		wantNear(t, f, 640, 10, 0) // as few as one can get

		time.Sleep(4 * time.Minute)
		f.calls(t, 30)
		wantNear(t, f, 15, 15, 0) // reports are too old
	})
}

// wantNear fails the test unless the instances have got about so many calls since the last time.
func wantNear(t *testing.T, f *fixture, want ...int64) {
	t.Helper()
	for n, want := range want {
		address := string(rune('a' + n))
		if got := f.instances[address].calls.Swap(0); got < want-want/20-2 || got > want+want/20+2 {
			t.Errorf("%s has got %d calls, want about %d", address, got, want)
		}
	}
}

func TestWeightedRoundRobinCountsErrorsAsLoad(t *testing.T) {
	now := time.Now()
	calm, failing := newLoad(), newLoad()
	for range 2 {
		calm.report(now, loadReport(0.5, 0))
		failing.report(now, loadReport(0.5, 50))
		now = now.Add(blackoutPeriod)
	}
	if a, b := calm.weight(now), failing.weight(now); a != 2*b {
		t.Errorf("the weights are %v and %v, want twice as much without errors", a, b)
	}
}

func loadReport(utilization, errors float64) *orcapb.OrcaLoadReport {
	return &orcapb.OrcaLoadReport{ApplicationUtilization: utilization, RpsFractional: 100, Eps: errors}
}
