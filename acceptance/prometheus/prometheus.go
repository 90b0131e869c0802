// Package prometheus runs Debian's Prometheus, has it scrape what runs, and asks its HTTP API for the expressions of the
// dashboards and rules that msgen emits. What goes wrong ends the test.
package prometheus

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// Config is what a server is started with.
type Config struct {
	Trees        []string            // those whose rules it has
	Jobs         map[string][]string // the addresses that it scrapes, by job
	Alertmanager string              // the address of who gets its alerts; empty for nobody
	Feature      string              // one that has to be asked for; empty for none
}

// Server is a running Prometheus. Start makes it.
type Server struct{ url string }

// Start starts a server, which scrapes and evaluates every second until the test ends.
func Start(t *testing.T, c Config) Server {
	t.Helper()
	dir, address := t.TempDir(), program.FreeAddress(t)
	file := filepath.Join(dir, "prometheus.yaml")
	require.NoError(t, os.WriteFile(file, []byte(c.yaml(t)), 0o644))
	program.Start(t, dir, nil, program.Tool(t, "prometheus"), "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--enable-feature="+c.Feature, "--log.level=warn")
	program.AwaitOK(t, "http://"+address+"/-/ready")
	return Server{"http://" + address}
}

func (c Config) yaml(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files:\n")
	for _, tree := range c.Trees {
		fmt.Fprintf(&text, "  - %q\n", rulesFile(tree))
	}
	if c.Alertmanager != "" {
		fmt.Fprintf(&text, "alerting: {alertmanagers: [{static_configs: [{targets: [%q]}]}]}\n", c.Alertmanager)
	}
	text.WriteString("scrape_configs:\n")
	for job, targets := range c.Jobs {
		quoted, err := json.Marshal(targets)
		require.NoError(t, err)
		fmt.Fprintf(&text, "  - {job_name: %q, static_configs: [{targets: %s}]}\n", job, quoted)
	}
	return text.String()
}

// sample is one series of an answer.
type sample struct {
	Value [2]any // the time and the value, as a text
}

// Numbers are the values of an expression now, those left out that are no number.
func (s Server) Numbers(t *testing.T, expr string) []float64 {
	t.Helper()
	var answer struct{ Result []sample }
	s.ask(t, "/api/v1/query", url.Values{"query": {expr}}, &answer)
	var values []float64
	for _, series := range answer.Result {
		text, ok := series.Value[1].(string)
		require.True(t, ok, "%s: %v", expr, series.Value)
		value, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err, expr)
		if !math.IsNaN(value) {
			values = append(values, value)
		}
	}
	return values
}

// ask asks the HTTP API and stores the data of its answer.
func (s Server) ask(t *testing.T, path string, values url.Values, data any) {
	t.Helper()
	resp, err := http.PostForm(s.url+path, values) //nolint:noctx // the test ends it
	require.NoError(t, err)
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          json.RawMessage
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	require.Equal(t, "success", answer.Status, "%s: %s", values, answer.Error)
	require.NoError(t, json.Unmarshal(answer.Data, data))
}

// Exemplars returns the traces that the exemplars of a series name.
func (s Server) Exemplars(t *testing.T, series string) []string {
	t.Helper()
	var found []struct {
		Exemplars []struct{ Labels map[string]string }
	}
	now := time.Now()
	s.ask(t, "/api/v1/query_exemplars", url.Values{
		"query": {series}, "start": {now.Add(-time.Hour).Format(time.RFC3339)}, "end": {now.Format(time.RFC3339)},
	}, &found)
	var traces []string
	for _, one := range found {
		for _, exemplar := range one.Exemplars {
			traces = append(traces, exemplar.Labels["trace_id"])
		}
	}
	return traces
}
