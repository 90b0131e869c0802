package loadbalancer

import (
	"context"
	"errors"

	"google.golang.org/grpc/balancer"
)

var errNonePicked = errors.New("the picker has picked no endpoint")

// view is what the channel picks from: the endpoints that could take calls when it was made.
type view struct {
	balancer  *endpointBalancer
	settings  *Settings
	picker    Picker
	observer  Observer // the picker, or nil when it does not care
	endpoints []*Endpoint
}

// newView returns a view of those endpoints of b that are usable, of which there is at least one.
func newView(b *endpointBalancer, usable []*Endpoint) *view {
	observer, _ := b.picker.(Observer)
	return &view{
		balancer:  b,
		settings:  b.settings,
		picker:    b.picker,
		observer:  observer,
		endpoints: usable,
	}
}

// usable returns the endpoints that are ready and not ejected. A bad endpoint is better than none, when the ready ones
// are all ejected since the others are not connected. So is one that stops, when all do: it answers until it has drained.
func (b *endpointBalancer) usable() []*Endpoint {
	var usable, ejected, stopping []*Endpoint
	for _, endpoint := range b.endpoints {
		switch {
		case endpoint.ready && !endpoint.ejected:
			usable = append(usable, endpoint)
		case endpoint.ready:
			ejected = append(ejected, endpoint)
		case endpoint.stopping:
			stopping = append(stopping, endpoint)
		}
	}
	switch {
	case len(usable) > 0:
		return usable
	case len(ejected) > 0:
		return ejected
	default:
		return stopping
	}
}

// Pick picks the endpoint of a call, or of one of the attempts of a call.
func (v *view) Pick(info balancer.PickInfo) (balancer.PickResult, error) {
	call := callOf(info.Ctx)
	endpoint := v.picker.Pick(info, call.untried(v.endpoints))
	if endpoint == nil {
		return balancer.PickResult{}, errNonePicked
	}
	result, err := endpoint.pick(info)
	if err != nil {
		return balancer.PickResult{}, err
	}
	call.try(endpoint)
	endpoint.picks.Inc()
	endpoint.inFlight.Add(1)
	result.Done = v.done(info.Ctx, endpoint, result.Done)
	return result, nil
}

// done returns what is to be done at the end of a call of ctx on endpoint. Then may be nil.
func (v *view) done(ctx context.Context, endpoint *Endpoint, then func(balancer.DoneInfo)) func(balancer.DoneInfo) {
	era := endpoint.era.Load()
	return func(info balancer.DoneInfo) {
		endpoint.inFlight.Add(-1)
		if v.observer != nil {
			v.observer.Done(endpoint, info)
		}
		v.balancer.judge(endpoint, era, v.settings.Ejection.outcome(ctx, info))
		if then != nil {
			then(info)
		}
	}
}
