//go:build buf

package protobreak_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// TestAgreesWithBuf holds every case to `buf breaking`: the rules of its categories WIRE and WIRE_JSON that it reports are
// those that are found here. It needs buf, at the path that the variable BUF holds, so the acceptance tests run it.
func TestAgreesWithBuf(t *testing.T) {
	const ours = "RPC_NO_DELETE SERVICE_NO_DELETE FIELD_NO_DELETE FIELD_SAME_TYPE FIELD_SAME_CARDINALITY " +
		"MESSAGE_NO_DELETE ENUM_NO_DELETE ENUM_VALUE_NO_DELETE ENUM_SAME_TYPE FILE_SAME_GO_PACKAGE" // buf has them in FILE
	for name, archive := range cases(t) {
		t.Run(name, func(t *testing.T) {
			found := map[string]bool{}
			for _, change := range changes(t, archive) {
				for _, rule := range change.Rules {
					if !slices.Contains(strings.Fields(ours), rule) {
						found[rule] = true
					}
				}
			}
			bufs := map[string]bool{}
			for _, category := range []string{"WIRE", "WIRE_JSON"} {
				maps.Copy(bufs, buf(t, archive, category))
			}
			assert.Equal(t, slices.Sorted(maps.Keys(bufs)), slices.Sorted(maps.Keys(found)))
		})
	}
}

// buf is the rules of a category that buf finds broken.
func buf(t *testing.T, archive *txtar.Archive, category string) map[string]bool {
	t.Helper()
	dir := t.TempDir()
	for _, file := range archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(file.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, file.Data, 0o644))
	}
	cmd := exec.Command(os.Getenv("BUF"), "breaking", ".", "--against", "../was", "--error-format", "json",
		"--config", `{"version":"v2","breaking":{"use":["`+category+`"]}}`)
	cmd.Dir = filepath.Join(dir, "now")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // it fails when it finds something
	require.Empty(t, stderr.String())
	rules := map[string]bool{}
	for line := range strings.Lines(stdout.String()) {
		var finding struct{ Type string }
		require.NoError(t, json.Unmarshal([]byte(line), &finding), line)
		rules[finding.Type] = true
	}
	return rules
}
