package build

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
)

// FuzzFaultyPolicy holds that a model is made, or refused with problems, whatever bytes the policy is of: each dependency
// is the shop itself, with the same policy, and so is each topic's proto. Every other one of them has not been loaded.
func FuzzFaultyPolicy(f *testing.F) {
	complete, err := os.ReadFile("../../reading/policy/testdata/complete.yaml")
	require.NoError(f, err)
	lines := bytes.SplitAfter(complete, []byte("\n"))
	for i := range lines {
		f.Add(bytes.Join(lines[:i], nil))
		f.Add(bytes.Join(append(lines[:i:i], lines[i+1:]...), nil))
	}
	f.Add([]byte("service: {hosts: [shop.v1.Nope]}\nresilience: {methods: {Gt: {timeout: 1s}}}"))
	f.Add([]byte("dependencies: [{name: , proto: a.proto, policy: a.yaml, services: ['', a]}, 1, {name: b}]\nresilience: {methods: {Add: {calls: ['', b/Get, a]}}}"))
	f.Add([]byte("discovery: {provider: etcd, etcd: {endpoints: [1, '']}}\ndeploy: {image: x, environments: [1, ''], kubernetes: {}}\nbalancing: {edge: haproxy}"))
	f.Add([]byte("events: {broker: kafka, publish: [{topic: a}, 1, {topic: a, message: shop.v1.Order, stubs: example.com/x}], subscribe: [{message: x, proto: 1}]}"))
	f.Add([]byte("service: {name: 1, module: nul}\nresilience: {defaults: 1, methods: {Get: 1, shop.v1.Orders/Get: {fallback: {value: 1, cache: {}}}}}"))
	dir := f.TempDir()
	f.Chdir(dir)
	require.NoError(f, os.WriteFile("shop.proto", []byte(shop), 0o644))
	set, problems := protoload.Load(context.Background(), protoload.Options{View: disk.From(dir), Files: []string{"shop.proto"}, ImportPaths: []string{"."}})
	require.Empty(f, problems.All())
	f.Fuzz(func(t *testing.T, src []byte) {
		loaded, _ := policy.Load("policy.yaml", src)
		in := Input{Set: set, Policy: loaded, EventProtos: map[string]string{}}
		for i := range loaded.Dependencies {
			in.Dependencies = append(in.Dependencies, Dependency{})
			if i%2 == 0 {
				in.Dependencies[i] = Dependency{Protos: []string{"shop.proto"}, Policy: loaded}
			}
		}
		if loaded.Events != nil {
			for i := range loaded.Events.Subscribe {
				in.EventProtos[fmt.Sprintf("events.subscribe[%d]", i)] = "shop.proto"
			}
		}
		result, found := Build(in)
		require.Equal(t, found.HasErrors(), result == nil, "%v", found.All())
		in.Set, in.Dependencies, in.EventProtos = nil, nil, nil
		Build(in)
	})
}
