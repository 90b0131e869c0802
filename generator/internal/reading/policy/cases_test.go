package policy

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCases loads the policy of each testdata/*.txtar and compares what is said of it with want.txt. A case whose
// comment has a line "language: whole" is loaded with nothing refused.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			require.Len(t, archive.Files, 2)
			require.Equal(t, "policy.yaml", archive.Files[0].Name)
			require.Equal(t, "want.txt", archive.Files[1].Name)
			lang := released()
			if strings.Contains(string(archive.Comment), "language: whole\n") {
				lang = whole()
			}
			_, problems := load(lang, "policy.yaml", archive.Files[0].Data)
			got := strings.Join(append(texted(problems), ""), "\n")
			assert.Equal(t, len(problems.All()), strings.Count(got, "\n"), "one line for each problem")
			if !problems.HasErrors() {
				assert.NoError(t, validator(t, lang)(archive.Files[0].Data), "the schema refuses what Load accepts")
			}
			archive.Files[1].Data = []byte(got)
			golden(t, file, txtar.Format(archive))
		})
	}
}
