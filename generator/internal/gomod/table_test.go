package gomod

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTableIsCurrent(t *testing.T) {
	s := surveyPins(t, readPins(t))
	want := s.table.encode()
	if *update {
		require.NoError(t, os.WriteFile("table.txt", []byte(want), 0o644))
		t.Fatal("table.txt is rewritten; run again without -update")
	}
	assert.Equal(t, want, embeddedTable, "run this test with -update")
}
