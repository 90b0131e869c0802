package resilience

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/msgen/msgen/templates/service/internal/grpcerr"
)

// Fallback is what the caller of a unary call gets when the service has failed, or was not called: one of its fields.
type Fallback struct {
	Value *Value `yaml:"value"`
	Cache *Cache `yaml:"cache"`
	Func  Func   `yaml:"-"`

	// A file may repeat these from the policy, to no effect.
	IsFunc        bool `yaml:"func"`
	AllowOnWrites bool `yaml:"allowOnWrites"`
}

// fallBack answers for the rest of a call.
func fallBack(next handler) handler {
	return func(ctx context.Context, c *call) error {
		rule := c.policy.Fallback
		switch {
		case rule == nil:
		case rule.Value != nil:
			return c.orValue(ctx, next, rule.Value)
		case rule.Cache != nil:
			return c.orCached(ctx, next, rule.Cache)
		case rule.Func != nil:
			return c.orFunc(ctx, next, rule.Func)
		}
		return next(ctx, c)
	}
}

// fails reports whether a call that ended in err is one to answer for. What its caller did wrong, or gave up, is not.
func (c *call) fails(ctx context.Context, err error) bool {
	return refused(err) || c.expired || c.policy.outcome(ctx, err) == grpcerr.Failure
}

// answer gives the caller a message in place of err.
func (c *call) answer(message proto.Message, err error) error {
	reply, ok := c.reply.(proto.Message)
	if !ok || reply.ProtoReflect().Descriptor() != message.ProtoReflect().Descriptor() {
		return err
	}
	proto.Reset(reply)
	proto.Merge(reply, message)
	c.metrics.fallbacks.Inc()
	return nil
}

func (f *Fallback) check() error {
	if f == nil {
		return nil
	}
	if f.IsFunc && f.Func == nil {
		return wrong("fallback.func", "none", "a function: the client has an option that sets it")
	}
	kinds := 0
	for _, set := range []bool{f.Value != nil, f.Cache != nil, f.Func != nil} {
		if set {
			kinds++
		}
	}
	if kinds != 1 {
		return wrong("fallback", kinds, "one of cache, value and func, as the client was generated with")
	}
	return f.Cache.check()
}
