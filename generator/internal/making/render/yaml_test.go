package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

func TestYAMLText(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string
	}{
		{"orders", "orders"},
		{10, "10"},
		{"10", `"10"`},
		{"on", `"on"`},
		{"null", `"null"`},
		{"1e3", `"1e3"`},
		{"", `""`},
		{"a: b", `'a: b'`},
		{"a,b", `'a,b'`},
		{"a # b", `'a # b'`},
		{"x\u202ey", `"x\U0000202ey"`},
		{"{{ .Values.x }}", `"\x7b\x7b .Values.x }}"`},
		{[]string{"a", "b,c"}, `[a, 'b,c']`},
		{map[string]string{"b": "2", "a": "x"}, `{a: x, b: "2"}`},
	} {
		got, err := yamlText(tt.value)
		require.NoError(t, err)
		assert.Equal(t, tt.want, got)
	}
}

// FuzzYAMLText: whatever the text, it is one line from which its reader gets the text back, in a block and in a list.
func FuzzYAMLText(f *testing.F) {
	for _, text := range []string{"a", "\"", "'", "\n", "- a", "&a", "*a", "!!int 1", "|", "%", "${{ a }}", "{{{{", "\\", "\\x7b\\x7b", "\u2028", "\ufeff", "\x00", "\u0085", " a ", "~", "0o7", "1:20", "=", "<<"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := yamlText(text)
		if err != nil {
			return // not UTF-8
		}
		assert.NotContains(t, got, "\n")
		assert.NotContains(t, got, "{{")
		var read struct {
			Block string
			List  []string
		}
		require.NoError(t, yaml.Unmarshal([]byte("block: "+got+"\nlist: ["+got+", b]\n"), &read), got)
		assert.Equal(t, text, read.Block)
		assert.Equal(t, []string{text, "b"}, read.List)
	})
}
