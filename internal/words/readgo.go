package words

import (
	"go/scanner"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// goReader collects the comments and strings of Go source, one token after the other.
type goReader struct {
	done    []passage
	comment *passage // the comments so far, nil after any other token
	quoted  *passage // the strings so far that a plus joins
	joins   bool     // the last token was a plus after a string
	subject int      // one more than the index in done of the comment whose declaration is being read, or 0
	depth   int      // of parentheses in that declaration
}

// readGo returns the comments and strings of Go source, or of a template for it.
func readGo(text string) []passage {
	file := token.NewFileSet().AddFile("", -1, len(text))
	var (
		lexer  scanner.Scanner
		reader goReader
	)
	// Errors do not matter, as a template is not yet Go.
	lexer.Init(file, []byte(text), nil, scanner.ScanComments)
	for {
		pos, tok, literal := lexer.Scan()
		line := file.PositionFor(pos, false).Line
		switch {
		case tok == token.COMMENT:
			reader.takeComment(line, literal)
		case tok == token.STRING:
			reader.takeString(line, literal)
		case tok == token.ADD && reader.quoted != nil:
			reader.joins = true
		default:
			reader.endPassage()
			reader.declare(tok, literal)
		}
		if tok == token.EOF {
			return reader.done
		}
	}
}

// endPassage adds the open passage to done. It drops a string without a space, which is a name.
func (r *goReader) endPassage() {
	if r.comment != nil {
		r.done = append(r.done, *r.comment)
		r.subject, r.depth = len(r.done), 0
	}
	if r.quoted != nil && strings.ContainsAny(strings.Join(r.quoted.lines, ""), " \n") {
		r.done = append(r.done, *r.quoted)
	}
	r.comment, r.quoted, r.joins = nil, nil, false
}

// declare looks for the name that a declaration gives, and removes it from the beginning of the comment.
func (r *goReader) declare(tok token.Token, name string) {
	switch {
	case r.subject == 0:
	case tok == token.FUNC, tok == token.TYPE, tok == token.VAR, tok == token.CONST:
	case tok == token.LPAREN: // of a receiver
		r.depth++
	case tok == token.RPAREN:
		r.depth--
	case r.depth > 0:
	default:
		comment := r.done[r.subject-1]
		rest, named := strings.CutPrefix(strings.TrimSpace(comment.lines[0]), name+" ")
		if tok == token.IDENT && named {
			comment.lines[0] = hole + " " + rest
		}
		r.subject = 0
	}
}

var directive = regexp.MustCompile(`^//[a-z]+:[a-z]\S*(?: //)?`)

func (r *goReader) takeComment(line int, literal string) {
	if r.comment == nil || line > r.comment.first+len(r.comment.lines) {
		r.endPassage()
		r.comment = &passage{first: line}
	}
	literal = directive.ReplaceAllString(literal, "")
	for i, text := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(literal, "/*"), "*/"), "\n") {
		r.comment.add(line+i, strings.TrimPrefix(text, "//"))
	}
}

func (r *goReader) takeString(line int, literal string) {
	if strings.HasPrefix(literal, "`") && strings.Contains(literal, "\n") {
		r.endPassage()
		r.done = append(r.done, readPlain(strings.Trim(literal, "`"), line)...)
		return
	}
	text, err := strconv.Unquote(literal)
	if err != nil {
		text = literal // in a template a hole may follow a backslash
	}
	if !r.joins {
		r.endPassage()
		r.quoted = &passage{first: line}
	}
	r.joins = false
	r.quoted.add(line, strings.ReplaceAll(text, "\n", " "))
}
