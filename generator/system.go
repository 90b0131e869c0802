package generator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/generator/internal/reading/state"
	"github.com/msgen/msgen/generator/internal/showing/graph"
	"github.com/msgen/msgen/generator/internal/showing/graphdraw"
	"github.com/msgen/msgen/generator/internal/showing/systemgraph"
)

// System is what was planned for every service of a system.
type System struct {
	Trees    []*Tree        // in the order of the system file; each is in the folder of its service
	Warnings []diag.Problem // about all inputs, and about the system as a whole, sorted; those of the trees are among them
}

// CheckSystem returns every problem of the services that a system file names, and of the system that they make up, warnings too,
// sorted by position. Of the options, those that say what one run reads and where it writes have no effect, here as in
// all that works on systems: each service is read from its folder, and written there.
func CheckSystem(ctx context.Context, file string, opts Options) ([]diag.Problem, error) {
	s, err := newSystem(ctx, file, opts)
	if err != nil {
		return nil, err
	}
	if !s.problems.HasErrors() {
		s.check()
	}
	return s.problems.All(), nil
}

// PlanSystem decides what a run would do to each path of every tree of a system, and writes nothing. The error is a
// [diag.ListError] when the inputs have problems, or the system that they make up; nothing is planned then.
func PlanSystem(ctx context.Context, file string, opts Options) (*System, error) {
	s, err := newSystem(ctx, file, opts)
	if err != nil {
		return nil, err
	}
	if !s.problems.HasErrors() {
		s.check()
	}
	if err := s.problems.Err(); err != nil {
		return nil, err
	}
	out := &System{Trees: make([]*Tree, len(s.members)), Warnings: s.problems.All()}
	err = s.each(func(i int, m *member) error {
		if err := m.run.render(); err != nil {
			return fmt.Errorf("%s: %w", m.dir, err)
		}
		tree, err := m.run.plan()
		if err != nil {
			return fmt.Errorf("%s: %w", m.dir, err)
		}
		tree.Warnings, out.Trees[i] = nil, tree
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// RecoverSystem does what [Recover] does, for every service of a system.
func RecoverSystem(file string) error {
	s, err := readSystem(file, Options{})
	if err != nil {
		return err
	}
	if err := s.problems.Err(); err != nil {
		return err
	}
	if s.gateway != nil {
		s.members = append(s.members, s.gateway)
	}
	return s.each(func(_ int, m *member) error { return Recover(m.dir) })
}

// SystemGraph is who calls whom in a system.
type SystemGraph struct {
	Problems []diag.Problem // of the inputs and of the system, sorted; none of them keeps it from being shown

	graph *graph.Graph
}

// GraphFormats are the formats in which a graph can be shown, the first of them for a terminal.
func GraphFormats() []string {
	var names []string
	for _, format := range graphdraw.Formats {
		names = append(names, string(format))
	}
	return names
}

// Write shows the graph in a format.
func (g *SystemGraph) Write(w io.Writer, format string) error {
	return graphdraw.Write(w, g.graph, graphdraw.Format(format))
}

// GraphSystem makes the graph of a system, with the calls marked that are on cycles. The error is a [diag.ListError] when
// the inputs have errors; those of the system as a whole are no reason not to show it.
func GraphSystem(ctx context.Context, file string, opts Options) (*SystemGraph, error) {
	s, err := newSystem(ctx, file, opts)
	if err != nil {
		return nil, err
	}
	if err := s.problems.Err(); err != nil {
		return nil, err
	}
	g := s.check()
	return &SystemGraph{Problems: s.problems.All(), graph: g}, nil
}

// services is a system on its way through the pipeline.
type services struct {
	file     string
	opts     Options
	members  []*member
	gateway  *member // nil: it has none
	written  *policy.System
	problems diag.List
}

// member is one of its services, or the gateway.
type member struct {
	dir    string        // as the working directory sees it
	at     diag.Position // where the system file names it
	run    *run
	absent bool // there is no folder of a service where the system file names one
}

// newSystem reads all services and makes their models, whatever the problems of one, and then that of the gateway, which
// follows from them.
func newSystem(ctx context.Context, file string, opts Options) (*services, error) {
	s, err := readServices(ctx, file, opts)
	if err != nil || s.gateway == nil || !s.written.Sound("gateway") {
		return s, err
	}
	if err := s.gateway.build(ctx, s); err != nil {
		return nil, err
	}
	s.problems.Merge(s.gateway.run.problems)
	s.members = append(s.members, s.gateway)
	s.checkNames()
	return s, nil
}

// readServices reads all services and makes their models, whatever the problems of one.
func readServices(ctx context.Context, file string, opts Options) (*services, error) {
	s, err := readSystem(file, opts)
	if err != nil {
		return nil, err
	}
	if err := s.each(func(_ int, m *member) error { return m.build(ctx, s) }); err != nil {
		return nil, err
	}
	for _, m := range s.members {
		s.problems.Merge(m.run.problems)
	}
	s.checkNames()
	return s, nil
}

// leadsTo is what the system file says of the gateway. It leads to the services whose models could be made.
func (s *services) leadsTo() *gateway {
	sound := slices.DeleteFunc(slices.Clone(s.members), func(m *member) bool { return m.run.result == nil })
	return &gateway{system: s.file, written: s.written.Gateway, at: s.written.At, members: sound, partial: s.problems.HasErrors()}
}

// readSystem reads the system file, and looks for the folders that it names. What is wrong with it is no error as long as it
// can be read: the services that it names are checked all the same.
func readSystem(file string, opts Options) (*services, error) {
	s := &services{file: file, opts: opts}
	src, err := os.ReadFile(file)
	if err != nil {
		s.problems.Add(diag.Problem{Position: diag.Position{File: file}, Message: "cannot read the system file: " + cause(err)})
		return nil, s.problems.Err()
	}
	written, problems := policy.LoadSystem(file, src)
	s.problems.Merge(problems)
	s.written = written
	for i, service := range written.Services {
		if service.Dir != "" {
			s.members = append(s.members, s.member(service.Dir, fmt.Sprintf("services[%d].dir", i)))
		}
	}
	if written.Gateway != nil && written.Gateway.Dir != "" {
		s.gateway = s.member(written.Gateway.Dir, "gateway.dir")
	}
	return s, nil
}

// member looks for the folder of a service, which a path of the system file names.
func (s *services) member(dir, path string) *member {
	m := &member{dir: filepath.Join(filepath.Dir(s.file), filepath.FromSlash(dir)), at: s.written.At(path), run: &run{}, absent: true}
	switch info, err := os.Stat(m.dir); {
	case err != nil:
		s.memberProblem(m, diag.Problem{Message: "cannot read the folder of a service: " + cause(err), Found: dir})
	case !info.IsDir():
		s.memberProblem(m, diag.Problem{Message: "not a folder", Found: dir, Want: "the folder of a service"})
	case !exists(filepath.Join(m.dir, policyName)):
		s.memberProblem(m, diag.Problem{Message: "no policy in the folder of a service", Found: dir, Want: "a folder with " + policyName, Fix: fmt.Sprintf("write %s: an empty one is all defaults", filepath.Join(m.dir, policyName))})
	default:
		m.absent = false
	}
	return m
}

func (s *services) memberProblem(m *member, p diag.Problem) {
	p.Position = m.at
	s.problems.Add(p)
}

// each does something for all services, several at a time. It returns all errors, in their order.
func (s *services) each(do func(i int, m *member) error) error {
	errs := make([]error, len(s.members))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, m := range s.members {
		group.Go(func() error {
			errs[i] = do(i, m)
			return nil
		})
	}
	_ = group.Wait() // each has its own error
	return errors.Join(errs...)
}

// build makes the model of a service. Problems of its inputs are no error, but left in its run.
func (m *member) build(ctx context.Context, s *services) error {
	if m.absent {
		return nil
	}
	err := m.load(ctx, s)
	if failed, ok := errors.AsType[*diag.ListError](err); ok {
		if !m.run.problems.HasErrors() {
			m.run.problems.Add(failed.Problems()...)
		}
		return nil
	}
	return err
}

func (m *member) load(ctx context.Context, s *services) error {
	opts := s.opts
	opts.Out, opts.Policy, opts.ImportPaths, opts.Restore = m.dir, filepath.Join(m.dir, policyName), nil, nil
	made, err := state.Read(os.DirFS(m.dir))
	if err != nil {
		return err
	}
	for _, dir := range made.Inputs.ImportPaths { // a tree that is there keeps the names of its protos
		if !holdsCopies(made, dir) { // of the protos of others, which are read where they are made
			opts.ImportPaths = append(opts.ImportPaths, filepath.Join(m.dir, filepath.FromSlash(dir)))
		}
	}
	if opts.Protos, err = s.protosOf(m, made); err != nil {
		return err
	}
	if len(opts.Protos) == 0 && m != s.gateway {
		m.run.problems.Add(diag.Problem{Position: m.at, Message: "no proto in the folder of a service", Found: m.dir, Want: "a folder with a .proto file"})
		return m.run.problems.Err()
	}
	r, err := openRun(opts)
	if err != nil {
		return err
	}
	m.run, r.sibling = r, s.isMember
	if m == s.gateway {
		m.run.gateway = s.leadsTo()
	}
	return m.run.build(ctx)
}

// holdsCopies reports whether msgen has put copies of protos into a folder of a tree.
func holdsCopies(made *state.State, dir string) bool {
	for path := range made.Files {
		if strings.HasPrefix(path, dir+"/") && filepath.Ext(path) == ".proto" {
			return true
		}
	}
	return false
}

// protosOf finds the protos of a service: all at and below its folder, sorted, but for the copies that msgen has put into the
// tree, for folders whose names begin with a dot, and for those of other services of the system.
func (s *services) protosOf(m *member, made *state.State) ([]string, error) {
	var protos []string
	err := filepath.WalkDir(m.dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != m.dir && (strings.HasPrefix(entry.Name(), ".") || s.isMember(name)):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".proto":
			return nil
		}
		inTree, err := filepath.Rel(m.dir, name)
		if _, copied := made.Files[filepath.ToSlash(inTree)]; err == nil && !copied {
			protos = append(protos, name)
		}
		return err
	})
	return protos, err
}

func (s *services) isMember(dir string) bool {
	return slices.ContainsFunc(s.members, func(m *member) bool { return m.dir == dir }) || s.gateway != nil && s.gateway.dir == dir
}

// checkNames refuses two services of one name: callers would find the instances of both.
func (s *services) checkNames() {
	first := map[string]*member{}
	for _, m := range s.members {
		if m.run.result == nil {
			continue
		}
		name := m.run.result.Service.Name
		if other := first[name]; other != nil {
			s.memberProblem(m, diag.Problem{Message: "two services of one name: that in " + other.dir + " has it too", Found: name, Want: "a name of its own for each", Fix: "write another service.name"})
			continue
		}
		first[name] = m
	}
}

// check adds the problems of the system as a whole, as its policies' waivers leave them, and returns its graph.
func (s *services) check() *graph.Graph {
	var members []systemgraph.Member
	written := s.written.Waivers()
	for _, m := range s.members {
		members = append(members, systemgraph.Member{Result: m.run.result, Policy: m.run.inputs.policy, Callees: m.run.calleePolicies()})
		written = append(written, m.run.result.Service.Policy.Waivers()...)
	}
	var waivers []graph.Waiver
	for _, w := range written {
		waivers = append(waivers, graph.Waiver{At: w.At, Line: w.Line, Check: w.Check, Reason: w.Reason, Warn: w.Warn})
	}
	g := systemgraph.Graph(members)
	s.problems.Merge(graph.Waive(g.Check(), waivers))
	return g
}

// SystemSchema returns the JSON Schema of system files, for editors.
func SystemSchema() ([]byte, error) { return policy.SystemSchema() }
