package diag

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Printable is a text in one line with nothing that a terminal or a CI system would obey: control characters, and characters
// that turn the direction of writing, are as Go escapes them. Names of files and texts of inputs may hold any.
func Printable(text string) string {
	if utf8.ValidString(text) && strings.IndexFunc(text, unprintable) < 0 {
		return text
	}
	var b strings.Builder
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if r == utf8.RuneError && size == 1 || unprintable(r) {
			quoted := strconv.QuoteToASCII(rest[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteString(rest[:size])
		}
		rest = rest[size:]
	}
	return b.String()
}

// unprintable are the control characters, the invisible ones that change what stands around them, and the separators of lines.
func unprintable(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// The password in a URL, and in what has a user and no scheme. A text may go on after it.
var (
	passwordInURL    = regexp.MustCompile(`(://[^\s:@/]*):[^\s"']*@`)
	passwordInText   = regexp.MustCompile(`([\w.%+-]+):[^\s"'/@:]+@([\w.-]+)`)
	passwordInAValue = regexp.MustCompile(`(://[^:@/]*):.*@`)
)

// Masked is a text without the passwords in it: user:***@host.
func Masked(text string) string {
	text = passwordInURL.ReplaceAllString(text, "$1:***@")
	return passwordInText.ReplaceAllStringFunc(text, func(found string) string {
		match := passwordInText.FindStringSubmatch(found)
		if strings.HasPrefix(match[2], "sha") { // name:tag@sha256 is an image
			return found
		}
		return match[1] + ":***@" + match[2]
	})
}

// MaskedValue is a value without the password in it, which may hold what ends one in a text.
func MaskedValue(value string) string {
	return Masked(passwordInAValue.ReplaceAllString(value, "$1:***@"))
}

// masked is the problem without passwords.
func (p Problem) masked() Problem {
	p.Message, p.Found, p.Want, p.Fix = Masked(p.Message), MaskedValue(p.Found), Masked(p.Want), Masked(p.Fix)
	return p
}

// escapeJSON escapes what package json leaves as it is, although it is not to be printed.
func escapeJSON(line string) string {
	var b strings.Builder
	for _, r := range line {
		if unprintable(r) {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
