package policy

// enumeration is a named string that has only some values.
type enumeration interface{ values() []string }

func texts[T ~string](values ...T) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = string(value)
	}
	return out
}
