package fleet

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fileInterval is how often clients read a file of endpoints.
const fileInterval = time.Second

// file is a file that lists the instances that run, one a line.
type file struct {
	path      string
	addresses []string
}

func startFile(t *testing.T) registry {
	t.Helper()
	f := &file{path: filepath.Join(t.TempDir(), "endpoints")}
	f.write(t)
	return f
}

func (f *file) policy() string { return "discovery: {provider: static}\n" }

func (f *file) environment() []string { return []string{"FLEET_ENDPOINTS_FILE=" + f.path} }

func (f *file) place(t *testing.T) []string {
	t.Helper()
	return []string{"GRPC_ADDRESS=" + freeAddress(t)}
}

func (f *file) joined(t *testing.T, i *instance) {
	t.Helper()
	f.addresses = append(f.addresses, i.address)
	f.write(t)
}

func (f *file) left(t *testing.T, i *instance) {
	t.Helper()
	f.addresses = slices.DeleteFunc(f.addresses, func(address string) bool { return address == i.address })
	f.write(t)
}

// write puts the addresses in place of those that the file had.
func (f *file) write(t *testing.T) {
	t.Helper()
	text := "# the instances of the fleet\n" + strings.Join(f.addresses, "\n") + "\n"
	require.NoError(t, os.WriteFile(f.path+".new", []byte(text), 0o644))
	require.NoError(t, os.Rename(f.path+".new", f.path))
}

func (f *file) listed(context.Context) ([]string, error) { return f.addresses, nil }
