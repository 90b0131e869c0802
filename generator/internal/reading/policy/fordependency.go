package policy

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
)

// ForDependency is the policy under which the dependency of that index is called: what its own policy says, and over its
// resilience, key by key, what p has for it under dependencies. A nil recommended is a callee that msgen did not make.
// The methods of both are the same where canonical says so, which makes one name of all that a method has.
//
// Its paths are those of a policy of the callee's; [Policy.At] answers with the file that says what holds. The list has
// what contradicts only once the two are one: a policy that is sound by itself is not blamed for what is laid over it.
func (p *Policy) ForDependency(index int, recommended *Policy, canonical func(method string) string) (*Policy, diag.List) {
	m := &merger{
		view:      p.calleeBase(index, recommended),
		canonical: canonical,
	}
	path := fmt.Sprintf("dependencies[%d].resilience", index)
	root := released().root
	if recommended != nil {
		m.layer(recommended, "resilience", root.child("resilience"), inMapping(recommended.node, "resilience"))
	}
	m.layer(p, path, root.child("dependencies").item.child("resilience"), inMapping(inSequence(inMapping(p.node, "dependencies"), index), "resilience"))
	m.merge(root.child("resilience"))
	return m.view, m.problems
}

// calleeBase is the policy of a callee before resilience.
func (p *Policy) calleeBase(index int, recommended *Policy) *Policy {
	path := fmt.Sprintf("dependencies[%d]", index)
	base := recommended
	if recommended == nil {
		base = Default()
	}
	view := &Policy{
		Version: base.Version, Service: base.Service, Server: base.Server, Discovery: base.Discovery, Balancing: base.Balancing, Client: base.Client,
		Observability: p.Observability,
		places:        newPlaces(base.file, released()), own: map[string]string{}, namedAt: p.At(path),
	}
	for written, at := range base.written {
		if !below("resilience", written) {
			view.written[written] = at
		}
	}
	view.doubt(&base.places, "", "")
	if discovery := p.Dependencies[index].Discovery; discovery != nil {
		view.Discovery = *discovery
		view.take(p.written, path+".discovery", "discovery", true)
	}
	view.doubt(&p.places, path+".discovery", "discovery")
	return view
}

// doubt adds what another file has a fault in at a path, and below it, under another path.
func (p *places) doubt(other *places, from, to string) {
	for _, marks := range []struct{ of, into map[string]bool }{{other.faulty, p.faulty}, {other.unread, p.unread}} {
		for path := range marks.of {
			if below(from, path) {
				marks.into[to+strings.TrimPrefix(path, from)] = true
			}
		}
	}
}

// take adds what is written at a path, and below it, under another path.
func (p *Policy) take(written map[string]diag.Position, from, to string, own bool) {
	for path, at := range written {
		if !below(from, path) {
			continue
		}
		rest := strings.TrimPrefix(path, from)
		p.written[to+rest] = at
		if delete(p.own, to+rest); own {
			p.own[to+rest] = path
		}
	}
}

// merger lays the resilience of one policy over that of another.
type merger struct {
	view      *Policy
	canonical func(string) string
	layers    []resilienceLayer
	problems  diag.List
}

// resilienceLayer is the resilience section of a policy.
type resilienceLayer struct {
	file     string
	path     string // of the section in that file
	key      *key
	sections map[string]entry
	methods  map[string]entry // by canonical name
	own      bool             // it is the caller's
}

// layer adds a layer, if the policy has one.
func (m *merger) layer(p *Policy, path string, k *key, node *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	l := resilienceLayer{file: p.file, path: path, key: k, sections: map[string]entry{}, methods: map[string]entry{}, own: path != "resilience"}
	d := m.decoder(l)
	for _, e := range d.entries(slot{node: node, path: path}) {
		l.sections[e.name] = e
	}
	if methods := follow(l.sections["methods"].value); methods != nil && methods.Kind == yaml.MappingNode {
		for _, e := range d.entries(slot{node: methods, path: join(path, "methods")}) {
			if !k.child("methods").form.accepts(e.name) {
				continue // it has no meaning, as is reported already
			}
			name := m.canonical(e.name)
			if _, twice := l.methods[name]; twice {
				name = e.name // which whoever knows the methods refuses
			}
			l.methods[name] = e
		}
	}
	m.layers = append(m.layers, l)
	m.view.doubt(&p.places, path, "resilience")
	for name, e := range l.methods {
		m.view.doubt(&p.places, join(path, "methods."+e.name), "resilience.methods."+name)
	}
}

func (m *merger) decoder(l resilienceLayer) *decoder {
	places := newPlaces(l.file, released())
	return &decoder{places: &places, budget: maxPathBytes}
}

func (m *merger) merge(k *key) {
	if len(m.layers) == 0 {
		return
	}
	r := &Resilience{Methods: map[string]Method{}}
	k.fill(reflect.ValueOf(r).Elem())
	for _, l := range m.layers {
		m.lay(l, l.sections["retryBudget"], l.key.child("retryBudget"), "retryBudget", "retryBudget", &r.RetryBudget)
		m.lay(l, l.sections["defaults"], l.key.child("defaults"), "defaults", "defaults", &r.Defaults)
	}
	names := map[string]bool{}
	for _, l := range m.layers {
		for name := range l.methods {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		r.Methods[name] = m.method(k.child("methods"), name, r)
	}
	m.view.Resilience = r
}

// method lays what the layers say of one method over the defaults of both. The calls that it makes are the callee's
// business, and so is a fallback that is a function of the callee's callers.
func (m *merger) method(k *key, name string, r *Resilience) Method {
	method := new(Method)
	k.item.fill(reflect.ValueOf(method).Elem())
	method.inherit(r)
	for _, l := range m.layers {
		e, ok := l.methods[name]
		if !ok {
			continue
		}
		if l.own && otherKind(method.Fallback, inMapping(e.value, "fallback")) {
			method.Fallback = nil
		}
		m.lay(l, e, l.key.child("methods").item, "methods."+e.name, "methods."+name, method)
		if !l.own && method.Fallback != nil && method.Fallback.Func {
			method.Fallback = nil
		}
	}
	method.Calls = nil
	return *method
}

// otherKind reports whether what is written is another kind of fallback than what it is laid over. Caches alone have keys
// to lay over one another.
func otherKind(below *Fallback, written *yaml.Node) bool {
	return below != nil && written != nil && written.Kind == yaml.MappingNode && (below.Cache == nil || inMapping(written, "cache") == nil)
}

// lay decodes what a layer has of a section into what the layers below it have made of it. What a callee's policy has
// against itself was told where that was loaded, and what it would have against the caller's is not its fault.
func (m *merger) lay(l resilienceLayer, e entry, k *key, path, canonical string, target any) {
	if e.value == nil {
		return
	}
	d := m.decoder(l)
	d.doubt(&m.view.places, "resilience."+canonical, join(l.path, path))
	if strings.HasPrefix(canonical, "methods.") {
		d.doubt(&m.view.places, "resilience.defaults", join(l.path, path))
	}
	d.value(slot{key: k, path: join(l.path, path), at: e.at(l.file), node: e.value, target: reflect.ValueOf(target).Elem()})
	if l.own {
		m.problems.Merge(d.problems)
	}
	m.view.doubt(d.places, join(l.path, path), "resilience."+canonical)
	m.view.written["resilience"] = m.view.namedAt
	m.view.take(d.written, join(l.path, path), "resilience."+canonical, l.own)
}

// follow is the node that an alias stands for.
func follow(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// inMapping is the value of a key of a mapping; nil where there is none.
func inMapping(node *yaml.Node, name string) *yaml.Node {
	if node = follow(node); node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return follow(node.Content[i+1])
		}
	}
	return nil
}

// inSequence is the item of a list; nil where there is none.
func inSequence(node *yaml.Node, index int) *yaml.Node {
	if node = follow(node); node == nil || node.Kind != yaml.SequenceNode || index >= len(node.Content) {
		return nil
	}
	return follow(node.Content[index])
}
