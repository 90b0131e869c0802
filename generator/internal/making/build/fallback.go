package build

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/internal/nearest"
)

// checkFallback holds a fallback to the method's effects and to its response.
func (c *caller) checkFallback() {
	fallback := c.call.Fallback
	if fallback == nil {
		return
	}
	c.checkEffects()
	if fallback.Value == nil || !c.sound("fallback.value") {
		return
	}
	response := c.methods[c.rpc].Output.Desc
	text := newLayout(fallback.Value, c.rpc.PolicyPath+".fallback.value", response)
	if err := c.decodes(text.String(), response.FullName()); err != nil {
		c.refuseValue(text, response, err)
		return
	}
	c.call.FallbackValue = text.compact()
}

// decodes returns what keeps text from being a message in protobuf JSON.
func (c *caller) decodes(text string, name protoreflect.FullName) error {
	files, err := protodesc.NewFiles(&descriptorpb.FileDescriptorSet{File: c.Set.Files})
	if err != nil {
		return err
	}
	message, err := dynamicpb.NewTypes(files).FindMessageByName(name)
	if err != nil {
		return err
	}
	return protojson.UnmarshalOptions{Resolver: dynamicpb.NewTypes(files)}.Unmarshal([]byte(text), message.New().Interface())
}

var (
	// jsonPrefix is what protojson begins with; its space varies from build to build, so that nobody relies on it.
	jsonPrefix = regexp.MustCompile(`^proto:[\s\x{a0}]*`)
	// jsonPlace is where protojson says that a fault is.
	jsonPlace = regexp.MustCompile(` ?\(line ([0-9]+):[0-9]+\)`)
	// jsonUnknown is how protojson names a field that there is not.
	jsonUnknown = regexp.MustCompile(`^unknown field "([^"]*)"`)
)

// refuseValue reports what protojson says of a value, at the part of it that is at fault.
func (c *caller) refuseValue(text *layout, response protoreflect.MessageDescriptor, err error) {
	faulty, message := text.lines[0], jsonPrefix.ReplaceAllString(err.Error(), "")
	if place := jsonPlace.FindStringSubmatch(message); place != nil {
		if line, err := strconv.Atoi(place[1]); err == nil && line <= len(text.lines) {
			faulty = text.lines[line-1]
		}
		message = strings.TrimPrefix(jsonPlace.ReplaceAllString(message, ""), ": ")
	}
	problem := diag.Problem{Message: c.Policy.Path(faulty.path) + ": " + message, Want: "the protobuf JSON of " + string(response.FullName())}
	if unknown := jsonUnknown.FindStringSubmatch(message); unknown != nil && faulty.within != nil {
		problem = unknownField(c.Policy.Path(faulty.path), faulty, unknown[1])
	}
	c.policyProblem(faulty.path, problem)
}

// unknownField names the fields that there are.
func unknownField(path string, at origin, name string) diag.Problem {
	fields := at.within.Fields()
	known := make([]string, fields.Len())
	for i := range known {
		known[i] = fields.Get(i).JSONName()
	}
	want := "one of " + strings.Join(known, ", ")
	if len(known) == 0 {
		want = "no field at all"
	}
	return diag.Problem{
		Message: fmt.Sprintf("%s: no such field in %s", path, at.within.FullName()),
		Found:   name,
		Want:    want,
		Fix:     nearest.DidYouMean(name, known),
	}
}
