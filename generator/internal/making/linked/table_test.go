package linked

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite table.txt from the pinned modules, and fail")

const tableHeader = `# Code generated from the pinned modules by "go test ./generator/internal/making/linked -run TestTableIsCurrent -update". DO NOT EDIT.
# table.go says what the lines mean.
`

// TestTableIsCurrent surveys the sources of the pinned modules and compares the outcome with table.txt.
func TestTableIsCurrent(t *testing.T) {
	want := surveyPins(t)
	if *update {
		require.NoError(t, os.WriteFile("table.txt", []byte(want), 0o644))
		t.Fatal("table.txt is rewritten; run again without -update")
	}
	if diff := cmp.Diff(strings.Split(embeddedTable, "\n"), strings.Split(want, "\n")); diff != "" {
		t.Errorf("table.txt is out of date; run this test with -update:\n%s", diff)
	}
}
