package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	urfave "github.com/urfave/cli/v2"
)

func TestInterruptCancelsTheContext(t *testing.T) {
	self, err := os.FindProcess(os.Getpid())
	require.NoError(t, err)

	var stderr strings.Builder
	app := newApp(nil, nil, &stderr)
	app.Command("generate").Action = interruptible(func(c *urfave.Context) error {
		require.NoError(t, self.Signal(os.Interrupt))
		<-c.Done()
		return c.Err()
	})
	assert.Equal(t, 1, exitCode(app.Run([]string{name, "generate"})))
	assert.Equal(t, "msgen: interrupted; nothing was written\n", stderr.String())
}
