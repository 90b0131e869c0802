//go:build started

package generator

import (
	"path/filepath"
	"strconv"
	"testing"
)

// TestProtoSetsStart builds and starts programs of random sets of protos, next to the modules that have published the stubs: a
// program that links a proto twice compiles, and panics when it starts.
func TestProtoSetsStart(t *testing.T) {
	for _, seed := range []uint64{0, 1, 2, 11} { // stubs are required, replaced and in a workspace
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			set := newProtoSet(seed)
			newSetCase(t, set).byCommandLine()
			edit := []string{"mod", "edit"}
			for _, modulePath := range []string{published, unseen} {
				dir := t.TempDir()
				publishModule(t, modulePath, set.protos(), dir)
				edit = append(edit, "-require="+modulePath+"@v0.0.0", "-replace="+modulePath+"="+dir)
			}
			goRun(t, "out", edit...)
			program := filepath.Join(t.TempDir(), "shop")
			goRun(t, "out", "build", "-mod=mod", "-trimpath", "-ldflags=-s -w", "-o", program, "./cmd/shop")
			startAndStop(t, program)
		})
	}
}
