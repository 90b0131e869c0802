package build

import (
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
)

// checkEdge warns of methods whose calls HAProxy has repeated although their protos do not allow it: HAProxy ends a call
// whose instance dies before it answers with REFUSED_STREAM, which to gRPC says that nobody has seen the call.
func (b *builder) checkEdge() {
	if !b.tree().UsesHAProxy() || b.doubts.hosts {
		return
	}
	var methods []string
	for _, host := range b.tree().Hosts {
		for _, rpc := range host.RPCs {
			if rpc.Idempotency == model.IdempotencyUnknown {
				methods = append(methods, rpc.Name)
			}
		}
	}
	if len(methods) == 0 {
		return
	}
	const most = 3
	names := strings.Join(methods[:min(most, len(methods))], ", ")
	if len(methods) > most {
		names += fmt.Sprintf(" and %d more", len(methods)-most)
	}
	b.policyProblem("balancing.edge", diag.Problem{
		Severity: diag.Warning,
		Message:  "balancing.edge: behind haproxy a call is repeated when its instance dies, and these are not declared idempotent: " + names,
		Fix:      "write edge: nginx, or give them an idempotency_level if that is so",
	})
}
