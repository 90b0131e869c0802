// Package parallel runs tasks at the same time, as errgroup does. A task that panics does so where the group is waited for,
// so that whoever waits can recover from it as from a panic of their own.
package parallel

import (
	"fmt"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Group is tasks that run at the same time. The zero Group has no limit.
type Group struct {
	tasks errgroup.Group
	once  sync.Once
	panic *Panic // the first of its tasks'
}

// Panic is what a task has panicked with.
type Panic struct {
	Value any
	Stack []byte // of the task
}

// String is the value, and where the task was.
func (p *Panic) String() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }

// SetLimit lets at most n tasks run at the same time. It is called before the first [Group.Go].
func (g *Group) SetLimit(n int) { g.tasks.SetLimit(n) }

// Go runs a task, as soon as the limit lets it.
func (g *Group) Go(task func() error) {
	g.tasks.Go(func() error {
		defer func() {
			if value := recover(); value != nil {
				g.once.Do(func() { g.panic = &Panic{value, debug.Stack()} })
			}
		}()
		return task()
	})
}

// Wait returns the first error of a task when all have ended. It panics with a [Panic] where one of them did.
func (g *Group) Wait() error {
	err := g.tasks.Wait()
	if g.panic != nil {
		panic(g.panic)
	}
	return err
}
