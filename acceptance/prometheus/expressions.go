package prometheus

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

// Expression is one expression of a dashboard or of rules, and where it stands.
type Expression struct{ Where, Expr string }

// rulesFile is where a tree has its rules.
func rulesFile(tree string) string {
	return filepath.Join(tree, "deploy/observability/prometheus/rules.yaml")
}

// Rules are the expressions of a tree's rules; those of alerts have data only while they fire.
func Rules(t *testing.T, tree string) (recordings, alerts []Expression) {
	t.Helper()
	content, err := os.ReadFile(rulesFile(tree))
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
				recordings = append(recordings, Expression{rule.Record, rule.Expr}, Expression{rule.Record, rule.Record})
			} else {
				alerts = append(alerts, Expression{rule.Alert, rule.Expr})
			}
		}
	}
	require.NotEmpty(t, alerts)
	return recordings, alerts
}

// Dashboard are the expressions of a tree's dashboard, as Grafana sends them.
func Dashboard(t *testing.T, tree string) []Expression {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(tree, "deploy/observability/grafana/*.json"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	var file struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(content, &file))
	var expressions []Expression
	for _, panel := range file.Panels {
		for _, target := range panel.Targets {
			expressions = append(expressions, Expression{panel.Title, strings.ReplaceAll(target.Expr, "$__rate_interval", "30s")})
		}
	}
	require.NotEmpty(t, expressions)
	return expressions
}

// Split parts the expressions that have the text from the others.
func Split(text string, expressions []Expression) (having, others []Expression) {
	for _, e := range expressions {
		if strings.Contains(e.Expr, text) {
			having = append(having, e)
		} else {
			others = append(others, e)
		}
	}
	return having, others
}

var selector = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*\{[^}]*\}`)

// selectors are the series that an expression names, each with its labels. Every emitted expression has labels at the
// least for the job or the target.
func selectors(t *testing.T, e Expression) []string {
	t.Helper()
	found := selector.FindAllString(e.Expr, -1)
	require.NotEmpty(t, found, "%s: %s", e.Where, e.Expr)
	return found
}
