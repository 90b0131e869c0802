package policy

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/diag"
)

// Waiver is a comment by which somebody accepts what a check of the whole system finds in this policy:
//
//	calls: [payments/Charge]   # msgen:allow cycle: refunds come back once a day
//
// In place of allow, warn makes an error a warning. The comment stands in the line that it is about, or above it.
type Waiver struct {
	At     diag.Position // of the comment
	Line   int           // that it is about
	Check  string        // as it is written: what checks there are is not for the policy to know
	Reason string
	Warn   bool
}

// CheckLoopback is the check of addresses that in Kubernetes are the pod itself. It is about one policy, and not about a whole system.
const CheckLoopback = "loopback"

// Waivers returns the waivers of the policy in the order of its lines.
func (p *Policy) Waivers() []Waiver { return p.waivers }

// directive is a comment that is meant for msgen: what it asks for, and the rest.
var directive = regexp.MustCompile(`^#\s*msgen:(\S+)\s*(.*?)\s*$`)

// findWaivers reads the comments of a file whose YAML is known. The library tells comments from text, but not where they
// are: so they are looked for in the lines, and each is one if the library knows it.
func findWaivers(file string, src []byte, node *yaml.Node) (waivers []Waiver, problems diag.List) {
	if !bytes.Contains(src, []byte("msgen:")) {
		return nil, problems
	}
	known := map[string]bool{}
	comments(node, known)
	lines := strings.Split(string(src), "\n")
	for i, line := range lines {
		at, text := commentIn(line, known)
		match := directive.FindStringSubmatch(text)
		if match == nil {
			continue
		}
		waiver, problem := newWaiver(match[1], match[2])
		waiver.At = diag.Position{File: file, Line: i + 1, Col: utf8.RuneCountInString(line[:at]) + 1}
		if problem != nil {
			problem.Position = waiver.At
			problems.Add(*problem)
			continue
		}
		waiver.Line = i + 1
		if strings.TrimSpace(line[:at]) == "" {
			waiver.Line = nextValue(lines, i+1) + 1
		}
		waivers = append(waivers, waiver)
	}
	return waivers, problems
}

// comments notes each line of the comments in and below a node.
func comments(node *yaml.Node, known map[string]bool) {
	for _, comment := range []string{node.HeadComment, node.LineComment, node.FootComment} {
		for line := range strings.Lines(comment) {
			known[strings.TrimSpace(line)] = true
		}
	}
	for _, child := range node.Content {
		comments(child, known)
	}
}

// commentIn finds the comment of a line, and in which byte it begins.
func commentIn(line string, known map[string]bool) (at int, text string) {
	for at := range len(line) {
		if text := strings.TrimSpace(line[at:]); line[at] == '#' && known[text] {
			return at, text
		}
	}
	return 0, ""
}

// nextValue is the index of the first line, from one on, that says something.
func nextValue(lines []string, from int) int {
	for i, line := range lines[from:] {
		if text := strings.TrimSpace(line); text != "" && text[0] != '#' {
			return from + i
		}
	}
	return len(lines) - 1
}

func newWaiver(verb, rest string) (Waiver, *diag.Problem) {
	if verb != "allow" && verb != "warn" {
		return Waiver{}, &diag.Problem{
			Message: "no such comment for msgen", Found: "msgen:" + verb, Want: "msgen:allow or msgen:warn",
			Fix: didYouMean(closest("msgen:"+verb, []string{"msgen:allow", "msgen:warn"})),
		}
	}
	check, reason, _ := strings.Cut(rest, ":")
	waiver := Waiver{Check: strings.TrimSpace(check), Reason: strings.TrimSpace(reason), Warn: verb == "warn"}
	if waiver.Check == "" || waiver.Reason == "" {
		return Waiver{}, &diag.Problem{
			Message: "a waiver without a reason", Found: "msgen:" + strings.TrimSpace(verb+" "+rest), Want: "msgen:" + verb + " CHECK: REASON",
		}
	}
	return waiver, nil
}
