package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/diag"
)

func TestWaivers(t *testing.T) {
	p, problems := Load("p.yaml", []byte(`# msgen:allow provider: at the top
service: {team: shop}   # msgen:warn deadline: in the line
resilience:
  methods:
    # msgen:allow cycle: above,
    # msgen:allow breaker: with two

    Get:
      fallback:
        value: |
          # msgen:allow cycle: text too
    New: {fallback: {value: {text: "# msgen:allow cycle: text"}}} # msgen: a remark
    Put: {idempotent: true, # msgen:allow idempotency: é inside: really
          waitForReady: true}
`))
	require.Empty(t, problems.All())
	at := func(line, col int) diag.Position { return diag.Position{File: "p.yaml", Line: line, Col: col} }
	assert.Equal(t, []Waiver{
		{At: at(1, 1), Line: 2, Check: "provider", Reason: "at the top"},
		{At: at(2, 25), Line: 2, Check: "deadline", Reason: "in the line", Warn: true},
		{At: at(5, 5), Line: 8, Check: "cycle", Reason: "above,"},
		{At: at(6, 5), Line: 8, Check: "breaker", Reason: "with two"},
		{At: at(13, 29), Line: 13, Check: "idempotency", Reason: "é inside: really"},
	}, p.Waivers())
}
