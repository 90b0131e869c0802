package merge

import "strings"

// The markers around a conflict, as `git merge-file --diff3` writes them: the user's text, the base, and msgen's.
const (
	mineMarker   = "<<<<<<< yours"
	baseMarker   = "||||||| what msgen wrote last"
	middleMarker = "======="
	theirsMarker = ">>>>>>> what msgen writes now"
)

func (c chunk) write(out *strings.Builder) {
	if !c.conflict {
		writeLines(out, c.lines)
		return
	}
	end := lineEnd(c.mine, c.base, c.theirs)
	for _, part := range []struct {
		marker string
		lines  []string
	}{{mineMarker, c.mine}, {baseMarker, c.base}, {middleMarker, c.theirs}} {
		out.WriteString(part.marker + end)
		writeLines(out, part.lines)
		if n := len(part.lines); n > 0 && !strings.HasSuffix(part.lines[n-1], "\n") {
			out.WriteString(end)
		}
	}
	out.WriteString(theirsMarker + end)
}

func writeLines(out *strings.Builder, lines []string) {
	for _, line := range lines {
		out.WriteString(line)
	}
}

// lineEnd is how the first of the lines ends.
func lineEnd(sides ...[]string) string {
	for _, lines := range sides {
		if len(lines) > 0 {
			if strings.HasSuffix(lines[0], "\r\n") {
				return "\r\n"
			}
			return "\n"
		}
	}
	return "\n"
}
