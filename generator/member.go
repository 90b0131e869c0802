package generator

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/gateway"
	"github.com/msgen/msgen/generator/internal/reading/inputs"
	"github.com/msgen/msgen/generator/internal/reading/protoload"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// member is one service of a system, or the gateway.
type member struct {
	dir       string        // as the working directory sees it
	key       string        // of the system file: "services[0]"
	protos    []string      // where the system file says that its protos are, as the working directory sees them; none: in dir
	at        diag.Position // where the system file names it
	absent    bool          // there is no folder of a service where the system file names one
	ask       *request
	settled   *inputs.Settled // nil: its inputs have problems
	*modelled                 // nil: its inputs have problems
	problems  diag.List       // of its inputs
}

// model makes the model of a service. Problems of its inputs are no error, but left with the member.
func (m *member) model(ctx context.Context, s *services) error {
	if m.settled == nil {
		return nil
	}
	var system *gateway.System
	if m == s.gateway {
		system = s.leads()
	}
	m.modelled, m.problems = m.ask.model(ctx, m.settled, system)
	return nil
}

// settle finds out what a service is made from.
func (m *member) settle(ctx context.Context, s *services) (*inputs.Settled, error) {
	opts := s.opts
	opts.Out, opts.Policy, opts.ImportPaths, opts.Restore = m.dir, filepath.Join(m.dir, inputs.PolicyName), nil, nil
	tree, err := s.view.Tree(m.dir)
	if err != nil {
		return nil, err
	}
	if err := settled(ctx, tree, s.opts.Locks); err != nil {
		return nil, err
	}
	made, err := state.Read(tree)
	if err != nil {
		return nil, err
	}
	for _, dir := range made.Inputs.ImportPaths { // a tree that is there keeps the names of its protos
		if !inputs.HoldsCopies(made, dir) { // of the protos of others, which are read where they are made
			opts.ImportPaths = append(opts.ImportPaths, protoload.MoveImportPath(dir, m.fromTree))
		}
	}
	if opts.Protos, err = s.protosOf(m, made); err != nil {
		return nil, err
	}
	if len(opts.Protos) == 0 && made.Inputs.Plugin != nil { // a compiler's protos stand where its user wants them
		opts.ImportPaths = m.importPathsInTree(made.Inputs.ImportPaths)
	}
	if len(opts.Protos) == 0 && (made.Inputs.Plugin != nil || m != s.gateway) {
		opts.Protos = m.inTree(made.Inputs.Protos)
	}
	if len(opts.Protos) == 0 && s.request != nil {
		opts.Protos, opts.ImportPaths = s.requested(m), s.request.ImportPaths
	}
	if len(opts.Protos) == 0 && m != s.gateway {
		return nil, s.noProto(m)
	}
	m.ask = &request{Options: opts, sibling: s.isMember, whole: true, around: filepath.Dir(s.file)}
	return inputs.Open(s.view, m.ask.wanted())
}

func (s *services) isMember(dir string) bool {
	return slices.ContainsFunc(s.members, func(m *member) bool { return m.dir == dir }) || s.gateway != nil && s.gateway.dir == dir
}
