package observe

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// expression is one expression of the dashboard or of the rules, and where it stands.
type expression struct{ where, expr string }

// rules are the expressions of the rules; those of alerts have data only while they fire.
func rules(t *testing.T, tree string) (recordings, alerts []expression) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(tree, "deploy/observability/prometheus/rules.yaml"))
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Rules []struct{ Record, Alert, Expr string }
		}
	}
	require.NoError(t, yaml.Unmarshal(content, &file))
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			if rule.Record != "" {
				recordings = append(recordings, expression{rule.Record, rule.Expr}, expression{rule.Record, rule.Record})
			} else {
				alerts = append(alerts, expression{rule.Alert, rule.Expr})
			}
		}
	}
	require.NotEmpty(t, alerts)
	return recordings, alerts
}

// dashboard are the expressions of the dashboard, as Grafana sends them.
func dashboard(t *testing.T, tree string) []expression {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(tree, "deploy/observability/grafana/orders.json"))
	require.NoError(t, err)
	var file struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(content, &file))
	var expressions []expression
	for _, panel := range file.Panels {
		for _, target := range panel.Targets {
			expressions = append(expressions, expression{panel.Title, strings.ReplaceAll(target.Expr, "$__rate_interval", "30s")})
		}
	}
	require.NotEmpty(t, expressions)
	return expressions
}

var selector = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*\{[^}]*\}`)

// selectors are the series that an expression names, each with its labels. Every emitted expression has labels at the
// least for the job or the target.
func selectors(t *testing.T, e expression) []string {
	t.Helper()
	found := selector.FindAllString(e.expr, -1)
	require.NotEmpty(t, found, "%s: %s", e.where, e.expr)
	return found
}
