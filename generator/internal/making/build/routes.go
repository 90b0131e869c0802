package build

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msgen/msgen/generator/diag"
)

// checkRoutes refuses what the library that the emitted gateway routes by would refuse when the gateway starts. msgen
// does not link it, since it brings net/http along; a test holds the two together.
func (b *builder) checkRoutes() {
	taken := map[string]string{}
	for _, host := range b.tree().Hosts {
		for _, rpc := range host.RPCs {
			method := b.methods[rpc]
			for _, fault := range routeFaults(method, taken) {
				fault.Message = fmt.Sprintf("google.api.http of %s: %s", rpc.Name, fault.Message)
				b.problem(method.Desc, fault)
			}
		}
	}
}

// routeFaults are what is wrong with the rules of a method. taken are the requests that those before it take, with whose
// they are.
func routeFaults(method *protogen.Method, taken map[string]string) []diag.Problem {
	rule := httpOption(method.Desc.Options())
	if rule == nil {
		return nil
	}
	var faults []diag.Problem
	for i, binding := range bindings(rule) {
		if fault := ruleFault(binding, method.Input.Desc, method.Output.Desc); fault != nil {
			faults = append(faults, *fault)
			continue
		}
		if i > 0 && len(binding.GetAdditionalBindings()) > 0 {
			faults = append(faults, diag.Problem{Message: "an additional binding has bindings of its own", Fix: "move them up"})
			continue
		}
		verb, path := pattern(binding)
		request := verb + " " + variable.ReplaceAllStringFunc(path, matched)
		if other, ok := taken[request]; ok {
			faults = append(faults, diag.Problem{
				Message: "takes the same requests as that of " + other, Found: verb + " " + path, Want: "a path of its own",
				Fix: "change one of them, or leave a service out of gateway.services",
			})
			continue
		}
		taken[request] = string(method.Desc.FullName())
	}
	return faults
}

// matched is what a variable of a path stands for.
func matched(text string) string {
	if match := variable.FindStringSubmatch(text); match[2] != "" {
		return match[2]
	}
	return "*"
}

// The grammar of paths (https://github.com/googleapis/googleapis, google/api/http.proto), but for variables in variables.
const (
	literal  = `(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+`
	segment  = `(?:\*\*|\*|` + literal + `)`
	ident    = `[A-Za-z_][A-Za-z0-9_]*`
	captured = `\{` + ident + `(?:\.` + ident + `)*(?:=` + segment + `(?:/` + segment + `)*)?\}`
)

var (
	template = regexp.MustCompile(`^(?:/(?:` + segment + `|` + captured + `))+(?::` + literal + `)?$`)
	afterAll = regexp.MustCompile(`^\}?(?::` + literal + `)?$`) // what may follow **
)

// ruleFault is what is wrong with one rule; nil: nothing.
func ruleFault(rule *annotations.HttpRule, request, response protoreflect.MessageDescriptor) *diag.Problem {
	verb, path := pattern(rule)
	switch _, rest, all := strings.Cut(path, "**"); {
	case verb == "" || path == "":
		return &diag.Problem{Message: "names no request", Want: `a verb and a path, such as get: "/v1/orders/{id}"`}
	case !template.MatchString(path):
		return &diag.Problem{Message: "malformed path", Found: path, Want: `segments such as "/v1/orders/{id}" or "/v1/{name=shelves/*}:find"`}
	case all && !afterAll.MatchString(rest):
		return &diag.Problem{Message: "** is not the last segment", Found: path, Want: "** at the end, or *"}
	}
	var variables []string
	for _, match := range variable.FindAllStringSubmatch(path, -1) {
		switch field := fieldAt(request, match[1]); {
		case field == nil:
			return &diag.Problem{Message: "the path has a variable that is no field of " + string(request.Name()), Found: match[1], Want: "a field of the request"}
		case field.IsList() || field.IsMap():
			return &diag.Problem{Message: "the path has a variable that is a list", Found: match[1], Want: "a field with one value"}
		case slices.Contains(variables, match[1]):
			return &diag.Problem{Message: "the path has a variable twice", Found: match[1], Want: "each once"}
		}
		variables = append(variables, match[1])
	}
	if fault := bodyFault("body", rule.GetBody(), request); fault != nil {
		return fault
	}
	return bodyFault("response_body", rule.GetResponseBody(), response)
}

func bodyFault(key, body string, message protoreflect.MessageDescriptor) *diag.Problem {
	if body == "" || body == "*" || message.Fields().ByName(protoreflect.Name(body)) != nil {
		return nil
	}
	return &diag.Problem{Message: key + " names no field of " + string(message.Name()), Found: body, Want: "a field of it, or *"}
}
