package policy

import "github.com/msgen/msgen/generator/diag"

// Fallback is what a caller gets in place of an answer: exactly one of Cache, Value and Func.
type Fallback struct {
	Cache         *Cache `yaml:"cache" doc:"The last good answer to the same request. Methods without side effects only."`
	Value         any    `yaml:"value" apart:"true" example:"{orders: []}" doc:"A fixed response, as protobuf JSON."`
	Func          bool   `yaml:"func" apart:"true" example:"true" doc:"A function of yours, which is called with a fresh and bounded context."`
	AllowOnWrites bool   `yaml:"allowOnWrites" apart:"true" example:"true" doc:"Allows value on a method with side effects, where it fabricates a success."`
}

// Cache keeps good answers, each for the request that it answered.
type Cache struct {
	TTL         Duration `yaml:"ttl" default:"5m" range:">0s" max:"720h" doc:"How old an answer may be."`
	MaxEntries  int      `yaml:"maxEntries" default:"10000" range:">=1" doc:"How many answers are kept."`
	KeyMetadata []string `yaml:"keyMetadata" format:"header" example:"[authorization]" doc:"Metadata keys that are part of the key, so that no caller sees another's answer."`
}

func (f *Fallback) settle(s scope) {
	var kinds []string
	for _, name := range []string{"cache", "value", "func"} {
		if s.written(name) {
			kinds = append(kinds, name)
		}
	}
	want := "one of cache, value and func"
	switch {
	case len(kinds) == 0 && s.sound("cache", "value", "func"):
		s.fault("", diag.Problem{Message: "has no effect", Want: want})
	case len(kinds) > 1:
		s.fault(kinds[1], diag.Problem{Message: "contradicts " + kinds[0], Want: want})
	}
	if s.written("func") && s.sound("func") && !f.Func {
		s.fault("func", diag.Problem{Message: "has no effect", Found: "false", Want: "true", Fix: "remove it"})
	}
	if s.written("allowOnWrites") && !s.written("value") {
		s.fault("allowOnWrites", diag.Problem{Message: "has no effect without value", Fix: "remove it"})
	}
}
