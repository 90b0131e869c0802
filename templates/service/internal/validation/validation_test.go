package validation

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestStreamEndsWithARequestThatBreaksARule(t *testing.T) {
	requests := link(t, "streams", `
import "buf/validate/validate.proto";
message Name { string value = 1 [(buf.validate.field).string.min_len = 2]; }
message Free { string value = 1 [(buf.validate.field).string.min_len = 2]; }
`)
	options, err := ServerOptions([]string{"/test.streams.Rules/Name"})
	if err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func(context.Context, error) error{
		"the handler returns the error":    func(_ context.Context, err error) error { return err },
		"the handler forgets the error":    func(context.Context, error) error { return nil },
		"the handler waits for its stream": func(ctx context.Context, _ error) error { <-ctx.Done(); return ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			stream, err := serve(t, options, requests, end).NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, "/test.streams.Rules/Name")
			if err != nil {
				t.Fatal(err)
			}
			for i, text := range []string{`{"value": "ab"}`, `{"value": "abc"}`, `{"value": "a"}`} {
				request := dynamicpb.NewMessage(requests["Name"])
				if err := protojson.Unmarshal([]byte(text), request); err != nil {
					t.Fatal(err)
				}
				if err := stream.SendMsg(request); err != nil {
					t.Fatal(err)
				}
				err := stream.RecvMsg(&emptypb.Empty{})
				if want := map[bool]codes.Code{true: codes.InvalidArgument}[i == 2]; status.Code(err) != want {
					t.Errorf("message %d is answered with %v, want %v", i, err, want)
				}
			}
		})
	}
	stream, err := serve(t, options, requests, func(_ context.Context, err error) error { return err }).
		NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, "/test.streams.Rules/Free")
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.SendMsg(dynamicpb.NewMessage(requests["Free"])); err != nil {
		t.Fatal(err)
	}
	if err := stream.RecvMsg(&emptypb.Empty{}); err != nil {
		t.Errorf("a method that is not checked ends with %v", err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	requests := link(t, "bounds", `
import "buf/validate/validate.proto";
message Names { repeated string values = 1 [(buf.validate.field).repeated.items.string.min_len = 2]; }
message Keys { map<string, string> values = 1 [(buf.validate.field).map.values.string.min_len = 2]; }
`)
	options, err := ServerOptions([]string{"/test.bounds.Rules/Names", "/test.bounds.Rules/Keys"})
	if err != nil {
		t.Fatal(err)
	}
	conn := serve(t, options, requests, nil)
	names := func(n int) string { return `{"values": [` + strings.Repeat(`"a",`, n-1) + `"a"]}` }
	for name, test := range map[string]struct {
		message, request string
		sent             int
		left             string // what the message says of the others
	}{
		"as many as are sent": {"Names", names(100), 100, ""},
		"more":                {"Names", names(150), 100, " (and 50 more, which the details leave out)"},
		"a large request":     {"Names", names(1 << 18), 1, ""},
		"a long key":          {"Keys", `{"values": {"` + strings.Repeat("k", 40<<10) + `": ""}}`, 0, " (and 1 more, which the details leave out)"},
	} {
		t.Run(name, func(t *testing.T) {
			request := dynamicpb.NewMessage(requests[test.message])
			if err := protojson.Unmarshal([]byte(test.request), request); err != nil {
				t.Fatal(err)
			}
			err := conn.Invoke(t.Context(), "/test.bounds.Rules/"+test.message, request, &emptypb.Empty{})
			if sent := len(violations(t, err)); sent != test.sent {
				t.Errorf("the details hold %d violations, want %d", sent, test.sent)
			}
			message := status.Convert(err).Message()
			if _, left, _ := strings.Cut(message, " (and"); left != strings.TrimPrefix(test.left, " (and") || len(message) > 400 {
				t.Errorf("the message is %q", message)
			}
		})
	}
}

func TestRulesThatDoNotCompileAreNamed(t *testing.T) {
	for name, test := range map[string]struct{ messages, want string }{
		"field":   {`message A { string value = 1 [(buf.validate.field).cel = {id: "value.good", expression: "this +"}]; }`, "a rule of test.broken_field.A.value does not compile: failed to compile expression value.good: "},
		"message": {`message A { option (buf.validate.message).cel = {id: "a.good", expression: "this.none"}; }`, "a rule of test.broken_message.A does not compile: failed to compile expression a.good: "},
		"type":    {`message A { string value = 1 [(buf.validate.field).int32.gt = 1]; }`, "a rule of test.broken_type.A.value does not compile: "},
		"pattern": {`message A { string value = 1 [(buf.validate.field).string.pattern = "("]; }`, "a rule of test.broken_pattern.A.value does not compile: "},
		"item":    {`message A { repeated string values = 1 [(buf.validate.field).repeated.items.string.pattern = "("]; }`, "a rule of test.broken_item.A.values does not compile: "},
		"inside":  {"message A { repeated B values = 1; }\nmessage B { string value = 1 [(buf.validate.field).int32.gt = 1]; }", "a rule of test.broken_inside.B.value does not compile: "},
	} {
		t.Run(name, func(t *testing.T) {
			link(t, "broken_"+name, "import \"buf/validate/validate.proto\";\n"+test.messages+"\n")
			_, err := ServerOptions([]string{"/test.broken_" + name + ".Rules/A"})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
		})
	}
	for method, want := range map[string]string{"/test.none.Rules/A": "not found", "/google.protobuf/Empty": "is not a method"} {
		if _, err := ServerOptions([]string{method}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v, want %q", method, err, want)
		}
	}
}

// A rule that fails for a request is the service's fault, and no message passes by it.
func TestRuleThatFailsIsInternal(t *testing.T) {
	requests := link(t, "failing", `
import "buf/validate/validate.proto";
message Share { int32 value = 1 [(buf.validate.field).cel = {id: "share", message: "must divide 100", expression: "100 % this == 0"}]; }
`)
	options, err := ServerOptions([]string{"/test.failing.Rules/Share"})
	if err != nil {
		t.Fatal(err)
	}
	err = serve(t, options, requests, nil).Invoke(t.Context(), "/test.failing.Rules/Share", dynamicpb.NewMessage(requests["Share"]), &emptypb.Empty{})
	if status.Code(err) != codes.Internal || !strings.Contains(err.Error(), "the request cannot be checked") {
		t.Errorf("the call ends with %v", err)
	}
}

// BenchmarkCheck is a request of four rules that it keeps.
func BenchmarkCheck(b *testing.B) {
	requests := link(b, "bench", `
import "buf/validate/validate.proto";
message Order {
  string id = 1 [(buf.validate.field).string.uuid = true];
  string sku = 2 [(buf.validate.field).string = {min_len: 2, max_len: 20}];
  int32 quantity = 3 [(buf.validate.field).int32 = {gt: 0, lte: 100}];
  repeated string tags = 4 [(buf.validate.field).repeated = {max_items: 10}];
}
`)
	messages, err := reach([]string{"/test.bench.Rules/Order"})
	if err != nil {
		b.Fatal(err)
	}
	rules, err := compile(messages)
	if err != nil {
		b.Fatal(err)
	}
	order := dynamicpb.NewMessage(requests["Order"])
	if err := protojson.Unmarshal([]byte(`{"id": "8c4f2f34-4a1b-4a57-8ee5-6c3b4b0c1d2e", "sku": "book-7", "quantity": 3, "tags": ["new", "gift"]}`), order); err != nil {
		b.Fatal(err)
	}
	c := newChecks(rules, nil)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.check(order); err != nil {
			b.Fatal(err)
		}
	}
}
