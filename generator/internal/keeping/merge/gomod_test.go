package merge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/generator/internal/keeping/merge"
)

const goMod = `module example.com/orders

go 1.26

require (
	example.com/dropped v1.0.0
	example.com/grpc v1.80.0
	example.com/left v1.0.0
)

require example.com/sys v0.4.0 // indirect
`

func TestModMergesRequirements(t *testing.T) {
	mine := `module example.com/orders

go 1.27 // for our loops

require (
	example.com/dropped v1.0.0
	example.com/grpc v1.82.0 // we need its fix
	example.com/mine v0.1.0
)

require example.com/sys v0.4.0 // indirect

replace example.com/mine => ../mine
`
	theirs := `module example.com/orders

go 1.26.1

require (
	example.com/grpc v1.81.0
	example.com/left v1.1.0
	example.com/new v1.0.0
)

require example.com/sys v0.5.0 // indirect
`
	want := `module example.com/orders

go 1.27 // for our loops

require (
	example.com/grpc v1.82.0 // we need its fix
	example.com/mine v0.1.0
)

require example.com/new v1.0.0

require example.com/sys v0.5.0 // indirect

replace example.com/mine => ../mine
`
	result := merge.File("go.mod", []byte(goMod), []byte(mine), []byte(theirs), nil)
	assert.Empty(t, result.Conflicts)
	assert.Equal(t, want, string(result.Content))

	raised := merge.File("go.mod", []byte(goMod), []byte(mine), []byte(replaced(theirs, "v1.81.0", "v1.90.0", "1.26.1", "1.28")), nil)
	assert.Contains(t, string(raised.Content), "example.com/grpc v1.90.0 // we need its fix", "msgen's is newer still")
	assert.Contains(t, string(raised.Content), "go 1.28 // for our loops")

	broken := merge.File("go.mod", []byte(goMod), []byte("module example.com/orders\n\nrequire\n"), []byte(theirs), nil)
	assert.NotEmpty(t, broken.Conflicts, "what does not parse is merged by lines")
}

func TestSumIsASet(t *testing.T) {
	result := merge.File("go.sum",
		[]byte("a v1.0.0 h1:a=\na v1.0.0/go.mod h1:am=\n"),
		[]byte("a v1.0.0 h1:a=\na v1.0.0/go.mod h1:am=\nb v1.0.0/go.mod h1:b=\n"),
		[]byte("a v1.0.0/go.mod h1:am=\na v1.1.0 h1:aa=\nc v1.0.0 h1:c=\n"), nil)
	assert.Equal(t, "a v1.0.0 h1:a=\na v1.0.0/go.mod h1:am=\na v1.1.0 h1:aa=\nb v1.0.0/go.mod h1:b=\nc v1.0.0 h1:c=\n",
		string(result.Content))
}
