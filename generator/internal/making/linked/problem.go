package linked

import (
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// texts say of each kind of clash what is wrong, and what is wanted.
var texts = map[Kind]struct{ message, want string }{
	OneFileName:     {"the program links another file of this name", "another name"},
	OtherVersion:    {"the program links another version of this file", "the declarations of the linked one"},
	Copy:            {"the program links another copy of this file", "one file for each full name"},
	OneName:         {"the program links another declaration of this full name", "another name"},
	NameOfPackage:   {"the program links a proto package of this name", "another name"},
	PackageLikeName: {"the program links a declaration with the name of this proto package", "another package"},
	OneNumber:       {"the program links another extension of this number", "another number"},
}

// Problem is a clash as its user reads of it, without a position. The fix is what can be done about the proto, if anything.
func (c Clash) Problem(because Reason, fix string) diag.Problem {
	has := c.With.Name
	if has != c.With.Proto {
		has += " of " + c.With.Proto
	}
	var fixes []string
	if fix != "" {
		fixes = append(fixes, fix)
	}
	if because.Key != "" {
		fixes = append(fixes, "choose another "+because.Key)
	}
	return diag.Problem{
		Message: texts[c.Kind].message + ", and would panic when it starts",
		Found:   c.Found,
		Want:    fmt.Sprintf("%s: %s links %s, which has %s", texts[c.Kind].want, because.What, c.With.Path, has),
		Fix:     strings.Join(fixes, ", or "),
	}
}

// Fix is what can be done about a clash in the proto; empty for a clash of file names alone, which is up to whoever knows the
// import paths. An import finds a builtin file without any.
func (c Clash) Fix(builtin bool) string {
	switch {
	case c.Kind == OneFileName:
		return ""
	case c.Kind == OtherVersion:
		return fmt.Sprintf("take the file of %s %s", c.With.Module, c.With.Version)
	case c.Kind == Copy && builtin:
		return fmt.Sprintf("import %q instead of a copy under another path", c.With.Proto)
	case c.Kind == Copy && c.With.importable():
		return fmt.Sprintf("write option go_package = %q", c.With.Path)
	case c.Kind == OneNumber:
		return "write another number"
	case c.Kind == PackageLikeName, c.Kind == Copy:
		return "rename the proto package"
	default:
		return "rename it or its proto package"
	}
}
