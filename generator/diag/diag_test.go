package diag_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
)

var port = diag.Problem{
	Position: diag.Position{File: "a,b:c.yaml", Line: 3, Col: 13},
	Message:  "server.grpcPort: out of range", Found: "70000", Want: "from 1 to 65535", Fix: "write 100%\nless",
}

func TestFormats(t *testing.T) {
	unused := diag.Problem{Severity: diag.Warning, Position: diag.Position{File: "x.proto"}, Message: "unused import"}
	for format, want := range map[diag.Format]string{
		diag.Text: "a,b:c.yaml:3:13: server.grpcPort: out of range: found \"70000\", want from 1 to 65535; write 100%\nless\n" +
			"x.proto: warning: unused import\n",
		diag.JSON: `{"file":"a,b:c.yaml","line":3,"column":13,"severity":"error","message":"server.grpcPort: out of range",` +
			`"found":"70000","want":"from 1 to 65535","fix":"write 100%\nless"}` + "\n" +
			`{"file":"x.proto","severity":"warning","message":"unused import"}` + "\n",
		diag.GitHub: "::error file=a%2Cb%3Ac.yaml,line=3,col=13::server.grpcPort: out of range: found \"70000\", " +
			"want from 1 to 65535; write 100%25%0Aless\n" +
			"::warning file=x.proto::unused import\n",
	} {
		var list diag.List
		list.Add(unused, port)
		var out strings.Builder
		require.NoError(t, diag.Print(&out, format, list.All()))
		assert.Equal(t, want, out.String(), format)
	}
}

func TestListIsSortedAndHasNothingTwice(t *testing.T) {
	at := func(file string, line, col int) diag.Position { return diag.Position{File: file, Line: line, Col: col} }
	var list, other diag.List
	list.Errorf(at("b", 1, 1), "five")
	list.Errorf(at("a", 10, 1), "three")
	list.Errorf(at("a", 2, 9), "two")
	other.Errorf(at("a", 2, 1), "%s", "one")
	other.Errorf(at("a", 10, 1), "three")
	other.Errorf(at("a", 10, 1), "four: the order in which they were found")
	other.Errorf(at("a", 10, 1), "three") // not beside the first
	list.Merge(other)
	var messages []string
	for _, p := range list.All() {
		messages = append(messages, p.Message)
	}
	assert.Equal(t, []string{"one", "two", "three", "four: the order in which they were found", "five"}, messages)
}

func TestOnlyErrorsStopARun(t *testing.T) {
	var list diag.List
	list.Add(diag.Problem{Severity: diag.Warning, Message: "unused"})
	require.NoError(t, list.Err())
	assert.False(t, list.HasErrors())
	list.Add(port)
	var failed *diag.ListError
	require.ErrorAs(t, list.Err(), &failed)
	assert.Len(t, failed.Problems(), 2, "with the warnings")
	assert.Equal(t, "msgen: warning: unused\n"+port.String(), failed.Error())
}
