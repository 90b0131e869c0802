package build

import (
	"google.golang.org/protobuf/compiler/protogen"

	"github.com/msgen/msgen/generator/diag"
)

// standardMethods are the methods that go vet wants the standard library's signature of, whatever the type that has
// them (https://pkg.go.dev/golang.org/x/tools/go/analysis/passes/stdmethods), of those that an RPC's can never have.
var standardMethods = set(
	"GobDecode", "GobEncode", "MarshalJSON", "MarshalXML", "ReadByte", "ReadRune", "UnmarshalJSON", "UnmarshalXML",
	"UnreadByte", "UnreadRune", "WriteByte",
)

// checkRPCs refuses an RPC whose method would meet the field that the handlers embed, and warns of one that go vet
// takes for something else.
func (b *builder) checkRPCs(service *protogen.Service) {
	embedded := "Unsafe" + service.GoName + "Server"
	for _, method := range service.Methods {
		switch {
		case method.GoName == embedded:
			b.problem(method.Desc, diag.Problem{
				Message: "an RPC cannot have the name of what its handlers embed",
				Found:   string(method.Desc.Name()),
				Want:    "another name than " + embedded,
				Fix:     "rename the RPC",
			})
		case standardMethods[method.GoName]:
			b.problem(method.Desc, diag.Problem{
				Severity: diag.Warning,
				Message:  "go vet takes the method of this RPC for the standard library's of that name, and complains about the stubs",
				Found:    string(method.Desc.Name()),
				Fix:      "rename the RPC, or pass go vet -stdmethods=false",
			})
		}
	}
}
