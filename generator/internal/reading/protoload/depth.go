package protoload

import "bytes"

// maxDepth is how deep messages, groups and the values of options may be nested in one another. It is protoc's bound for values;
// each level makes the names below it longer, and the steps that follow go down them one call in another.
const maxDepth = 100

// tooDeep is the offset of the bracket in the text of a proto with which the nesting goes beyond [maxDepth]; -1 if none does. Each
// kind of bracket counts by itself, so that no bracket of another kind hides one.
func tooDeep(text []byte) int {
	var open [256]int
	depth := 0
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '"', '\'':
			i = endOfString(text, i)
			continue
		case '/':
			i = endOfComment(text, i)
			continue
		case '{', '<', '[', '(':
			open[c]++
			if depth++; depth > maxDepth {
				return i
			}
		case '}', '>', ']', ')':
			if of := opening[c]; open[of] > 0 {
				open[of]--
				depth--
			}
		}
		i++
	}
	return -1
}

var opening = map[byte]byte{'}': '{', '>': '<', ']': '[', ')': '('}

// endOfString is the offset behind a string that begins at an offset. A string without an end ends with its line.
func endOfString(text []byte, begin int) int {
	for i := begin + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[begin]:
			return i + 1
		case '\n':
			return i
		}
	}
	return len(text)
}

// endOfComment is the offset behind a comment that may begin at an offset, or behind the slash there.
func endOfComment(text []byte, begin int) int {
	for mark, end := range map[string]string{"//": "\n", "/*": "*/"} {
		if rest, ok := bytes.CutPrefix(text[begin:], []byte(mark)); ok {
			comment, _, closed := bytes.Cut(rest, []byte(end))
			if !closed {
				return len(text)
			}
			return begin + len(mark) + len(comment) + len(end)
		}
	}
	return begin + 1
}
