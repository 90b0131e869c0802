package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const image = "registry.example.com/shop/orders@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// TestRollout: what rollout.sh asks of kubectl when instances become ready, and when they do not.
func TestRollout(t *testing.T) {
	e := service(t, "version: v1\ndeploy:\n  image: registry.example.com/shop/orders\n  environments: [dev]\n  kubernetes: {namespace: shop}\n")
	const revision = `get deployment/orders --namespace shop --ignore-not-found --output jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}`
	const apply = "apply --server-side --force-conflicts --kustomize overlays/release"
	const status = "rollout status deployment/orders --namespace shop --timeout 6m"
	const undo = "rollout undo deployment/orders --namespace shop --to-revision 7"
	for name, tt := range map[string]struct {
		args  []string
		fails string // the answers of `rollout status`: 1 fails
		asked []string
		code  int
	}{
		"ready":           {[]string{"dev", image}, "0", []string{revision, apply, status}, 0},
		"never ready":     {[]string{"dev", image}, "10", []string{revision, apply, status, undo, status}, 1},
		"no environment":  {[]string{"prod", image}, "", nil, 2},
		"no digest":       {[]string{"dev", "registry.example.com/shop/orders:v1"}, "", nil, 2},
		"no image at all": {[]string{"dev"}, "", nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			bin := t.TempDir()
			for i, answer := range tt.fails {
				write(t, bin, "status"+string(rune('1'+i)), []byte(string(answer)))
			}
			// It notes what it is asked, and answers for the status what the test wants next.
			kubectl := `#!/bin/sh
echo "$*" | sed 's/release\.[^ ]*/release/' >>"` + bin + `/asked"
case $1 in get) echo 7;; esac
case "$1 $2" in "rollout status") n=$(grep -c "rollout status" "` + bin + `/asked"); exit "$(cat "` + bin + `/status$n")";; esac
for last; do :; done
case $1 in apply) cat "$last/kustomization.yaml" >"` + bin + `/applied";; esac
`
			require.NoError(t, os.WriteFile(filepath.Join(bin, "kubectl"), []byte(kubectl), 0o755))
			cmd := exec.Command("sh", append([]string{"deploy/rollout.sh"}, tt.args...)...)
			cmd.Dir, cmd.Env = e.dir, append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
			out, _ := cmd.CombinedOutput()
			assert.Equal(t, tt.code, cmd.ProcessState.ExitCode(), string(out))
			asked, _ := os.ReadFile(filepath.Join(bin, "asked")) // not there when nothing was asked
			assert.Equal(t, tt.asked, lines(string(asked)))
			if tt.asked != nil {
				applied, err := os.ReadFile(filepath.Join(bin, "applied"))
				require.NoError(t, err)
				assert.Contains(t, string(applied), `newName: "registry.example.com/shop/orders", digest: "sha256:0123456789abcdef`)
			}
			left, err := filepath.Glob(filepath.Join(e.dir, "deploy/kubernetes/overlays/release*"))
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
