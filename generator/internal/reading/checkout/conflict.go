package checkout

import "bytes"

// The marks of a conflict, as git and msgen write them. The part from base to middle is there by choice of the user.
var (
	begin  = []byte("<<<<<<< ")
	base   = []byte("||||||| ")
	middle = []byte("=======")
	end    = []byte(">>>>>>> ")
)

// Conflict is the line, from 1, at which a conflict begins that nobody has resolved yet. It is 0 for a text without any: a
// line that begins like one of the marks and has no others to go with it is none.
func Conflict(text []byte) int {
	begun, divided, number := 0, false, 0
	for line := range bytes.Lines(text) {
		number++
		switch line = bytes.TrimRight(line, "\r\n"); {
		case bytes.HasPrefix(line, begin):
			begun, divided = number, false
		case begun > 0 && bytes.Equal(line, middle):
			divided = true
		case divided && bytes.HasPrefix(line, end):
			return begun
		}
	}
	return 0
}

// Sides are the texts that a text with conflicts is for either branch. For any other text there is one, the text itself.
func Sides(text []byte) [][]byte {
	if Conflict(text) == 0 {
		return [][]byte{text}
	}
	const (
		both = iota
		ours
		dropped
		theirs
	)
	sides, in := make([][]byte, 2), both
	for line := range bytes.Lines(text) {
		switch mark := bytes.TrimRight(line, "\r\n"); {
		case in == both && bytes.HasPrefix(mark, begin):
			in = ours
		case in == ours && bytes.HasPrefix(mark, base):
			in = dropped // what the branches have in common is old
		case (in == ours || in == dropped) && bytes.Equal(mark, middle):
			in = theirs
		case in == theirs && bytes.HasPrefix(mark, end):
			in = both
		default:
			if in == both || in == ours {
				sides[0] = append(sides[0], line...)
			}
			if in == both || in == theirs {
				sides[1] = append(sides[1], line...)
			}
		}
	}
	return sides
}
