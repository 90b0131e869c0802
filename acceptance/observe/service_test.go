package observe

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// instance is a running instance of the service.
type instance struct {
	*program.Process

	address, admin string
	fault          string // the file that makes calls of Create fail while it is there
}

// startInstance starts an instance and returns when it serves.
func startInstance(t *testing.T, bin string, environment ...string) *instance {
	t.Helper()
	i := &instance{address: program.FreeAddress(t), admin: program.FreeAddress(t), fault: filepath.Join(t.TempDir(), "fault")}
	environment = append(environment, "GRPC_ADDRESS="+i.address, "ADMIN_ADDRESS="+i.admin, "FAULT="+i.fault, "DRAIN_DELAY=0s")
	i.Process = program.Start(t, t.TempDir(), environment, filepath.Join(bin, "orders"))
	program.AwaitOK(t, "http://"+i.admin+"/readyz")
	return i
}

// caller is the program that calls the service.
type caller struct {
	*program.Process

	metrics string
}

// startCaller starts the program.
func startCaller(t *testing.T, bin string, environment ...string) *caller {
	t.Helper()
	c := &caller{metrics: program.FreeAddress(t)}
	c.Process = program.Start(t, t.TempDir(), append(environment, "METRICS_ADDRESS="+c.metrics), filepath.Join(bin, "caller"))
	program.AwaitOK(t, "http://"+c.metrics+"/metrics")
	return c
}

// get returns what a URL answers.
func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, "%s: %s", url, body)
	return string(body)
}

// put puts a text and returns the answer.
func put(t *testing.T, url, text string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, strings.NewReader(text))
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(body)
}
