package policy

import "strings"

// DefaultsHave reports whether resilience.defaults have a key of methods, such as "retry.maxAttempts": some only methods have.
func DefaultsHave(key string) bool { return released().knows("resilience.defaults." + key) }

// knows reports whether a dotted path is one of the language: keys by their names, items of lists by any index, and
// entries of tables by any name of the form that they must have, which may hold dots of its own.
func (l *language) knows(path string) bool {
	return !strings.HasSuffix(path, ".") && l.root.leads(path)
}

// leads reports whether a path leads from the key to one at or below it.
func (k *key) leads(path string) bool {
	if path == "" || k.refused {
		return path == ""
	}
	switch k.shape {
	case section:
		name, rest := cutName(path)
		c := k.child(name)
		return c != nil && c.leads(rest)
	case table:
		return k.leadsFromEntry(path)
	case list:
		rest, ok := cutIndex(path)
		return ok && k.item.leads(rest)
	case anything:
		return true
	default:
		return false
	}
}

// leadsFromEntry tries each end that the name of a table's entry may have.
func (k *key) leadsFromEntry(path string) bool {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '.' || !k.form.accepts(path[:i]) {
			continue
		}
		if k.item.leads(strings.TrimPrefix(path[i:], ".")) {
			return true
		}
	}
	return false
}

// cutName cuts the first name off a path.
func cutName(path string) (name, rest string) {
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		return path, ""
	}
	return path[:end], strings.TrimPrefix(path[end:], ".")
}

// cutIndex cuts an index such as [3] off a path.
func cutIndex(path string) (rest string, ok bool) {
	digits, rest, closed := strings.Cut(path, "]")
	index := strings.TrimPrefix(digits, "[")
	if !closed || index == "" || index == digits || strings.Trim(index, "0123456789") != "" {
		return "", false
	}
	return strings.TrimPrefix(rest, "."), true
}
