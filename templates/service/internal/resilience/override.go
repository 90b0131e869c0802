package resilience

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// overrides are what a file says of a table, in the keys of the resilience section of msgen's policy. What is off in the
// table stays off, and null turns off what is on.
type overrides struct {
	RetryBudget yaml.Node            `yaml:"retryBudget"`
	Defaults    yaml.Node            `yaml:"defaults"` // for every method
	Methods     map[string]yaml.Node `yaml:"methods"`  // by Method, or pkg.Service/Method
}

// defaultKeys are the keys that a file may set for every method.
const defaultKeys = " timeout attemptTimeout waitForReady retry breaker bulkhead "

// override returns the table with what text says. The error names everything that is wrong with it.
func (t Table) override(text []byte) (Table, error) {
	file, err := readOverrides(text)
	if err != nil {
		return Table{}, err
	}
	errs := []error{onlyDefaults(file.Defaults)}
	if !file.RetryBudget.IsZero() {
		errs = append(errs, load("retryBudget", file.RetryBudget, &t.RetryBudget))
	}
	t.Methods = maps.Clone(t.Methods)
	own, err := t.resolve(file.Methods)
	errs = append(errs, err)
	for name, policy := range t.Methods {
		changed, err := policy.override(file.Defaults, own[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", strings.TrimPrefix(name, "/"), err))
		}
		t.Methods[name] = changed
	}
	errs = append(errs, t.check())
	return t, errors.Join(errs...)
}

// readOverrides reads a file; one without any YAML says nothing.
func readOverrides(text []byte) (file overrides, err error) {
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithKnownFields())
	if err != nil {
		return file, err
	}
	switch err := loader.Load(&file); {
	case errors.Is(err, io.EOF):
		return overrides{}, nil
	case err != nil:
		return file, err
	}
	if err := loader.Load(&overrides{}); !errors.Is(err, io.EOF) {
		return file, errors.New("found more than one YAML document, want one")
	}
	return file, nil
}

// onlyDefaults reports keys that cannot be set for every method.
func onlyDefaults(defaults yaml.Node) error {
	for i := 0; i < len(defaults.Content); i += 2 {
		if key := defaults.Content[i]; !strings.Contains(defaultKeys, " "+key.Value+" ") {
			return wrong(fmt.Sprintf("line %d: defaults", key.Line), key.Value, "one of"+strings.TrimRight(defaultKeys, " "))
		}
	}
	return nil
}

// resolve returns what a file says of methods by their full names.
func (t Table) resolve(methods map[string]yaml.Node) (map[string]yaml.Node, error) {
	own := make(map[string]yaml.Node)
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		var known []string
		for full := range t.Methods {
			if full == "/"+name || strings.HasSuffix(full, "/"+name) && !strings.Contains(name, "/") {
				known = append(known, full)
			}
		}
		if len(known) != 1 {
			errs = append(errs, wrong("methods", name, "a method of the service, as Method or pkg.Service/Method"))
			continue
		}
		own[known[0]] = methods[name]
	}
	return own, errors.Join(errs...)
}

// methodOverrides are what a file says of one method.
type methodOverrides struct {
	Policy `yaml:",inline"`

	Idempotent *bool    `yaml:"idempotent"` // can be taken back, and not claimed
	Calls      []string `yaml:"calls"`      // is for who reads the policy
}

// override returns the policy with what a file says of every method, and then of this one.
func (p *Policy) override(defaults, own yaml.Node) (Policy, error) {
	changed := p.clone()
	if !defaults.IsZero() {
		if err := load("defaults", defaults, &changed); err != nil {
			return *p, err
		}
		changed.inherit(p)
	}
	if own.IsZero() {
		return changed, nil
	}
	file := methodOverrides{Policy: changed}
	if err := load("methods", own, &file); err != nil {
		return *p, err
	}
	if file.Idempotent != nil && !*file.Idempotent {
		file.Retry = nil
	}
	return file.Policy, file.widens(p)
}

func load(key string, node yaml.Node, into any) error {
	if err := node.Load(into, yaml.WithKnownFields()); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// clone returns a policy that can be changed without p.
func (p *Policy) clone() Policy {
	c := *p
	c.Retry = clone(p.Retry)
	c.Breaker = clone(p.Breaker)
	c.Bulkhead = clone(p.Bulkhead)
	c.Fallback = clone(p.Fallback)
	if p.Fallback != nil {
		c.Fallback.Value = clone(p.Fallback.Value)
		c.Fallback.Cache = clone(p.Fallback.Cache)
	}
	return c
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	copied := *p
	return &copied
}

// inherit takes back what defaults have set that do not apply to a method of this policy.
func (p *Policy) inherit(generated *Policy) {
	if generated.Stream {
		p.Timeout = generated.Timeout
	}
	if generated.AttemptTimeout == 0 {
		p.AttemptTimeout = 0
	}
	p.AttemptTimeout = min(p.AttemptTimeout, p.Timeout)
	if generated.Retry == nil {
		p.Retry = nil
	}
	if generated.Breaker == nil {
		p.Breaker = nil
	}
	if generated.Bulkhead == nil {
		p.Bulkhead = nil
	}
}

// widens reports what a file turns on that is off in the generated policy: it was not checked to be safe there.
func (p *Policy) widens(generated *Policy) error {
	for _, feature := range []struct {
		key     string
		was, is bool
	}{
		{"retry", generated.Retry != nil, p.Retry != nil},
		{"breaker", generated.Breaker != nil, p.Breaker != nil},
		{"bulkhead", generated.Bulkhead != nil, p.Bulkhead != nil},
		{"fallback", generated.Fallback != nil, p.Fallback != nil},
	} {
		if feature.is && !feature.was {
			return wrong("methods", feature.key, "only what the client was generated with")
		}
	}
	return nil
}
