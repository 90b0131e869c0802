package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/internal/nearest"
)

// gateway is what the system file says of a tree that is the gateway, and the services that it leads to.
type gateway struct {
	system   string // the system file
	written  *policy.Gateway
	at       func(path string) diag.Position // in the system file
	members  []*member
	partial  bool // some of the services have problems, and are not among the members
	forwards []build.Forward
}

// input is what the model is built from; nil for a tree that is no gateway.
func (g *gateway) input() *build.Gateway {
	if g == nil {
		return nil
	}
	return &build.Gateway{
		Name:     build.ServiceName(filepath.Base(filepath.FromSlash(g.written.Dir))),
		HTTPPort: g.written.HTTPPort,
		PortAt:   g.at("gateway.httpPort"),
		Forwards: g.forwards,
		Partial:  g.partial,
	}
}

// findSystem reads the system of a tree that is made again as its gateway, and makes the models of the services in it.
func (r *run) findSystem(ctx context.Context) error {
	if r.inputs.system == "" {
		return nil
	}
	s, err := readServices(ctx, r.inputs.system, r.opts)
	if err != nil {
		return err
	}
	if !s.written.Sound("gateway") {
		return s.problems.Err()
	}
	if s.gateway == nil || !sameFile(s.gateway.dir, r.inputs.out) {
		s.problems.Add(diag.Problem{
			Position: diag.Position{File: r.inputs.system},
			Message:  "the tree was made as the gateway of this system, which has it for one no more",
			Found:    r.inputs.out,
			Want:     "gateway: {dir: ...}, the folder of the tree",
			Fix:      "write it, or name the protos of the service",
		})
		return s.problems.Err()
	}
	if r.gateway = s.leadsTo(); r.gateway.partial {
		r.problems.Merge(s.problems)
	}
	return nil
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// notGateway refuses a gateway where the run is to make a service from protos.
func (r *run) notGateway() error {
	if r.base.Inputs.System == "" {
		return nil
	}
	var problems diag.List
	problems.Add(diag.Problem{
		Position: diag.Position{File: r.inputs.fromTree(state.Path)},
		Message:  "the tree is the gateway of a system, which protos alone do not make",
		Found:    r.inputs.fromTree(r.base.Inputs.System),
		Want:     "a run without protos in the folder of the tree, or one for the whole system",
		Fix:      "msgen generate " + r.inputs.fromTree(r.base.Inputs.System),
	})
	return problems.Err()
}

// findMembers settles which proto services the gateway forwards, and makes a dependency of each service that has some and
// that the policy does not name.
func (r *run) findMembers(checked *policy.Policy) diag.List {
	var problems diag.List
	g := r.gateway
	g.forwards = nil
	by := map[string]*member{}
	for _, m := range g.members {
		hosts := slices.DeleteFunc(slices.Clone(m.run.result.Service.Hosts), func(h *model.Host) bool {
			return !g.wants(h) || servedTwice(h, m, by, &problems)
		})
		if len(hosts) == 0 {
			continue
		}
		i := slices.IndexFunc(r.callees, func(c calleeInput) bool { return c.policy.Path != "" && sameFile(c.policy.Path, m.run.inputs.policy) })
		if i < 0 {
			i = len(r.callees)
			r.dependOn(checked, m, hosts)
		}
		for _, host := range hosts {
			g.forwards = append(g.forwards, build.Forward{Service: host.FullName, Dependency: r.callees[i].dependency})
		}
	}
	if !g.partial {
		g.checkServices(&problems)
	}
	return problems
}

// servedTwice refuses a proto service that another service of the system has too. by is who has which.
func servedTwice(host *model.Host, m *member, by map[string]*member, problems *diag.List) bool {
	other := by[host.FullName]
	if other == nil {
		by[host.FullName] = m
		return false
	}
	problems.Add(diag.Problem{
		Position: m.at, Message: "the gateway cannot tell which of two services gets the calls: that in " + other.dir + " serves it too",
		Found: host.FullName, Want: "one service for each proto service", Fix: "write gateway.services, without it",
	})
	return true
}

// wants reports whether the gateway forwards a proto service.
func (g *gateway) wants(host *model.Host) bool {
	if len(g.written.Services) > 0 {
		return slices.Contains(g.written.Services, host.FullName)
	}
	return host.HasHTTP()
}

// dependOn adds a service of the system to the dependencies of the gateway.
func (r *run) dependOn(checked *policy.Policy, m *member, hosts []*model.Host) {
	callee := calleeInput{
		name: m.run.result.Service.Name, key: "gateway", at: m.at,
		policy: state.Source{Written: r.besidePolicy(m.run.inputs.policy), Path: m.run.inputs.policy}, checked: m.run.result.Service.Policy,
		dependency: len(checked.Dependencies), member: m,
	}
	dependency := policy.Dependency{Name: callee.name, Policy: callee.policy.Written}
	var protos []string
	for _, host := range hosts {
		dependency.Services = append(dependency.Services, host.FullName)
		if source, _ := m.run.set.Source(host.Proto); !slices.Contains(protos, source.Path) {
			protos = append(protos, source.Path)
			callee.proto = state.Source{Written: r.besidePolicy(source.Path), Path: source.Path}
			r.callees = append(r.callees, callee)
		}
	}
	dependency.Proto, dependency.Stubs = r.besidePolicy(protos[0]), r.stubsOf(m, hosts)
	checked.Depend(dependency, m.at)
}

// stubsOf is the Go package of a service's stubs, if the gateway can use it: one in the same module, which the protos name.
// Empty has the gateway's own generated.
func (r *run) stubsOf(m *member, hosts []*model.Host) string {
	place, err := r.place()
	if err != nil || place.Module == "" || place.Module != m.run.result.Service.Module {
		return ""
	}
	stubs := hosts[0].Stub.Path
	for _, host := range hosts {
		declared, _, _ := strings.Cut(m.run.result.Plugin.FilesByPath[host.Proto].Proto.GetOptions().GetGoPackage(), ";")
		if declared != stubs {
			return ""
		}
	}
	return stubs
}

// besidePolicy is a file as the tree's policy would name it.
func (r *run) besidePolicy(file string) string {
	dir, err := filepath.Abs(filepath.Dir(r.inputs.policy))
	if err != nil {
		return filepath.ToSlash(file)
	}
	return relative(dir, file)
}

// checkServices refuses a gateway that leads nowhere, and names of services that nobody serves.
func (g *gateway) checkServices(problems *diag.List) {
	var known []string
	for _, m := range g.members {
		for _, host := range m.run.result.Service.Hosts {
			known = append(known, host.FullName)
		}
	}
	slices.Sort(known)
	if len(g.written.Services) == 0 && len(g.forwards) == 0 {
		problems.Add(diag.Problem{
			Position: g.at("gateway"), Message: "gateway: leads nowhere: no method of the system has google.api.http",
			Want: "a method that has it, or services", Fix: "add services, with some of " + strings.Join(known, ", "),
		})
	}
	for i, name := range g.written.Services {
		if !slices.Contains(known, name) {
			path := fmt.Sprintf("gateway.services[%d]", i)
			problems.Add(diag.Problem{
				Position: g.at(path), Message: path + ": no service of the system serves it", Found: name,
				Want: "one of " + strings.Join(known, ", "), Fix: nearest.DidYouMean(name, known),
			})
		}
	}
}

// serves reports whether the tree serves what a proto declares: it is a target of the run, or one that a gateway forwards.
func (r *run) serves(proto string) bool {
	if slices.Contains(r.set.Targets, proto) || r.gateway == nil {
		return slices.Contains(r.set.Targets, proto)
	}
	i := slices.Index(r.set.Callees, proto)
	return i >= 0 && r.callees[i].event == "" && slices.ContainsFunc(r.gateway.forwards, func(f build.Forward) bool {
		return f.Dependency == r.callees[i].dependency
	})
}

// recordSystem settles how a gateway remembers what made it: the system file, and the protos of its own.
func (r *run) recordSystem(out string) {
	recorded, sources := &r.inputs.recorded, r.set.Sources()
	recorded.System = relative(out, r.gateway.system)
	for name, source := range sources {
		recorded.Sums[name] = state.Sum(source.Bytes)
	}
	for _, name := range r.set.Targets {
		recorded.Protos = append(recorded.Protos, relative(out, sources[name].Path))
	}
	for _, dir := range r.inputs.importPaths {
		recorded.ImportPaths = append(recorded.ImportPaths, relative(out, dir))
	}
}
