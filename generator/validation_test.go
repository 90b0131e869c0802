package generator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/pluginpb"
)

// validationCalls is a test of a tree's server that its rules apply to: calls to handlers that answer everything.
const validationCalls = `package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	ordersv1 "example.com/orders/gen/shop/orders/v1"
)

type orders struct{ ordersv1.UnimplementedOrdersServer }

func (orders) Place(context.Context, *ordersv1.Order) (*ordersv1.Reply, error) { return &ordersv1.Reply{}, nil }

func (orders) Find(context.Context, *ordersv1.Query) (*ordersv1.Reply, error) { return &ordersv1.Reply{}, nil }

func (orders) PlaceAll(stream grpc.ClientStreamingServer[ordersv1.Batch, ordersv1.Reply]) error {
	for {
		if _, err := stream.Recv(); errors.Is(err, io.EOF) {
			return stream.SendAndClose(&ordersv1.Reply{})
		} else if err != nil {
			return err
		}
	}
}

func TestRulesApply(t *testing.T) {
	logs, w := io.Pipe()
	srv, err := newServer(settings(), w, Services{Orders: orders{}})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Run(t.Context()) }()
	lines := json.NewDecoder(logs)
	var serving struct{ GRPC string }
	if err := lines.Decode(&serving); err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(serving.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := ordersv1.NewOrdersClient(conn)
	const id = "8c4f2f34-4a1b-4a57-8ee5-6c3b4b0c1d2e"
	good, bad := &ordersv1.Line{Quantity: 1}, &ordersv1.Line{Bundle: &ordersv1.Line{}, Quantity: 1}

	for name, call := range map[string]struct {
		end  func() error
		want string // rule that is broken
	}{
		"a request": {func() error {
			_, err := client.Place(t.Context(), &ordersv1.Order{Id: id, Lines: []*ordersv1.Line{good}})
			return err
		}, ""},
		"a request that breaks a rule": {func() error {
			_, err := client.Place(t.Context(), &ordersv1.Order{Id: id, Lines: []*ordersv1.Line{bad}})
			return err
		}, "int32.gt"},
		"a method without rules": {func() error {
			_, err := client.Find(t.Context(), &ordersv1.Query{})
			return err
		}, ""},
		"a stream": {func() error {
			stream, err := client.PlaceAll(t.Context())
			if err == nil {
				_ = stream.Send(&ordersv1.Batch{Lines: map[string]*ordersv1.Line{"a": good}})
				_, err = stream.CloseAndRecv()
			}
			return err
		}, ""},
		"a stream whose second message breaks a rule": {func() error {
			stream, err := client.PlaceAll(t.Context())
			if err == nil {
				_ = stream.Send(&ordersv1.Batch{Lines: map[string]*ordersv1.Line{"a": good}})
				_ = stream.Send(&ordersv1.Batch{Lines: map[string]*ordersv1.Line{"a": bad}})
				_, err = stream.CloseAndRecv()
			}
			return err
		}, "int32.gt"},
	} {
		ended := make(chan error, 1)
		go func() { ended <- call.end() }()
		var line struct{ Code string }
		if err := lines.Decode(&line); err != nil {
			t.Fatal(err)
		}
		end := status.Convert(<-ended)
		if end.Code() != map[bool]codes.Code{true: codes.OK, false: codes.InvalidArgument}[call.want == ""] || !strings.EqualFold(line.Code, end.Code().String()) {
			t.Errorf("%s ends with %v, and its line has %s", name, end, line.Code)
		}
		if call.want != "" && end.Details()[0].(*validate.Violations).GetViolations()[0].GetRuleId() != call.want {
			t.Errorf("%s has the details %v, want %s", name, end.Details(), call.want)
		}
	}
}
`

// TestRulesApply runs the service of a golden case, and calls it.
func TestRulesApply(t *testing.T) {
	tree, _ := emit(t, goldenInputs(t, "validation"))
	dir := t.TempDir()
	writeTree(t, tree, dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "internal/server/rules_test.go"), []byte(validationCalls), 0o644))
	t.Log(goRun(t, dir, "test", "-run", "^TestRulesApply$", "./internal/server"))
}

// TestGatewayChecksRules: the tests of a gateway ask by HTTP with empty requests, which its rules would refuse.
func TestGatewayChecksRules(t *testing.T) {
	inputs := goldenInputs(t, "gateway")
	inputs["books/books.proto"] = []byte(strings.NewReplacer(
		"import", "import \"buf/validate/validate.proto\";\nimport",
		"string name = 1;", "string name = 1 [(buf.validate.field).required = true];",
	).Replace(string(inputs["books/books.proto"])))
	tree, _ := emit(t, inputs)
	dir := t.TempDir()
	writeTree(t, tree, dir)
	require.Contains(t, contents(tree)["internal/server/server.go"], `"/library.books.v1.Books/Talk"`)
	t.Log(goRun(t, dir, "test", "./internal/server"))
}

// TestDisabledIsNoRule: a message without rules of protoc-gen-validate may still turn them off.
func TestDisabledIsNoRule(t *testing.T) {
	inputs := goldenInputs(t, "validation")
	inputs["older/address.proto"] = []byte("syntax = \"proto3\";\npackage shop.older.v1;\nimport \"validate/validate.proto\";\n" +
		"message Address {\n  option (validate.disabled) = true;\n  string street = 1;\n}\n")
	tree, problems := emit(t, inputs)
	require.NotNil(t, tree, problems)
	require.NotContains(t, strings.Join(tree.Notes, "\n"), "protoc-gen-validate")
}

// TestPluginSeesRules: a compiler sends options that msgen does not know as bytes.
func TestPluginSeesRules(t *testing.T) {
	inputs := goldenInputs(t, "validation")
	c := newPluginCase(t, map[string]string{
		"orders.proto": string(inputs["orders.proto"]), "older/address.proto": string(inputs["older/address.proto"]),
	}, "orders.proto")
	sent, err := proto.Marshal(c.request)
	require.NoError(t, err)
	c.request = &pluginpb.CodeGeneratorRequest{}
	require.NoError(t, proto.UnmarshalOptions{Resolver: new(protoregistry.Types)}.Unmarshal(sent, c.request))

	answer := c.answer("module=example.com/orders,stubs=true")
	require.Empty(t, answer.Response.GetError())
	require.Contains(t, strings.Join(answer.Notes, "\n"), "older/address.proto: the server checks buf.validate rules, and ignores ")
	for _, file := range answer.Response.GetFile() {
		if file.GetName() == "internal/server/server.go" {
			require.Contains(t, file.GetContent(), "ServerOptions([]string{\n\t\t\"/shop.orders.v1.Orders/Place\",\n\t\t\"/shop.orders.v1.Orders/PlaceAll\",\n\t\t\"/shop.orders.v1.Orders/Cancel\",\n\t})")
			return
		}
	}
	t.Error("the answer lacks the server")
}
