package build

import (
	"fmt"
	"net/http"
	"testing"

	"connectrpc.com/vanguard"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// TestRoutes holds the check of rules to the library that the emitted gateway routes by: what passes here it takes, and
// what it refuses is refused here.
func TestRoutes(t *testing.T) {
	get := func(path string) *annotations.HttpRule {
		return &annotations.HttpRule{Pattern: &annotations.HttpRule_Get{Get: path}}
	}
	with := func(rule *annotations.HttpRule, change func(*annotations.HttpRule)) *annotations.HttpRule {
		change(rule)
		return rule
	}
	for i, c := range []struct {
		good  bool
		rules []*annotations.HttpRule // one for each method
	}{
		{true, []*annotations.HttpRule{get("/v1/books"), get("/v1/books/{id}"), get("/v1/books/{id}:find")}},
		{true, []*annotations.HttpRule{get("/v1/{name=shelves/*/books/*}"), get("/v1/{book.id}"), get("/v1/**")}},
		{true, []*annotations.HttpRule{get("/v1/{name=files/**}:read"), get("/a-b/c_d/e.f/~g/%41")}},
		{true, []*annotations.HttpRule{get("/v1/books/{id}"), {Pattern: &annotations.HttpRule_Delete{Delete: "/v1/books/{id}"}}}},
		{true, []*annotations.HttpRule{with(get("/v1/a"), func(r *annotations.HttpRule) { r.Body, r.ResponseBody = "book", "*" })}},
		{true, []*annotations.HttpRule{with(get("/v1/a"), func(r *annotations.HttpRule) { r.AdditionalBindings = []*annotations.HttpRule{get("/v1/b")} })}},
		{true, []*annotations.HttpRule{{Pattern: &annotations.HttpRule_Custom{Custom: &annotations.CustomHttpPattern{Kind: "HEAD", Path: "/v1"}}}}},
		{false, []*annotations.HttpRule{get("")}},
		{false, []*annotations.HttpRule{{}}},
		{false, []*annotations.HttpRule{get("/")}},
		{false, []*annotations.HttpRule{get("v1/books")}},
		{false, []*annotations.HttpRule{get("/v1//books")}},
		{false, []*annotations.HttpRule{get("/v1/books/")}},
		{false, []*annotations.HttpRule{get("/v1/books?x=1")}},
		{false, []*annotations.HttpRule{get("/v1/{id")}},
		{false, []*annotations.HttpRule{get("/v1/{id}}")}},
		{false, []*annotations.HttpRule{get("/v1/{}")}},
		{false, []*annotations.HttpRule{get("/v1/{1d}")}},
		{false, []*annotations.HttpRule{get("/v1/%4")}},
		{false, []*annotations.HttpRule{get("/v1/{id}:")}},
		{false, []*annotations.HttpRule{get("/v1/**/books")}},
		{false, []*annotations.HttpRule{get("/v1/{name=**}/books")}},
		{false, []*annotations.HttpRule{get("/v1/{isbn}")}},
		{false, []*annotations.HttpRule{get("/v1/{book.isbn}")}},
		{false, []*annotations.HttpRule{get("/v1/{tags}")}},
		{false, []*annotations.HttpRule{get("/v1/{id}/{id}")}},
		{false, []*annotations.HttpRule{with(get("/v1/a"), func(r *annotations.HttpRule) { r.Body = "isbn" })}},
		{false, []*annotations.HttpRule{with(get("/v1/a"), func(r *annotations.HttpRule) { r.Body = "book.id" })}},
		{false, []*annotations.HttpRule{with(get("/v1/a"), func(r *annotations.HttpRule) { r.ResponseBody = "isbn" })}},
		{false, []*annotations.HttpRule{get("/v1/{id}"), get("/v1/{name}")}},
		{false, []*annotations.HttpRule{with(get("/v1/a"), func(r *annotations.HttpRule) { r.AdditionalBindings = []*annotations.HttpRule{get("/v1/a")} })}},
		{false, []*annotations.HttpRule{with(get("/v1/a"), func(r *annotations.HttpRule) {
			r.AdditionalBindings = []*annotations.HttpRule{with(get("/v1/b"), func(r *annotations.HttpRule) { r.AdditionalBindings = []*annotations.HttpRule{get("/v1/c")} })}
		})}},
	} {
		service := serviceWith(t, c.rules)
		taken := map[string]string{}
		faults := 0
		for _, method := range service.Methods {
			faults += len(routeFaults(method, taken))
		}
		_, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewServiceWithSchema(service.Desc, http.NotFoundHandler())})
		assert.Equal(t, c.good, faults == 0, "case %d: %v", i, c.rules)
		assert.Equal(t, c.good, err == nil, "case %d: %v: the library says %v", i, c.rules, err)
	}
}

// serviceWith is a service that has a method with each of the rules.
func serviceWith(t *testing.T, rules []*annotations.HttpRule) *protogen.Service {
	t.Helper()
	field := func(number int32, name string, label descriptorpb.FieldDescriptorProto_Label) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Label: label.Enum(), Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum()}
	}
	one, many := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	book := field(4, "book", one)
	book.Type, book.TypeName = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), new(".test.M")
	service := &descriptorpb.ServiceDescriptorProto{Name: new("S")}
	for i, rule := range rules {
		options := &descriptorpb.MethodOptions{}
		proto.SetExtension(options, annotations.E_Http, rule)
		service.Method = append(service.Method, &descriptorpb.MethodDescriptorProto{
			Name: new(fmt.Sprintf("M%d", i)), InputType: new(".test.M"), OutputType: new(".test.M"), Options: options,
		})
	}
	plugin, err := protogen.Options{}.New(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: []string{"test.proto"},
		ProtoFile: []*descriptorpb.FileDescriptorProto{{
			Name: new("test.proto"), Package: new("test"), Syntax: new("proto3"), Options: &descriptorpb.FileOptions{GoPackage: new("example.com/test")},
			MessageType: []*descriptorpb.DescriptorProto{{
				Name: new("M"), Field: []*descriptorpb.FieldDescriptorProto{field(1, "id", one), field(2, "name", one), field(3, "tags", many), book},
			}},
			Service: []*descriptorpb.ServiceDescriptorProto{service},
		}},
	})
	require.NoError(t, err)
	return plugin.FilesByPath["test.proto"].Services[0]
}
