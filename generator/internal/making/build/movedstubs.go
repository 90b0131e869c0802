package build

import "fmt"

// movedStubs are the stubs of a proto in another Go package than its go_package names.
type movedStubs struct {
	proto, derived string
	why            string // completes "the proto ..."
	has            string // completes "the protos have ..." for a reason that many share; empty for others
}

// fewNotes is how many protos are noted one by one.
const fewNotes = 5

// noteMoved says where stubs are that no go_package names: of a few protos one by one, of many in one line for each reason.
func (b *builder) noteMoved(moved []movedStubs) {
	shared := map[string][]movedStubs{}
	for _, m := range moved {
		shared[m.has] = append(shared[m.has], m)
	}
	for _, m := range moved {
		same := shared[m.has]
		switch {
		case len(moved) <= fewNotes || m.has == "" || len(same) == 1:
			b.note("%s %s: its stubs are in %s", b.shownPath(m.proto), m.why, m.derived)
		case m == same[0]:
			b.note("%d protos have %s: their stubs are below %s, those of %s in %s",
				len(same), m.has, b.tree().Root, b.shownPath(m.proto), m.derived)
		}
	}
}

// movedNote is why the stubs of a file are not where its go_package says, and where they are.
func (b *builder) movedNote(m movedStubs, importPath string, absent bool) movedStubs {
	switch fault := pathFault(importPath); {
	case importPath == "":
		m.why, m.has = "has no go_package", "no go_package"
	case fault != "":
		m.why = fmt.Sprintf("has go_package %q, which is %s", importPath, fault)
	case absent:
		m.why = fmt.Sprintf("has go_package %q, where nobody has generated stubs of it", importPath)
	default:
		m.why = fmt.Sprintf("has go_package %q, outside %s", importPath, b.tree().Root)
		m.has = "a go_package outside " + b.tree().Root
	}
	return m
}
