package generator

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/build"
	"github.com/msgen/msgen/generator/internal/making/gateway"
	"github.com/msgen/msgen/generator/internal/reading/disk"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/generator/internal/showing/graph"
	"github.com/msgen/msgen/generator/internal/showing/systemgraph"
	"github.com/msgen/msgen/internal/parallel"
)

// System is what was planned for every service of a system.
type System struct {
	Trees    []*Tree        // what the services share first, then in the order of the system file; each service's is in its folder
	Warnings []diag.Problem // about all inputs, and about the system as a whole, sorted; those of the trees are among them
}

// CheckSystem returns every problem of the services that a system file names, and of the system that they make up, warnings too,
// sorted by position. Of the options, those that say what one run reads and where it writes have no effect, here as in
// all that works on systems: each service is read from its folder, and written there.
func CheckSystem(ctx context.Context, file string, opts Options) ([]diag.Problem, error) {
	s, err := wholeSystem(ctx, file, opts)
	if err != nil {
		return nil, err
	}
	return s.problems.All(), nil
}

// PlanSystem decides what a run would do to each path of every tree of a system, and writes nothing. The error is a
// [diag.ListError] when the inputs have problems, or the system that they make up; nothing is planned then.
func PlanSystem(ctx context.Context, file string, opts Options) (*System, error) {
	s, err := wholeSystem(ctx, file, opts)
	if err != nil {
		return nil, err
	}
	if err := s.problems.Err(); err != nil {
		return nil, err
	}
	trees, err := s.plan()
	if err != nil {
		return nil, err
	}
	return &System{Trees: trees, Warnings: s.problems.All()}, nil
}

// plan is the plans of all trees.
func (s *services) plan() ([]*Tree, error) {
	trees := make([]*Tree, len(s.members))
	err := eachOf(s.members, func(i int, m *member) error {
		tree, err := m.ask.plan(m.modelled)
		if err != nil {
			return fmt.Errorf("%s: %w", m.dir, err)
		}
		tree.Warnings, tree.system = nil, filepath.Dir(s.file)
		trees[i] = tree
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.offerRuntime(trees)
	var all []*Tree
	for _, shared := range s.shared() {
		tree, err := s.planShared(shared)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", shared.in.Out, err)
		}
		all = append(all, tree)
	}
	all = append(all, trees...)
	for _, in := range s.ending {
		tree, err := ended(in, s.opts)
		if err != nil {
			return nil, err
		}
		all = append(all, tree)
	}
	return all, nil
}

// services is a system on its way through the pipeline.
type services struct {
	view     *disk.View
	file     string
	opts     Options
	members  []*member
	gateway  *member // nil: it has none
	written  *policy.System
	stubs    *sharedTree          // with the stubs of all; nil: each has its own
	runtime  *sharedTree          // with the runtime of all; nil: each has its own
	unshared diag.List            // why the protos of all do not go together
	losing   []*inputs.Settled    // trees from which the run removes stubs
	former   []inputs.EmittedStub // the stubs in these
	ending   []*inputs.Settled    // shared trees that the system file does not have any longer
	request  *protoload.Set       // of the plugin's request for the gateway; nil: there is none
	problems diag.List
}

// wholeSystem reads all services, makes their models and checks the system that they make up.
func wholeSystem(ctx context.Context, file string, opts Options) (*services, error) {
	s, err := readSystem(ctx, file, opts)
	if err != nil || s.problems.HasErrors() {
		return s, err
	}
	_, found := s.graph()
	s.problems.Merge(found)
	return s, nil
}

// readSystem reads all services and makes their models.
func readSystem(ctx context.Context, file string, opts Options) (*services, error) {
	return fresh(ctx, func(view *disk.View) (*services, error) { return newSystem(ctx, view, file, opts) })
}

// newSystem reads all services and makes their models, whatever the problems of one, and then that of the gateway, which
// follows from them.
func newSystem(ctx context.Context, view *disk.View, file string, opts Options) (*services, error) {
	s, err := readServices(ctx, view, file, opts, nil)
	if err != nil || s.gateway == nil || !s.written.Sound("gateway") {
		return s, err
	}
	if err := s.gateway.model(ctx, s); err != nil {
		return nil, err
	}
	s.problems.Merge(s.gateway.problems)
	s.members = append(s.members, s.gateway)
	s.checkNames()
	return s, nil
}

// readServices reads all services and makes their models, whatever the problems of one. A plugin's request has the protos of
// services whose trees are still to be made.
func readServices(ctx context.Context, view *disk.View, file string, opts Options, request *protoload.Set) (*services, error) {
	s, err := namedServices(view, file, opts)
	if err != nil {
		return nil, err
	}
	s.request = request
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	if err := s.leave(); err != nil {
		return nil, err
	}
	if err := s.shareStubs(ctx); err != nil {
		return nil, err
	}
	if err := s.shareRuntime(ctx); err != nil {
		return nil, err
	}
	for _, m := range s.all() {
		s.adopt(m.ask, m.settled)
	}
	if err := eachOf(s.members, func(_ int, m *member) error { return m.model(ctx, s) }); err != nil {
		return nil, err
	}
	for _, m := range s.members {
		s.problems.Merge(m.problems)
	}
	if !s.problems.HasErrors() {
		s.problems.Merge(s.unshared)
	}
	s.checkNames()
	return s, nil
}

// systemAround reads the system of a tree that is made again as its gateway, and makes the models of the services in it. It
// is nil where the tree is none.
func (ask *request) systemAround(ctx context.Context, in *inputs.Settled) (*gateway.System, error) {
	if in.System == "" {
		return nil, nil
	}
	s, err := readServices(ctx, in.View, in.System, ask.Options, ask.protos)
	if err != nil {
		return nil, err
	}
	if !s.written.Sound("gateway") {
		return nil, s.problems.Err()
	}
	if s.gateway == nil || !in.View.SameFile(s.gateway.dir, in.Out) {
		s.problems.Add(diag.Problem{
			Position: diag.Position{File: in.System},
			Message:  "the tree was made as the gateway of this system, which has it for one no more",
			Found:    in.Out,
			Want:     "gateway: {dir: ...}, the folder of the tree",
			Fix:      "write it, or name the protos of the service",
		})
		return nil, s.problems.Err()
	}
	for _, role := range roles {
		if written := sharedBy(s.written, role); ask.plugin != nil && written != nil {
			s.sharedProblem(role, diag.Problem{
				Message: fmt.Sprintf("%[1]s: the system has a tree for the %[1]s of all services, and %[2]s writes into the tree of the gateway alone", role, ask.plugin.Tree.Compiler),
				Found:   written.Dir, Want: "a run of the command line", Fix: fmt.Sprintf("msgen generate %s, or remove %s", s.file, role),
			})
			return nil, s.problems.Err()
		}
	}
	s.adopt(ask, in)
	for _, role := range roles {
		known, now := remembered(in, role), in.Shared
		if role == state.RuntimeRole {
			now = ask.runtime
		}
		if known != nil && known.System != "" && !s.problems.HasErrors() && (now == nil || *now != *known) {
			s.problems.Add(movedShared(role, s.file, in.FromTree(known.Dir)))
			return nil, s.problems.Err()
		}
	}
	return s.leads(), nil
}

// adopt gives the run for one of the services what the system as a whole has for it.
func (s *services) adopt(ask *request, in *inputs.Settled) {
	if in == nil {
		return
	}
	ask.former, in.Leaving = s.former, s.leaving
	if s.stubs != nil {
		in.Joint, in.Shared = s.stubs.in.Joint, s.stubs.at(in)
		ask.stubs = &build.SharedStubs{Root: s.stubs.made.Tree.Root, Packages: s.stubs.made.Packages}
	}
	if s.runtime != nil {
		ask.runtime = s.runtime.at(in)
	}
}

// all are the services and the gateway.
func (s *services) all() []*member {
	if s.gateway == nil || slices.Contains(s.members, s.gateway) {
		return s.members
	}
	return append(slices.Clip(s.members), s.gateway)
}

// open settles what each service, and the gateway, is made from. Problems of its inputs are left with the member.
func (s *services) open(ctx context.Context) error {
	return eachOf(s.all(), func(_ int, m *member) (err error) {
		if m.absent {
			return nil
		}
		m.settled, err = m.settle(ctx, s)
		if failed, ok := errors.AsType[*diag.ListError](err); ok {
			m.problems.Add(failed.Problems()...)
			return nil
		}
		return err
	})
}

// leads is what the system file says of the gateway. It leads to the services whose models could be made.
func (s *services) leads() *gateway.System {
	out := &gateway.System{File: s.file, Written: s.written.Gateway, At: s.written.At, Partial: s.problems.HasErrors(), Problems: s.problems}
	for _, m := range s.members {
		if m.modelled == nil {
			continue
		}
		out.Members = append(out.Members, gateway.Member{Dir: m.dir, At: m.at, In: m.in, Made: m.made})
	}
	return out
}

// namedServices reads the system file, and looks for the folders that it names. Faults in it stop nothing
// as long as it can be read: the services that it names are checked all the same.
func namedServices(view *disk.View, file string, opts Options) (*services, error) {
	s := &services{view: view, file: file, opts: opts}
	src, err := view.ReadFile(file)
	if err != nil {
		s.problems.Add(diag.Problem{Position: diag.Position{File: file}, Message: "cannot read the system file: " + disk.Cause(err).Error()})
		return nil, s.problems.Err()
	}
	written, problems := policy.LoadSystem(file, src)
	s.problems.Merge(problems)
	s.written = written
	for i, service := range written.Services {
		if service.Dir != "" {
			m := s.member(service.Dir, fmt.Sprintf("services[%d]", i))
			m.protos = s.fromFile(service.Protos)
			s.members = append(s.members, m)
		}
	}
	if written.Gateway != nil && written.Gateway.Dir != "" {
		s.gateway = s.member(written.Gateway.Dir, "gateway")
	}
	return s, nil
}

// member looks for the folder of a service, which a key of the system file names.
func (s *services) member(dir, key string) *member {
	m := &member{dir: s.fromFile([]string{dir})[0], key: key, at: s.written.At(key + ".dir"), absent: true}
	switch info, err := s.view.Stat(m.dir); {
	case err != nil:
		s.memberProblem(m, diag.Problem{Message: "cannot read the folder of a service: " + disk.Cause(err).Error(), Found: dir})
	case !info.IsDir():
		s.memberProblem(m, diag.Problem{Message: "not a folder", Found: dir, Want: "the folder of a service"})
	case !s.view.Exists(filepath.Join(m.dir, inputs.PolicyName)):
		s.memberProblem(m, diag.Problem{Message: "no policy in the folder of a service", Found: dir, Want: "a folder with " + inputs.PolicyName, Fix: fmt.Sprintf("write %s: an empty one is all defaults", filepath.Join(m.dir, inputs.PolicyName))})
	default:
		m.absent = false
	}
	return m
}

// fromFile are paths of the system file as the working directory sees them.
func (s *services) fromFile(paths []string) []string {
	var out []string
	for _, path := range paths {
		out = append(out, filepath.Join(filepath.Dir(s.file), filepath.FromSlash(path)))
	}
	return out
}

func (s *services) memberProblem(m *member, p diag.Problem) {
	p.Position = m.at
	s.problems.Add(p)
}

// eachOf does something for several services, some at a time. It returns all errors, in their order.
func eachOf(members []*member, do func(i int, m *member) error) error {
	errs := make([]error, len(members))
	var group parallel.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, m := range members {
		group.Go(func() error {
			errs[i] = do(i, m)
			return nil
		})
	}
	_ = group.Wait() // each has its own error
	return errors.Join(errs...)
}

// checkNames refuses two services of one name: callers would find the instances of both.
func (s *services) checkNames() {
	first := map[string]*member{}
	for _, m := range s.members {
		if m.modelled == nil {
			continue
		}
		name := m.made.Tree.Name
		if other := first[name]; other != nil {
			s.memberProblem(m, diag.Problem{Message: "two services of one name: that in " + other.dir + " has it too", Found: name, Want: "a name of its own for each", Fix: "write another service.name"})
			continue
		}
		first[name] = m
	}
}

// graph is who calls whom, and the problems of the system as a whole, as its policies' waivers leave them.
func (s *services) graph() (*graph.Graph, diag.List) {
	var members []systemgraph.Member
	written := s.written.Waivers()
	for _, m := range s.members {
		members = append(members, systemgraph.Member{Result: m.made, Policy: m.in.Policy, Dependencies: m.in.DependencyPolicies()})
		written = append(written, m.made.Tree.Policy.Waivers()...)
	}
	var waivers []graph.Waiver
	for _, w := range written {
		if w.Check == policy.CheckLoopback {
			continue // each service has checked that
		}
		waivers = append(waivers, graph.Waiver{At: w.At, Line: w.Line, Check: w.Check, Reason: w.Reason, Warn: w.Warn})
	}
	g := systemgraph.Graph(members)
	return g, graph.Waive(g.Check(), waivers)
}
