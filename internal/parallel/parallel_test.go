package parallel_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/internal/parallel"
)

func TestWaitHasTheFirstError(t *testing.T) {
	var group parallel.Group
	group.SetLimit(1)
	var done atomic.Int32
	for _, err := range []error{nil, errors.New("second"), errors.New("third")} {
		group.Go(func() error {
			done.Add(1)
			return err
		})
	}
	require.EqualError(t, group.Wait(), "second")
	assert.EqualValues(t, 3, done.Load())
}

func TestAPanicReachesWhoWaits(t *testing.T) {
	var group parallel.Group
	var ended atomic.Bool
	group.Go(func() error { panicking(); return nil })
	group.Go(func() error { ended.Store(true); return errors.New("an error does not hide it") })
	defer func() {
		got, ok := recover().(*parallel.Panic)
		require.True(t, ok)
		assert.Equal(t, "broken", got.Value)
		assert.Contains(t, got.String(), "panicking", "where it was")
		assert.True(t, ended.Load(), "the other tasks are not cut short")
	}()
	_ = group.Wait()
	t.Fatal("Wait returned")
}

func panicking() { panic("broken") }
