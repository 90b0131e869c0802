package deploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// critical is the grade of kube-score's worst findings.
const critical = 1

// scored is what kube-score says of an object.
type scored struct {
	Name   string `json:"object_name"`
	Checks []struct {
		Check   struct{ ID string }
		Grade   int
		Skipped bool // waived, or not among the default checks
	}
}

// TestKubeScore: no critical finding, and none waived but those that the manifest explains.
func TestKubeScore(t *testing.T) {
	score := program.Tool(t, "kube-score")
	for _, m := range everyManifest(t) {
		file := filepath.Join(t.TempDir(), "manifests.yaml")
		require.NoError(t, os.WriteFile(file, []byte(m.text), 0o644))
		out, _ := exec.Command(score, "score", "--output-format", "json", file).Output() // it fails when it finds something
		var objects []scored
		require.NoError(t, json.Unmarshal(out, &objects), "%s: %s", m.name, out)
		require.NotEmpty(t, objects, m.name)
		for _, o := range objects {
			for _, c := range o.Checks {
				assert.False(t, c.Grade == critical && !c.Skipped, "%s: %s: %s", m.name, o.Name, c.Check.ID)
			}
		}
	}
}
