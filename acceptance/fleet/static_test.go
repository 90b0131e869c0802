package fleet

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// static is a list of addresses in the policy. An instance takes one of them that no other has.
type static struct {
	addresses []string
	taken     map[string]bool
}

func startStatic(t *testing.T) registry {
	t.Helper()
	s := &static{taken: map[string]bool{}}
	for range instances {
		s.addresses = append(s.addresses, freeAddress(t))
	}
	return s
}

func (s *static) policy() string {
	return fmt.Sprintf("discovery: {static: {endpoints: [%s]}}\n", strings.Join(s.addresses, ", "))
}

func (s *static) environment() []string { return nil }

func (s *static) place(t *testing.T) []string {
	t.Helper()
	for _, address := range s.addresses {
		if !s.taken[address] {
			return []string{"GRPC_ADDRESS=" + address}
		}
	}
	require.Fail(t, "every address is taken")
	return nil
}

func (s *static) joined(_ *testing.T, i *instance) { s.taken[i.address] = true }

func (s *static) left(_ *testing.T, i *instance) { delete(s.taken, i.address) }

func (s *static) listed(context.Context) ([]string, error) { return s.addresses, nil }
