// Package gateway settles what the gateway of a system leads to: which proto services it forwards, and to whom. Its inputs follow from the system file and from the models of the other services.
package gateway

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/internal/nearest"
)

// System is what a system file says of its gateway, and the services that it leads to.
type System struct {
	File    string
	Written *policy.Gateway
	At      func(path string) diag.Position // in the system file
	Members []Member
	Partial bool // some of the services have problems, and are not among the members

	Problems diag.List // of the system file and of the services
}

// Member is a service of a system.
type Member struct {
	Dir  string        // as the user names it
	At   diag.Position // where the system file names it
	In   *inputs.Loaded
	Made *build.Result
}

// Lead settles which proto services the gateway forwards. The inputs have a dependency on each service with some of them, even
// where the policy of the gateway does not name it.
func (s *System) Lead(in *inputs.Loaded) (*inputs.Loaded, *build.Gateway, diag.List) {
	l := leading{System: s, checked: in.Checked, dependencies: slices.Clone(in.Dependencies), in: in, by: map[string]string{}}
	for i := range s.Members {
		l.member(&s.Members[i])
	}
	if !s.Partial {
		l.checkServices()
	}
	out := &build.Gateway{
		Name:     build.ServiceName(filepath.Base(filepath.FromSlash(s.Written.Dir))),
		HTTPPort: s.Written.HTTPPort,
		PortAt:   s.At("gateway.httpPort"),
		Forwards: l.forwards,
		Partial:  s.Partial,
	}
	for i := range l.dependencies {
		d := &l.dependencies[i]
		d.Forwarded = d.Event == "" && slices.ContainsFunc(l.forwards, func(f build.Forward) bool { return f.Dependency == d.Index })
	}
	return in.With(l.checked, l.dependencies), out, l.problems
}

// leading is a gateway on the way to what it leads to.
type leading struct {
	*System
	in           *inputs.Loaded
	checked      *policy.Policy
	dependencies []inputs.Dependency
	forwards     []build.Forward
	by           map[string]string // the folder of the member that serves a proto service
	problems     diag.List
}

// member forwards what a service of the system serves.
func (l *leading) member(m *Member) {
	hosts := slices.DeleteFunc(slices.Clone(m.Made.Tree.Hosts), func(h *model.Host) bool { return !l.wants(h) || l.servedTwice(h, m) })
	if len(hosts) == 0 {
		return
	}
	index := l.dependencyOn(m, hosts)
	for _, host := range hosts {
		l.forwards = append(l.forwards, build.Forward{Service: host.FullName, Dependency: index})
	}
}

// servedTwice refuses a proto service that another service of the system has too.
func (l *leading) servedTwice(host *model.Host, m *Member) bool {
	other, twice := l.by[host.FullName]
	if !twice {
		l.by[host.FullName] = m.Dir
		return false
	}
	l.problems.Add(diag.Problem{
		Position: m.At, Message: "the gateway cannot tell which of two services gets the calls: that in " + other + " serves it too",
		Found: host.FullName, Want: "one service for each proto service", Fix: "write gateway.services, without it",
	})
	return true
}

// wants reports whether the gateway forwards a proto service.
func (l *leading) wants(host *model.Host) bool {
	if len(l.Written.Services) > 0 {
		return slices.Contains(l.Written.Services, host.FullName)
	}
	return host.HasHTTP()
}

// dependencyOn is the index of the dependency that is a member. A member that the policy does not name is added.
func (l *leading) dependencyOn(m *Member, hosts []*model.Host) int {
	for _, d := range l.dependencies {
		if d.Policy.Path != "" && l.in.View.SameFile(d.Policy.Path, m.In.Policy) {
			return d.Index
		}
	}
	index := len(l.checked.Dependencies)
	added := inputs.Dependency{
		Name: m.Made.Tree.Name, Key: "gateway", At: m.At, Index: index, FromSystem: true,
		Policy:  state.Source{Written: l.in.BesidePolicy(m.In.Policy), Path: m.In.Policy},
		Checked: m.Made.Tree.Policy, ImportPaths: m.In.Set.ImportPaths,
	}
	written := policy.Dependency{Name: added.Name, Policy: added.Policy.Written}
	var protos []string
	for _, host := range hosts {
		written.Services = append(written.Services, host.FullName)
		if source, _ := m.In.Set.Source(host.Proto); !slices.Contains(protos, source.Path) {
			protos = append(protos, source.Path)
			added.Proto = state.Source{Written: l.in.BesidePolicy(source.Path), Path: source.Path}
			l.insert(added)
		}
	}
	written.Proto, written.Stubs = l.in.BesidePolicy(protos[0]), l.stubsOf(m, hosts)
	l.checked = l.checked.Depending(written, m.At)
	return index
}

// insert adds a dependency behind the others that are called: the dependencies of events are last.
func (l *leading) insert(d inputs.Dependency) {
	at := slices.IndexFunc(l.dependencies, func(d inputs.Dependency) bool { return d.Event != "" })
	if at < 0 {
		at = len(l.dependencies)
	}
	l.dependencies = slices.Insert(l.dependencies, at, d)
}

// stubsOf is the Go package of a service's stubs, if the gateway can use it: one in the same module, which the protos name.
// Empty has the gateway's own generated.
func (l *leading) stubsOf(m *Member, hosts []*model.Host) string {
	if l.in.Module.Path == "" || l.in.Module.Path != m.Made.Tree.Module {
		return ""
	}
	stubs := hosts[0].Stub.Path
	for _, host := range hosts {
		declared, _, _ := strings.Cut(m.Made.Plugin.FilesByPath[host.Proto].Proto.GetOptions().GetGoPackage(), ";")
		if declared != stubs {
			return ""
		}
	}
	return stubs
}

// checkServices refuses a gateway that leads nowhere, and names of services that nobody serves.
func (l *leading) checkServices() {
	var known []string
	for _, m := range l.Members {
		for _, host := range m.Made.Tree.Hosts {
			known = append(known, host.FullName)
		}
	}
	slices.Sort(known)
	if len(l.Written.Services) == 0 && len(l.forwards) == 0 {
		l.problems.Add(diag.Problem{
			Position: l.At("gateway"), Message: "gateway: leads nowhere: no method of the system has google.api.http",
			Want: "a method that has it, or services", Fix: "add services, with some of " + strings.Join(known, ", "),
		})
	}
	for i, name := range l.Written.Services {
		if !slices.Contains(known, name) {
			path := fmt.Sprintf("gateway.services[%d]", i)
			l.problems.Add(diag.Problem{
				Position: l.At(path), Message: path + ": no service of the system serves it", Found: name,
				Want: "one of " + strings.Join(known, ", "), Fix: nearest.DidYouMean(name, known),
			})
		}
	}
}
