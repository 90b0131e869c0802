package merge

import (
	"regexp"
	"slices"
	"strings"
)

// element is a line of a composite literal with a field's name, as the services stand in main: "\t\tOrders: orders.New(),".
var element = regexp.MustCompile(`^\s+([\pL_][\pL\pN_]*):\s.*,\s*(//.*)?$`)

// mergeLiterals merges a declaration in which both sides have changed the elements of a literal: by the fields' names, so
// that elements can move past each other. It is false where that does not do.
func mergeLiterals(base, mine, theirs string) (chunks, bool) {
	b, m, t := splitLiterals(base), splitLiterals(mine), splitLiterals(theirs)
	if len(b.literals) == 0 || len(b.literals) != len(m.literals) || len(b.literals) != len(t.literals) {
		return nil, false
	}
	frame := mergeText(b.frame, m.frame, t.frame)
	if !frame.clean() {
		return nil, false
	}
	text := string(frame.result().Content)
	for i := range b.literals {
		lines, ok := mergeElements(b.literals[i], m.literals[i], t.literals[i])
		if !ok || strings.Count(text, placeholder) == 0 {
			return nil, false
		}
		text = strings.Replace(text, placeholder, strings.Join(lines, ""), 1)
	}
	return chunks{{lines: splitLines(text)}}, !strings.Contains(text, placeholder)
}

// placeholder stands for a literal's elements in the text around them; no Go file can hold it.
const placeholder = "\x00\n"

// framed is a text with the elements of its literals apart.
type framed struct {
	frame    string
	literals [][]string
}

func splitLiterals(text string) framed {
	var f framed
	inside := false
	for line := range strings.Lines(text) {
		if !element.MatchString(strings.TrimRight(line, "\r\n")) {
			f.frame += line
			inside = false
			continue
		}
		if !inside {
			f.frame += placeholder
			f.literals = append(f.literals, nil)
			inside = true
		}
		last := len(f.literals) - 1
		f.literals[last] = append(f.literals[last], line)
	}
	return f
}

// mergeElements has the order of theirs; what mine adds comes behind what it follows in mine.
func mergeElements(base, mine, theirs []string) (merged []string, ok bool) {
	base, mine = followFields(base, mine, theirs)
	was, has, next := byField(base), byField(mine), byField(theirs)
	var order []string
	values := map[string]string{}
	for _, line := range theirs {
		field := fieldOf(line)
		value, kept, ok := mergeElement(was[field], has[field], line)
		if !ok {
			return nil, false
		}
		if kept {
			order, values[field] = append(order, field), value
		}
	}
	place := 0
	for _, line := range mine {
		field := fieldOf(line)
		if i := slices.Index(order, field); i >= 0 {
			place = i + 1
			continue
		}
		if _, dropped := next[field]; dropped {
			continue
		}
		if old := was[field]; old != "" && !sameElement(old, line) {
			return nil, false // msgen drops what its user has edited
		} else if old != "" {
			continue
		}
		order, values[field] = slices.Insert(order, place, field), line
		place++
	}
	for _, field := range order {
		merged = append(merged, values[field])
	}
	return merged, true
}

// followFields gives elements of base and mine the name that the field has in theirs: of one that msgen has renamed, the
// value is the same under both names.
func followFields(base, mine, theirs []string) (renamedBase, renamedMine []string) {
	was, next := byField(base), byField(theirs)
	byValue := map[string][]string{} // fields that are new
	for _, line := range theirs {
		if field := fieldOf(line); was[field] == "" {
			byValue[valueOf(line)] = append(byValue[valueOf(line)], field)
		}
	}
	base, mine = slices.Clone(base), slices.Clone(mine)
	for _, line := range slices.Clone(base) {
		field := fieldOf(line)
		if now := byValue[valueOf(line)]; next[field] == "" && len(now) == 1 {
			renameField(base, field, now[0])
			renameField(mine, field, now[0])
		}
	}
	return base, mine
}

func renameField(lines []string, from, to string) {
	for i, line := range lines {
		if fieldOf(line) == from {
			lines[i] = strings.Replace(line, from, to, 1)
		}
	}
}

// valueOf is what stands behind the field's name, whatever the white space.
func valueOf(line string) string {
	_, value, _ := strings.Cut(line, ":")
	return strings.Join(strings.Fields(value), " ")
}

// mergeElement is what becomes of an element that msgen writes; was and mine are empty where there is none.
func mergeElement(was, mine, theirs string) (value string, kept, ok bool) {
	switch {
	case was == "" && mine == "":
		return theirs, true, true
	case mine == "":
		return "", false, sameElement(was, theirs) // its user has removed it
	case was != "" && sameElement(was, mine):
		return theirs, true, true
	case was != "" && sameElement(was, theirs), sameElement(mine, theirs):
		return mine, true, true
	default:
		return "", false, false
	}
}

func fieldOf(line string) string {
	return element.FindStringSubmatch(strings.TrimRight(line, "\r\n"))[1]
}

func byField(lines []string) map[string]string {
	out := map[string]string{}
	for _, line := range lines {
		out[fieldOf(line)] = line
	}
	return out
}

// sameElement compares whatever the white space.
func sameElement(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }
