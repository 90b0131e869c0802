package acceptance

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/msgen/msgen/acceptance/program"
)

// TestRealServices makes one service of each corpus whose protos fit into one program, with all the names that their
// authors chose, and has Go build, vet and test it as it stands.
func TestRealServices(t *testing.T) {
	msgen := program.BuildMsgen(t, repository)
	for _, c := range corpora() {
		if c.apart {
			continue
		}
		t.Run(c.path(), func(t *testing.T) {
			root := t.TempDir()
			c.copyInto(t, root)
			for _, protos := range c.programs(t) {
				tree := emit(t, msgen, root, protos, derived)
				if len(c.needs) > 0 { // it imports stubs of a module that msgen does not pin
					program.Run(t, tree, "go", "mod", "tidy")
				}
				program.Run(t, tree, "go", "vet", "./...")
				program.Run(t, tree, "go", "test", "./...")
				assert.Empty(t, program.Run(t, tree, "go", "mod", "tidy", "-diff"))
			}
		})
	}
}
