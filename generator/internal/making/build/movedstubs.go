package build

import "fmt"

// movedStubs are the stubs of a proto in another Go package than its go_package names.
type movedStubs struct{ proto, declared, derived string }

// fewNotes is how many protos are noted one by one.
const fewNotes = 5

// noteMoved tells where stubs are that no go_package says: of a few protos one by one, of many in one line for each reason.
func (b *builder) noteMoved() {
	var without, outside []movedStubs
	for _, m := range b.moved {
		if m.declared == "" {
			without = append(without, m)
		} else {
			outside = append(outside, m)
		}
	}
	if len(b.moved) > fewNotes {
		b.noteMany(without, "no go_package")
		b.noteMany(outside, "a go_package outside "+b.service().Root)
		return
	}
	for _, m := range b.moved {
		b.noteOne(m)
	}
}

func (b *builder) noteOne(m movedStubs) {
	reason := "has no go_package"
	if m.declared != "" {
		reason = fmt.Sprintf("has go_package %q, outside %s", m.declared, b.service().Root)
	}
	b.result.Notes = append(b.result.Notes, fmt.Sprintf("%s %s: its stubs are in %s", b.shownPath(m.proto), reason, m.derived))
}

// noteMany tells of protos in one line.
func (b *builder) noteMany(moved []movedStubs, has string) {
	switch len(moved) {
	case 0:
	case 1:
		b.noteOne(moved[0])
	default:
		b.result.Notes = append(b.result.Notes, fmt.Sprintf("%d protos have %s: their stubs are below %s, those of %s in %s",
			len(moved), has, b.service().Root, b.shownPath(moved[0].proto), moved[0].derived))
	}
}
