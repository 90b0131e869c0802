package gomod

// serviceImports are what an emitted service imports.
func serviceImports() []string {
	return []string{
		"context", "testing", "C", "example.com/greeter/gen/greeter/v1", "example.com/greeter",
		"github.com/grpc-ecosystem/go-grpc-middleware/providers/prometheus",
		"github.com/prometheus/client_golang/prometheus",
		"github.com/prometheus/client_golang/prometheus/collectors",
		"github.com/prometheus/client_golang/prometheus/promhttp",
		"google.golang.org/grpc",
		"google.golang.org/grpc/codes",
		"google.golang.org/grpc/health",
		"google.golang.org/grpc/health/grpc_health_v1",
		"google.golang.org/grpc/keepalive",
		"google.golang.org/grpc/peer",
		"google.golang.org/grpc/reflection",
		"google.golang.org/grpc/status",
		"google.golang.org/grpc/test/bufconn",
		"google.golang.org/protobuf/reflect/protoreflect",
		"google.golang.org/protobuf/runtime/protoimpl",
	}
}
