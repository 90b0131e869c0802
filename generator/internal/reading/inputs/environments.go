package inputs

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// OpenSecrets warns of secrets in the settings of the environments, which are plain text.
func (l *Loaded) OpenSecrets() (problems diag.List) {
	deploy := l.Checked.Deploy
	if deploy == nil || deploy.Kubernetes == nil || l.Out == "" {
		return problems
	}
	name, read := deploy.Kubernetes.SettingsFile(), envSettings
	if deploy.Kubernetes.Packaging == policy.PackagingHelm {
		read = chartSettings
	}
	for _, environment := range deploy.Environments {
		file := l.FromTree(path.Join("deploy/kubernetes/overlays", environment, name))
		text, err := l.View.ReadFile(file)
		if err != nil {
			continue // the environment has no such file, or not yet
		}
		for _, s := range read(text) {
			if why := policy.SecretInPlainText(s.name, s.value); why != "" {
				problems.Add(diag.Problem{
					Severity: diag.Warning,
					Position: diag.Position{File: file, Line: s.line, Col: s.col},
					Message:  why + ", and manifests show it to everybody who reads them",
					Want:     "a Secret",
					Fix:      fmt.Sprintf("remove it, put %s into a Secret, and name that in the policy under deploy.kubernetes.env, envFrom or secretFiles", s.name),
				})
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

// chartSettings reads the variables in a chart's values, of tuning and of env; Helm refuses malformed YAML.
func chartSettings(text []byte) []setting {
	var values struct {
		Tuning yaml.Node
		Env    []struct {
			Name  string
			Value yaml.Node
		}
	}
	if err := yaml.Unmarshal(text, &values); err != nil {
		return nil
	}
	var all []setting
	for i := 0; i+1 < len(values.Tuning.Content); i += 2 {
		name, value := values.Tuning.Content[i], values.Tuning.Content[i+1]
		all = append(all, setting{name.Value, value.Value, name.Line, name.Column})
	}
	for _, variable := range values.Env {
		all = append(all, setting{variable.Name, policy.WithoutReferences(variable.Value.Value), variable.Value.Line, variable.Value.Column})
	}
	return all
}
