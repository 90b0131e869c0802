package write

import (
	"context"

	"github.com/msgen/msgen/generator/internal/keeping/plan"
)

// Apply is the whole of a run that writes one tree.
func (t *Tree) Apply(ctx context.Context, p *plan.Plan) error {
	unlock, err := Locker{}.Lock(ctx, t.dir)
	if err != nil {
		return err
	}
	defer unlock()
	if err := t.Stale(); err != nil {
		return err
	}
	return t.Write(p)
}
