package observe

import (
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

const patience = program.Patience

// stop asks a program of msgen's to end, which it is to do well.
func stop(t *testing.T, p *program.Process, signal os.Signal) {
	t.Helper()
	require.NoError(t, p.Stop(t, signal))
}

// awaitOK waits until a URL answers with 200.
func awaitOK(t *testing.T, url string) {
	t.Helper()
	require.Eventually(t, func() bool {
		resp, err := http.Get(url)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}, patience, 100*time.Millisecond, url)
}
