package write

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAFileInUseIsWaitedFor, with the errors of a system that this one may not be.
func TestAFileInUseIsWaitedFor(t *testing.T) {
	sharing, other := errors.New("used by another process"), errors.New("no space")
	for name, c := range map[string]struct {
		fails int // how often the step fails first
		err   error
		steps int
		want  error
	}{
		"free":               {0, nil, 1, nil},
		"in use for a while": {3, sharing, 4, nil},
		"in use for long":    {100, sharing, 8, sharing},
		"another error":      {100, other, 1, other},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := 0
			err := patiently(func() error {
				if steps++; steps <= c.fails {
					return c.err
				}
				return nil
			}, func(err error) bool { return errors.Is(err, sharing) })
			require.ErrorIs(t, err, c.want)
			assert.Equal(t, c.steps, steps)
		})
	}
}
