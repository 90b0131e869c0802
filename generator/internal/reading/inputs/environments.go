package inputs

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// OpenSecrets warns of secrets in the settings of the environments, which are plain text in a ConfigMap.
func (l *Loaded) OpenSecrets() (problems diag.List) {
	deploy := l.Checked.Deploy
	if deploy == nil || l.Out == "" {
		return problems
	}
	for _, environment := range deploy.Environments {
		for name, read := range map[string]func([]byte) []setting{"tuning.env": envSettings, "values.yaml": chartSettings} {
			file := path.Join(filepath.ToSlash(l.Out), "deploy/kubernetes/overlays", environment, name)
			text, err := l.View.ReadFile(filepath.FromSlash(file))
			if err != nil {
				continue // the environment has no such file, or not yet
			}
			for _, s := range read(text) {
				if why := policy.SecretInPlainText(s.name, s.value); why != "" {
					problems.Add(diag.Problem{
						Severity: diag.Warning,
						Position: diag.Position{File: file, Line: s.line, Col: s.col},
						Message:  why + ", and a ConfigMap shows it to everybody who reads it",
						Want:     "a Secret",
						Fix:      fmt.Sprintf("remove it, put %s into a Secret, and name that in the policy under deploy.kubernetes.env, envFrom or secretFiles", s.name),
					})
				}
			}
		}
	}
	return problems
}

// setting is a variable in a file of an environment.
type setting struct {
	name, value string
	line, col   int
}

// envSettings reads lines such as NAME=VALUE.
func envSettings(text []byte) []setting {
	var all []setting
	line := 0
	for written := range strings.Lines(string(text)) {
		line++
		if name, value, ok := strings.Cut(strings.TrimSpace(written), "="); ok && !strings.HasPrefix(name, "#") {
			all = append(all, setting{name, value, line, 1})
		}
	}
	return all
}

// chartSettings reads tuning of a chart's values; Helm refuses malformed YAML.
func chartSettings(text []byte) []setting {
	var values struct{ Tuning yaml.Node }
	if err := yaml.Unmarshal(text, &values); err != nil {
		return nil
	}
	var all []setting
	for i := 0; i+1 < len(values.Tuning.Content); i += 2 {
		name, value := values.Tuning.Content[i], values.Tuning.Content[i+1]
		all = append(all, setting{name.Value, value.Value, name.Line, name.Column})
	}
	return all
}
