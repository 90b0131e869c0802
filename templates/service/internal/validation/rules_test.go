package validation

import (
	"slices"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
)

// predefined is a rule of a user's own, which fields have by its name.
const predefined = `syntax = "proto2";
package test;
import "buf/validate/validate.proto";
extend buf.validate.StringRules {
  optional bool shouted = 80048952 [(buf.validate.predefined).cel = {
    id: "string.shouted" message: "must be in upper case" expression: "!rule || this.upperAscii() == this ? '' : 'must be in upper case'"
  }];
}
`

// kinds has a message for each kind of rule.
const kinds = `
import "buf/validate/validate.proto";
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "shouted.proto";
enum Color { COLOR_UNSPECIFIED = 0; COLOR_RED = 1; }
message Length { string value = 1 [(buf.validate.field).string = {min_len: 2, max_len: 3}]; }
message Pattern { string value = 1 [(buf.validate.field).string.pattern = "^[a-z]+$"]; }
message Email { string value = 1 [(buf.validate.field).string.email = true]; }
message UUID { string value = 1 [(buf.validate.field).string.uuid = true]; }
message In { string value = 1 [(buf.validate.field).string = {in: ["a", "b"]}]; }
message Between { int32 value = 1 [(buf.validate.field).int32 = {gt: 1, lte: 5}]; }
message Finite { double value = 1 [(buf.validate.field).double.finite = true]; }
message Const { bool value = 1 [(buf.validate.field).bool.const = true]; }
message Bytes { bytes value = 1 [(buf.validate.field).bytes.len = 2]; }
message Enum { Color value = 1 [(buf.validate.field).enum = {defined_only: true, not_in: [0]}]; }
message List { repeated string values = 1 [(buf.validate.field).repeated = {min_items: 1, unique: true, items: {string: {min_len: 2}}}]; }
message Map { map<string, int32> values = 1 [(buf.validate.field).map = {max_pairs: 2, keys: {string: {min_len: 2}}, values: {int32: {gt: 0}}}]; }
message Oneof { oneof value { option (buf.validate.oneof).required = true; string a = 1; int32 b = 2; } }
message EitherOf { option (buf.validate.message).oneof = {fields: ["a", "b"], required: true}; string a = 1; string b = 2; }
message Required { Length value = 1 [(buf.validate.field).required = true]; }
message Optional { string value = 1 [(buf.validate.field) = {string: {min_len: 2}, ignore: IGNORE_IF_ZERO_VALUE}]; }
message Ignored { Length value = 1 [(buf.validate.field) = {required: true, ignore: IGNORE_ALWAYS}]; }
message FieldCEL { int32 value = 1 [(buf.validate.field).cel = {id: "value.even", message: "must be even", expression: "this % 2 == 0"}]; }
message MessageCEL { option (buf.validate.message).cel = {id: "order", message: "must be in order", expression: "this.low < this.high"}; int32 low = 1; int32 high = 2; }
message Wrapper { google.protobuf.Int32Value value = 1 [(buf.validate.field).int32.gt = 1]; }
message Duration { google.protobuf.Duration value = 1 [(buf.validate.field).duration.lt = {seconds: 5}]; }
message Timestamp { google.protobuf.Timestamp value = 1 [(buf.validate.field).timestamp.lt_now = true]; }
message Any { google.protobuf.Any value = 1 [(buf.validate.field).any = {in: ["type.googleapis.com/google.protobuf.Duration"]}]; }
message Shouted { string value = 1 [(buf.validate.field).string.(test.shouted) = true]; }
message Tree { Length leaf = 1; repeated Tree branches = 2; }
message Plain { string value = 1; }
`

// TestKinds sends requests to a server: kinds of rules that protovalidate's conformance tests have, with what each makes of a
// request. A violation is written as the path of its field and the name of its rule.
func TestKinds(t *testing.T) {
	shouted := compileProto(t, "shouted.proto", predefined)
	if err := protoregistry.GlobalTypes.RegisterExtension(dynamicpb.NewExtensionType(shouted.Extensions().Get(0))); err != nil {
		t.Fatal(err)
	}
	requests := link(t, "kinds", kinds)
	var methods []string
	for name := range requests {
		methods = append(methods, "/test.kinds.Rules/"+name)
	}
	options, err := ServerOptions(methods)
	if err != nil {
		t.Fatal(err)
	}
	conn := serve(t, options, requests, nil)
	for _, test := range []struct{ message, request, want string }{
		{"Length", `{"value": "é"}`, "value string.min_len"},
		{"Length", `{"value": "éé"}`, ""},
		{"Length", `{"value": "four"}`, "value string.max_len"},
		{"Pattern", `{"value": "A"}`, "value string.pattern"},
		{"Pattern", `{"value": "a"}`, ""},
		{"Email", `{"value": "a@"}`, "value string.email"},
		{"Email", `{"value": "a@example.com"}`, ""},
		{"UUID", `{"value": "1"}`, "value string.uuid"},
		{"UUID", `{"value": "8c4f2f34-4a1b-4a57-8ee5-6c3b4b0c1d2e"}`, ""},
		{"In", `{"value": "c"}`, "value string.in"},
		{"In", `{"value": "b"}`, ""},
		{"Between", `{}`, "value int32.gt_lte"},
		{"Between", `{"value": 5}`, ""},
		{"Finite", `{"value": "NaN"}`, "value double.finite"},
		{"Finite", `{"value": 1}`, ""},
		{"Const", `{}`, "value bool.const"},
		{"Const", `{"value": true}`, ""},
		{"Bytes", `{"value": "YQ=="}`, "value bytes.len"},
		{"Bytes", `{"value": "YWE="}`, ""},
		{"Enum", `{"value": 7}`, "value enum.defined_only"},
		{"Enum", `{}`, "value enum.not_in"},
		{"Enum", `{"value": "COLOR_RED"}`, ""},
		{"List", `{}`, "values repeated.min_items"},
		{"List", `{"values": ["a", "bb", "bb"]}`, "values repeated.unique, values[0] string.min_len"},
		{"List", `{"values": ["aa", "bb"]}`, ""},
		{"Map", `{"values": {"a": 0}}`, `values["a"] int32.gt, values["a"] string.min_len`},
		{"Map", `{"values": {"aa": 1, "bb": 1, "cc": 1}}`, "values map.max_pairs"},
		{"Map", `{"values": {"aa": 1}}`, ""},
		{"Oneof", `{}`, "value required"},
		{"Oneof", `{"b": 0}`, ""},
		{"EitherOf", `{"a": "x", "b": "y"}`, " message.oneof"},
		{"EitherOf", `{"a": "x"}`, ""},
		{"Required", `{}`, "value required"},
		{"Required", `{"value": {}}`, "value.value string.min_len"},
		{"Required", `{"value": {"value": "abc"}}`, ""},
		{"Optional", `{"value": "a"}`, "value string.min_len"},
		{"Optional", `{}`, ""},
		{"Ignored", `{"value": {}}`, ""},
		{"FieldCEL", `{"value": 3}`, "value value.even"},
		{"FieldCEL", `{"value": 4}`, ""},
		{"MessageCEL", `{"low": 2, "high": 1}`, " order"},
		{"MessageCEL", `{"low": 1, "high": 2}`, ""},
		{"Wrapper", `{"value": 1}`, "value int32.gt"},
		{"Wrapper", `{}`, ""},
		{"Duration", `{"value": "5s"}`, "value duration.lt"},
		{"Duration", `{"value": "4s"}`, ""},
		{"Timestamp", `{"value": "2999-01-01T00:00:00Z"}`, "value timestamp.lt_now"},
		{"Timestamp", `{"value": "2001-01-01T00:00:00Z"}`, ""},
		{"Any", `{"value": {"@type": "type.googleapis.com/google.protobuf.Timestamp", "value": "2001-01-01T00:00:00Z"}}`, "value any.in"},
		{"Any", `{"value": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s"}}`, ""},
		{"Shouted", `{"value": "a"}`, "value string.shouted"},
		{"Shouted", `{"value": "A"}`, ""},
		{"Tree", `{"branches": [{}, {"branches": [{"leaf": {"value": "1"}}]}]}`, "branches[1].branches[0].leaf.value string.min_len"},
		{"Tree", `{"branches": [{"leaf": {"value": "12"}}]}`, ""},
		{"Plain", `{}`, ""},
	} {
		request := dynamicpb.NewMessage(requests[test.message])
		if err := protojson.Unmarshal([]byte(test.request), request); err != nil {
			t.Fatalf("%s: %v", test.request, err)
		}
		err := conn.Invoke(t.Context(), "/test.kinds.Rules/"+test.message, request, &emptypb.Empty{})
		if got := strings.Join(violations(t, err), ", "); got != test.want {
			t.Errorf("%s %s breaks %q, want %q", test.message, test.request, got, test.want)
		}
	}
}

// violations are those in the details of a call's error, sorted.
func violations(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	refused := status.Convert(err)
	if refused.Code() != codes.InvalidArgument || len(refused.Details()) != 1 {
		t.Fatalf("the call ends with %v", err)
	}
	var found []string
	for _, violation := range refused.Details()[0].(*validate.Violations).GetViolations() {
		found = append(found, protovalidate.FieldPathString(violation.GetField())+" "+violation.GetRuleId())
	}
	slices.Sort(found)
	return found
}
