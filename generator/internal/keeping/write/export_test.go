package write

import (
	"context"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
	"github.com/msgen/msgen/generator/internal/reading/state"
)

// State is what msgen remembers of the tree.
func (t *Tree) State() (*state.State, error) { return state.Read(t) }

// Apply is the whole of a run that writes one tree.
func (t *Tree) Apply(ctx context.Context, p *plan.Plan) error {
	unlock, err := Locker{}.Lock(ctx, t.dir)
	if err != nil {
		return err
	}
	defer unlock()
	return t.Write(p)
}
