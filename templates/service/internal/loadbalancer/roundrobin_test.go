package loadbalancer

import (
	"testing"
	"testing/synctest"
)

func TestRoundRobinIsEven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := settings()
		s.Policy = RoundRobin
		f := start(t, s, 4)
		f.calls(t, 40)
		f.wantSpread(t, 10, 10, 10, 10)
	})
}
