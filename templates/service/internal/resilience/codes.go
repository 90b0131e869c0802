package resilience

import (
	"strconv"

	"go.yaml.in/yaml/v4"
	"google.golang.org/grpc/codes"
)

// Codes are codes of gRPC, by their names in YAML.
type Codes []codes.Code

// UnmarshalYAML reads a list of names such as UNAVAILABLE, which replaces what was there.
func (c *Codes) UnmarshalYAML(node *yaml.Node) error {
	var names []string
	if err := node.Load(&names); err != nil {
		return err
	}
	read := make(Codes, len(names))
	for i, name := range names {
		if err := read[i].UnmarshalJSON([]byte(strconv.Quote(name))); err != nil || read[i] == codes.OK {
			return wrong("line "+strconv.Itoa(node.Line), strconv.Quote(name), "a code of gRPC such as UNAVAILABLE")
		}
	}
	*c = read
	return nil
}
