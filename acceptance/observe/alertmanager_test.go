package observe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// pager gets the pages that Alertmanager sends.
type pager struct {
	mu    sync.Mutex
	pages []notice
}

// notice is an alert in a page.
type notice struct {
	Status      string
	Labels      map[string]string
	Annotations map[string]string
}

// startAlertmanager starts an Alertmanager with the tree's configuration, in which the receiver of pages is filled as
// its user would do it, and returns its address and who is paged.
func startAlertmanager(t *testing.T, tree string) (string, *pager) {
	t.Helper()
	p := &pager{}
	webhook := httptest.NewServer(p)
	t.Cleanup(webhook.Close)
	config, err := os.ReadFile(filepath.Join(tree, "deploy/observability/alertmanager/alertmanager.yaml"))
	require.NoError(t, err)
	const receiver = "  - name: page"
	require.Equal(t, 1, strings.Count(string(config), receiver+" "))
	filled := strings.Replace(string(config), receiver, fmt.Sprintf("  - webhook_configs: [{url: %q}]\n    name: page", webhook.URL), 1)
	dir := t.TempDir()
	file := filepath.Join(dir, "alertmanager.yaml")
	require.NoError(t, os.WriteFile(file, []byte(filled), 0o644))
	address := program.FreeAddress(t)
	program.Start(t, dir, nil, program.Tool(t, "alertmanager"), "--config.file="+file, "--storage.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--cluster.listen-address=", "--log.level=warn")
	program.AwaitOK(t, "http://"+address+"/-/ready")
	return address, p
}

// ServeHTTP takes a page.
func (p *pager) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var page struct{ Alerts []notice }
	if json.NewDecoder(r.Body).Decode(&page) != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages = append(p.pages, page.Alerts...)
}

// paged returns the page about an alert, or nil.
func (p *pager) paged(alert string) *notice {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, page := range p.pages {
		if page.Status == "firing" && page.Labels["alertname"] == alert {
			return &p.pages[i]
		}
	}
	return nil
}
