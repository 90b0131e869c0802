package observe

import (
	"bytes"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// indexTemplate is a composable index template, as Elasticsearch documents it, with the parameters of the field types
// that a log has (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-put-index-template).
type indexTemplate struct {
	IndexPatterns []string `json:"index_patterns"`
	Priority      int      `json:"priority"`
	Template      struct {
		Settings struct {
			Shards   *int `json:"number_of_shards"`
			Replicas *int `json:"number_of_replicas"`
		} `json:"settings"`
		Mappings struct {
			Properties map[string]indexField `json:"properties"`
		} `json:"mappings"`
	} `json:"template"`
}

type indexField struct {
	Type        string                `json:"type"`
	Index       *bool                 `json:"index"`
	IgnoreAbove int                   `json:"ignore_above"`
	Fields      map[string]indexField `json:"fields"`
}

// checkType wants one of the types of a log's fields, and no parameter that the type does not take.
func (f indexField) checkType(t *testing.T, name string) {
	t.Helper()
	assert.Contains(t, []string{"date", "keyword", "long", "text"}, f.Type, name)
	assert.True(t, f.IgnoreAbove == 0 || f.Type == "keyword", "%s: ignore_above is for keywords", name)
	assert.True(t, f.Fields == nil || f.Type == "text" || f.Type == "keyword", "%s: other forms are for texts", name)
	for sub, form := range f.Fields {
		form.checkType(t, name+"."+sub)
	}
}

// indexOf are the lines of the shippers that name the index, up to the date that each adds to it.
var indexOf = regexp.MustCompile(`logstash_prefix (\S+)|index => "([^"%]+)-%\{\+YYYY\.MM\.dd\}"`)

// checkIndex holds the index template to Elasticsearch's form, and the shippers to its pattern.
func checkIndex(t *testing.T, tree string) {
	t.Helper()
	logs := filepath.Join(tree, "deploy/observability/logs")
	content, err := os.ReadFile(filepath.Join(logs, "elasticsearch/index-template.json"))
	require.NoError(t, err)
	var index indexTemplate
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&index))
	require.NotEmpty(t, index.IndexPatterns)
	assert.Greater(t, index.Priority, 100, "Elasticsearch's own template for logs-*-* has 100")
	for name, field := range index.Template.Mappings.Properties {
		field.checkType(t, name)
	}
	assert.Equal(t, "date", index.Template.Mappings.Properties["@timestamp"].Type)

	shipped := 0
	for _, file := range glob(t, tree, "deploy/observability/logs/*/*.conf") {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, named := range indexOf.FindAllStringSubmatch(string(text), -1) {
			shipped++
			matched, err := path.Match(index.IndexPatterns[0], named[1]+named[2]+"-2026.11.26")
			require.NoError(t, err)
			assert.True(t, matched, "%s: %s is no index of the template", file, named[0])
		}
	}
	assert.Equal(t, 1, shipped)
	checkSaved(t, filepath.Join(logs, "kibana/saved-search.ndjson"), index.IndexPatterns[0])
}

// savedObject is a saved object as Kibana's import takes it, one on each line.
type savedObject struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Attributes struct {
		Title  string `json:"title"`
		Source struct {
			JSON string `json:"searchSourceJSON"`
		} `json:"kibanaSavedObjectMeta"`
		Columns []string `json:"columns"`
	} `json:"attributes"`
	References []struct{ Name, Type, ID string } `json:"references"`
}

// checkSaved wants every reference of the saved objects to be one of them, and the search to be made of one.
func checkSaved(t *testing.T, file, pattern string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	known := map[string]bool{}
	searches := 0
	for line := range strings.Lines(string(content)) {
		var saved savedObject
		require.NoError(t, json.Unmarshal([]byte(line), &saved), line)
		known[saved.Type+" "+saved.ID] = true
		if saved.Type == "index-pattern" {
			assert.Equal(t, pattern, saved.Attributes.Title)
			continue
		}
		searches++
		var source struct {
			IndexRefName string
			Query        struct{ Query, Language string }
		}
		require.NoError(t, json.Unmarshal([]byte(saved.Attributes.Source.JSON), &source))
		assert.Equal(t, "kuery", source.Query.Language)
		require.Len(t, saved.References, 1)
		assert.Equal(t, source.IndexRefName, saved.References[0].Name)
		assert.True(t, known[saved.References[0].Type+" "+saved.References[0].ID], "%s refers to nothing", saved.ID)
	}
	assert.NotZero(t, searches)
}

// pluginParameters are those that the documentation of Fluentd and of its output to Elasticsearch has, of those that
// the pipelines use, by the section and its type.
var pluginParameters = map[string]string{
	"source forward":      "bind port",
	"source tail":         "path pos_file tag read_from_head",
	"parse regexp":        "expression",
	"parse json":          "time_key time_type time_format keep_time_key",
	"filter parser":       "key_name reserve_data emit_invalid_record_to_error",
	"match elasticsearch": "host port logstash_format logstash_prefix include_timestamp time_precision suppress_type_name reconnect_on_error",
	"match stdout":        "",
	"buffer file":         "path flush_interval retry_max_interval retry_forever total_limit_size overflow_action",
}

// checkParameters wants each parameter of a pipeline of Fluentd's to be one of its plugin's, which stands first.
func checkParameters(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var open []string // sections, each with its type once it is known
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		name, value, _ := strings.Cut(line, " ")
		switch tag := fluentdTag.FindStringSubmatch(line); {
		case line == "" || line[0] == '#' || name == "@include":
		case tag != nil && tag[1] == "":
			open = append(open, tag[2])
		case tag != nil:
			open = open[:len(open)-1]
		case name == "@type":
			open[len(open)-1] += " " + value
			assert.Contains(t, pluginParameters, open[len(open)-1], file)
		default:
			plugin := open[len(open)-1]
			assert.Contains(t, strings.Fields(pluginParameters[plugin]), name, "%s: %s", file, plugin)
		}
	}
}
