package render

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/templates"
)

// runtimePackage is a package of the emitted service that depends neither on a proto nor on a policy: ordinary Go of this
// module, which is compiled, tested and linted here. A tree gets its files as they are, below another import path. The tests
// stay here.
type runtimePackage struct {
	dir  string                               // in the emitted tree, and below templates/service/
	tree bool                                 // its Go package has files of the tree too: no other tree can have it
	when func(*model.Service) bool            // nil: always
	only map[string]func(*model.Service) bool // by the names of files that not every tree with the package needs
}

// runtimePackages lists the packages. The clients of a tree share them: a tree has what one of its clients needs.
var runtimePackages = []runtimePackage{
	{dir: "internal/backoff"},
	{dir: "internal/envconfig", only: map[string]func(*model.Service) bool{
		"credentials.go": (*model.Service).HasCredentials,
		"number.go":      (*model.Service).LimitsRate,
	}},
	{dir: "internal/grpcerr", when: anyClient((*model.Client).JudgesErrors)},
	{dir: "internal/grpcserver", only: map[string]func(*model.Service) bool{"deprecated.go": deprecates}},
	{dir: "internal/loadreport", when: (*model.Service).Weighted},
	{dir: "internal/rpcmetrics"},
	{dir: "internal/runtimeapi", when: sharesRuntime},
	{dir: "internal/rpctracing", when: (*model.Service).Traces},
	{dir: "internal/transcoding", when: (*model.Service).IsGateway},
	{dir: "internal/validation", when: validates},
	{dir: "internal/telemetry/logging", only: map[string]func(*model.Service) bool{"traceparent.go": traceless}},
	{dir: "internal/telemetry/tracecontext", when: (*model.Service).Traces},
	{dir: "internal/telemetry/tracing", when: (*model.Service).Traces},
	{dir: "internal/telemetry/otlp", when: (*model.Service).TracesOTLP},
	{dir: "internal/telemetry/zipkin", when: (*model.Service).TracesZipkin},
	{dir: "internal/events/messaging", when: (*model.Service).HasEvents, only: map[string]func(*model.Service) bool{
		"consumer.go":         (*model.Service).Subscribes,
		"consumermetrics.go":  (*model.Service).Subscribes,
		"inbox.go":            (*model.Service).Subscribes,
		"retry.go":            (*model.Service).Subscribes,
		"subscription.go":     (*model.Service).Subscribes,
		"outbox.go":           (*model.Service).Publishes,
		"publisher.go":        (*model.Service).Publishes,
		"publishermetrics.go": (*model.Service).Publishes,
	}},
	{dir: "internal/events/spans", when: eventsAndTraces},
	{dir: "internal/events/kafka", when: (*model.Service).UsesKafka},
	{dir: "internal/events/kafkagroup", when: subscribesBy(policy.BrokerKafka)},
	{dir: "internal/events/rabbitmq", when: (*model.Service).UsesRabbitMQ, only: map[string]func(*model.Service) bool{
		"lanes.go": (*model.Service).Subscribes,
		"queue.go": (*model.Service).Subscribes,
	}},
	{dir: "internal/resilience", when: anyClient((*model.Client).Resilient)},
	{dir: "internal/resilience/resiliencetest", when: anyClient((*model.Client).Resilient)},
	{dir: "internal/clienttest", when: anyClient((*model.Client).ProvesCalls), only: map[string]func(*model.Service) bool{
		"ejection.go": anyClient((*model.Client).Balances),
	}},
	{dir: "internal/clients", tree: true, when: (*model.Service).Depends, only: map[string]func(*model.Service) bool{
		"forward.go": (*model.Service).PassesCalls,
	}},
	{dir: "internal/loadbalancer", when: anyClient((*model.Client).Balances), only: map[string]func(*model.Service) bool{
		"leastrequest.go": picks(policy.BalancingLeastRequest),
		"ringhash.go":     picks(policy.BalancingRingHash),
		"roundrobin.go":   picks(policy.BalancingRoundRobin),
	}},
	{dir: "internal/loadbalancer/weighted", when: picks(policy.BalancingWeightedRoundRobin)},
	{dir: "internal/discovery", only: map[string]func(*model.Service) bool{
		"kubernetes.go": finds(policy.ProviderKubernetes),
		"target.go":     anyClient((*model.Client).CallsTarget),
	}},
	{dir: "internal/registry", when: (*model.Service).Registers},
	{dir: "internal/etcd", when: finds(policy.ProviderEtcd), only: map[string]func(*model.Service) bool{
		"registry.go": (*model.Service).UsesEtcd,
	}},
	{dir: "internal/consul", when: finds(policy.ProviderConsul), only: map[string]func(*model.Service) bool{
		"registry.go":  (*model.Service).UsesConsul,
		"grpccheck.go": checks(policy.ConsulCheckGRPC),
		"ttlcheck.go":  checks(policy.ConsulCheckTTL),
	}},
}

const (
	runtimeTree = "service/"
	internal    = "internal/"
	// runtimeRoot is where the runtime's packages stand in this module; a tree has its own folder in place of it.
	runtimeRoot = "github.com/msgen/msgen/templates/service/internal"

	generatedHeader = "// Code generated by msgen. DO NOT EDIT.\n\n"
)

// Runtime are the files of the runtime that the service needs and another tree has for it, by their paths in that tree; none where
// the service has its own.
func Runtime(service *model.Service) ([]state.File, error) {
	if service.OwnRuntime() {
		return nil, nil
	}
	return sharedFiles(service.Runtime(), func(pkg runtimePackage, name string) bool { return !pkg.tree && pkg.needs(name, service) })
}

// WholeRuntime is every file of the runtime that one tree can have for others, as it is at an import path.
func WholeRuntime(runtime string) ([]state.File, error) {
	return sharedFiles(runtime, func(pkg runtimePackage, name string) bool { return !pkg.tree && !isTest(name) })
}

func sharedFiles(runtime string, wanted func(pkg runtimePackage, name string) bool) ([]state.File, error) {
	files, err := runtimeFiles(runtime, wanted)
	for i := range files {
		files[i].Path = strings.TrimPrefix(files[i].Path, internal)
	}
	return files, err
}

// RuntimePackages are the Go packages that a runtime can have, by their paths in it.
func RuntimePackages() []string {
	var dirs []string
	for _, pkg := range runtimePackages {
		if !pkg.tree {
			dirs = append(dirs, strings.TrimPrefix(pkg.dir, internal))
		}
	}
	return dirs
}

// ownRuntime are the files of the runtime that stand in the tree of the service.
func ownRuntime(service *model.Service) ([]state.File, error) {
	own := service.OwnRuntime()
	return runtimeFiles(service.Runtime(), func(pkg runtimePackage, name string) bool { return (pkg.tree || own) && pkg.needs(name, service) })
}

// runtimeFiles are the files that are wanted of all packages.
func runtimeFiles(runtime string, wanted func(pkg runtimePackage, name string) bool) ([]state.File, error) {
	var files []state.File
	for _, pkg := range runtimePackages {
		names, err := pkg.names()
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if !wanted(pkg, name) {
				continue
			}
			file, err := runtimeFile(path.Join(pkg.dir, name), runtime)
			if err != nil {
				return nil, err
			}
			files = append(files, file)
		}
	}
	return files, nil
}

// names are the Go files of the package, sorted, tests too.
func (p runtimePackage) names() ([]string, error) {
	entries, err := fs.ReadDir(templates.FS, runtimeTree+p.dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if path.Ext(entry.Name()) == ".go" {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// needs reports whether a service needs a file of the package.
func (p runtimePackage) needs(name string, service *model.Service) bool {
	if p.when != nil && !p.when(service) {
		return false
	}
	if when, ok := p.only[name]; ok {
		return when(service)
	}
	return !isTest(name)
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// runtimeFile is one file of the runtime as a tree has it: with the header, and the import path of its runtime.
func runtimeFile(name, runtime string) (state.File, error) {
	text, err := fs.ReadFile(templates.FS, runtimeTree+name)
	if err != nil {
		return state.File{}, fmt.Errorf("templates/%s: %w", runtimeTree+name, err)
	}
	content := append([]byte(generatedHeader), bytes.ReplaceAll(text, []byte(runtimeRoot), []byte(runtime))...)
	return state.File{Path: name, Content: content, Owner: state.Generated}, nil
}
