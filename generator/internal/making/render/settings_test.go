package render

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/generator/internal/reading/policy"
	"github.com/msgen/msgen/templates"
)

// TestSettingsAreTheServers: each row that every tree has is a field of grpcserver.Settings, whose own test asks for a proof
// of each. The order is the same, so that config.go, POLICY.md and the server read alike.
func TestSettingsAreTheServers(t *testing.T) {
	text, err := fs.ReadFile(templates.FS, runtimeTree+"internal/grpcserver/options.go")
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), "options.go", text, 0)
	require.NoError(t, err)
	var fields []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.Name == "Settings" {
			for _, field := range spec.Type.(*ast.StructType).Fields.List {
				fields = append(fields, field.Names[0].Name)
			}
		}
		return true
	})
	service := &model.Tree{Definition: &model.Definition{Policy: policy.Default()}}
	var rows []string
	for _, setting := range service.Settings() {
		rows = append(rows, setting.Field)
	}
	assert.Equal(t, rows, fields, "the rows of the model and the fields of grpcserver.Settings")
}
