package diag_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

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
		diag.Text: "a,b:c.yaml:3:13: server.grpcPort: out of range: found \"70000\", want from 1 to 65535; write 100%\\nless\n" +
			"x.proto: warning: unused import\n",
		diag.JSON: `{"file":"a,b:c.yaml","line":3,"column":13,"severity":"error","message":"server.grpcPort: out of range",` +
			`"found":"70000","want":"from 1 to 65535","fix":"write 100%\nless"}` + "\n" +
			`{"file":"x.proto","severity":"warning","message":"unused import"}` + "\n",
		diag.GitHub: "::error file=a%2Cb%3Ac.yaml,line=3,col=13::server.grpcPort: out of range: found \"70000\", " +
			"want from 1 to 65535; write 100%25\\nless\n" +
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

// TestNothingIsObeyed: whatever an input holds, a terminal and a CI system get text.
func TestNothingIsObeyed(t *testing.T) {
	const evil = "\x1b[2J\r\n::error::\x00\x7f\u009b\u202e\u2028\xff\u200b"
	p := diag.Problem{
		Position: diag.Position{File: "a" + evil, Line: 1}, Severity: diag.Error,
		Message: "m" + evil, Found: "f" + evil, Want: "w" + evil, Fix: "x" + evil,
	}
	for _, format := range diag.Formats() {
		var out strings.Builder
		require.NoError(t, diag.Print(&out, format, []diag.Problem{p, p}))
		assert.Equal(t, 2, strings.Count(out.String(), "\n"), format)
		for _, r := range strings.ReplaceAll(out.String(), "\n", "") {
			assert.True(t, unicode.IsPrint(r) || r == utf8.RuneError && format == diag.JSON, "%s: %q", format, r)
		}
	}
	assert.Equal(t, `a\x1b[2J\r\n::error::\x00\x7f\u009b\u202e\u2028\xff\u200b`, diag.Printable("a"+evil))
	assert.Equal(t, "größer: 100 % ✓", diag.Printable("größer: 100 % ✓"))
}

func TestPasswordsAreNotPrinted(t *testing.T) {
	for text, want := range map[string]string{
		"amqp://shop:s3cret@rabbit:5672/x":          "amqp://shop:***@rabbit:5672/x",
		"amqp://:s3cret@rabbit":                     "amqp://:***@rabbit",
		"https://shop:s3c:r/e@t@id.example.com":     "https://shop:***@id.example.com",
		"shop:s3cret@db.internal:5432":              "shop:***@db.internal:5432",
		"dns:///shop:s3cret@db":                     "dns:///shop:***@db",
		"amqp://rabbit:5672/a@b":                    "amqp://rabbit:***@b", // it may be a password with a slash in it
		"registry/app:v1@sha256:0123":               "registry/app:v1@sha256:0123",
		"a.proto:3:4: example.com/mod@v1.2.3: text": "a.proto:3:4: example.com/mod@v1.2.3: text",
	} {
		assert.Equal(t, want, diag.Masked(text))
		p := diag.Problem{Message: "m " + text, Found: text, Want: "w " + text, Fix: "f " + text}
		for _, format := range diag.Formats() {
			var out strings.Builder
			require.NoError(t, diag.Print(&out, format, []diag.Problem{p}))
			assert.Equal(t, 4, strings.Count(strings.ReplaceAll(out.String(), "%25", "%"), want), "%s: %s", format, out.String())
			assert.NotContains(t, out.String(), "s3c", format)
		}
	}
	assert.Equal(t, "amqp://shop:***@rabbit", diag.MaskedValue(`amqp://shop:s3 "cr"et@rabbit`))
}

func TestJSONHasNothingThatATerminalObeys(t *testing.T) {
	const name = "a\x1b[2J\u009b2J\u202e<b>.go"
	var out bytes.Buffer
	require.NoError(t, diag.WriteJSON(&out, map[string]string{"path": name}))
	assert.Regexp(t, `^[ -~]+<b>[ -~]+\n$`, out.String())
	var read map[string]string
	require.NoError(t, json.Unmarshal(out.Bytes(), &read))
	assert.Equal(t, name, read["path"])
}
