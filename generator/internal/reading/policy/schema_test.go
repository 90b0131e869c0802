package policy

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// validator checks policies against the schema of a language, as an editor does.
func validator(t testing.TB, lang *language) func(src []byte) error {
	t.Helper()
	text, err := lang.schema()
	require.NoError(t, err)
	return schemaValidator(t, text)
}

// schemaValidator checks YAML against a schema.
func schemaValidator(t testing.TB, text []byte) func(src []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("policy.json", doc))
	schema, err := compiler.Compile("policy.json")
	require.NoError(t, err)
	return func(src []byte) error {
		var value any
		if err := yaml.Load(append([]byte("---\n"), src...), &value); err != nil { // an empty file is null
			return err
		}
		asJSON, err := json.Marshal(value)
		if err != nil {
			return err
		}
		value, err = jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}
}

func TestSchemaAcceptsGoodPolicies(t *testing.T) {
	assert.NoError(t, validator(t, whole())(complete(t)))
	for name, src := range map[string]string{
		"the starter":       string(Starter("orders", "")),
		"the open starter":  string(uncommented(Starter("orders", ""))),
		"nothing set":       "{}",
		"an empty section":  "server:",
		"sizes in bytes":    "server: {maxRequestBytes: 1000}",
		"sizes with a unit": "server: {maxRequestBytes: 1KiB}",
	} {
		_, problems := Load("policy.yaml", []byte(src))
		assert.False(t, problems.HasErrors(), "%s: %s", name, texted(problems))
		assert.NoError(t, validator(t, released())([]byte(src)), name)
	}
}

func TestSchemaRefusesWhatItCanSee(t *testing.T) {
	validate := validator(t, released())
	for _, src := range []string{
		"version: v2",
		"server: {grpcPort: 0}",
		"server: {rateLimit: {}}",
		"server: {rateLimit: {requestsPerSecond: 0}}",
		"server: {requestTimeout: 5}",
		"server: {requestTimeout: fast}",
		"server: {maxRequestBytes: 4MB}",
		"service: {name: Orders}",
		"service: {name: vendor}",
		"service: {hosts: []}",
		"service: {hosts: [a.B, a.B]}",
		"dependencies: []",
		"events: {}", // not available yet
		"deploy: {}",
		"security: {}",
	} {
		_, problems := Load("policy.yaml", []byte(src))
		assert.True(t, problems.HasErrors(), src)
		assert.Error(t, validate([]byte(src)), src)
	}
}

func TestSchemaIsStable(t *testing.T) {
	first, err := Schema()
	require.NoError(t, err)
	second, err := describePolicy(unavailable()).schema()
	require.NoError(t, err)
	assert.Equal(t, string(first), string(second))
	assert.NotContains(t, string(first), "hedging", "what is not available is not offered")
}

func TestValuesSchema(t *testing.T) {
	text, err := ValuesSchema(Chart{
		Gateway: true, Labels: []string{"team"}, Annotations: []string{"prometheus.io/port"}, Variables: []string{"POD_IP"},
	})
	require.NoError(t, err)
	validate := schemaValidator(t, text)
	for _, good := range []string{
		"enabled: true", // by the condition of a chart around this one
		"gateway: shop",
		"podLabels: {tier: backend}",
		"podAnnotations: {prometheus.io/scheme: https}",
		"env: [{name: REGION, value: eu}]",
	} {
		assert.NoError(t, validate([]byte(good)), good)
	}
	for _, bad := range []string{
		"enabled: yes please",
		"edge: {replicas: 2}",
		"secrets: {externalStore: {name: vault}}",
		"podLabels: {team: a}",
		"podAnnotations: {prometheus.io/port: \"1\"}",
		"env: [{name: POD_IP, value: x}]",
	} {
		assert.Error(t, validate([]byte(bad)), bad)
	}
}
