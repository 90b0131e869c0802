package graphdraw

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/showing/graph"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// page is what the template prints. Its style and its script are msgen's own, and the policy that the page carries lets
// nothing else run or load, wherever it is served from.
type page struct {
	CSP                      string
	Summary                  string
	Style                    template.CSS
	Script                   template.JS
	Picture                  template.HTML
	Cyclic, Topics, External bool
	Entries                  []entry
}

// entry is a service or a topic.
type entry struct {
	ID, Kind, Name, Subtitle, Traits string
	Keywords                         string // lower case, what is searched
	Cyclic                           bool

	Methods          []method
	Calls, CalledBy  rows
	Publishes, Reads rows
}

type method struct {
	Name, Full string
	Words      []string
}

// rows are what an entry has to do with others.
type rows struct {
	Heading string
	Rows    []row
}

type row struct {
	Own, Arrow      string // the entry's own method, if it is known
	ID, Name, Other string // the other side
	Words           []string
	Cyclic          bool
}

func html(b *bytes.Buffer, s *scene) {
	var drawing bytes.Buffer
	writeSVG(&drawing, s, "")
	p := page{
		Summary: summary(s.graph),
		CSP: fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; img-src data:; base-uri 'none'; form-action 'none'",
			hash(pageStyle+style), hash(pageScript)),
		Style:   template.CSS(pageStyle + style),
		Script:  template.JS(pageScript),
		Picture: template.HTML(drawing.String()), // its text is escaped
		Topics:  len(s.topics) > 0,
	}
	for _, n := range s.nodes {
		e := entryOf(s, n)
		p.Cyclic, p.External = p.Cyclic || e.Cyclic, p.External || n.kind == external
		p.Entries = append(p.Entries, e)
	}
	if err := template.Must(template.New("page").Parse(pageTemplate)).Execute(b, p); err != nil {
		panic(err) // a buffer takes all: the template is wrong, which every test of it would see
	}
}

// hash names a script or a style in a Content-Security-Policy.
func hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func entryOf(s *scene, n *node) entry {
	e := entry{
		ID: n.id, Kind: n.kind.String(), Name: n.name,
		Calls: rows{Heading: "Calls"}, CalledBy: rows{Heading: "Called by"},
		Publishes: rows{Heading: "Publishes"}, Reads: rows{Heading: "Reads"},
	}
	if n.kind == topic {
		e.Subtitle, e.Traits = "topic", "topic"
		e.Publishes.Heading, e.Reads.Heading = "Read by", "Published by"
	} else {
		e.Subtitle, e.Traits = subtitle(n), strings.Join(slices.Concat(traits(n.service), limits(n.service)), ", ")
		e.Methods = methodsOf(n.service)
	}
	for _, l := range s.out[n] {
		e.Cyclic = e.Cyclic || l.cyclic
		for _, c := range l.calls {
			e.Calls.Rows = append(e.Calls.Rows, callOf(c, l.to, c.FromMethod, c.ToMethod, "→"))
		}
		if l.calls == nil {
			e.Publishes.Rows = append(e.Publishes.Rows, row{ID: l.to.id, Name: l.to.name, Words: messages(l.events)})
		}
	}
	for _, l := range s.in[n] {
		e.Cyclic = e.Cyclic || l.cyclic
		for _, c := range l.calls {
			e.CalledBy.Rows = append(e.CalledBy.Rows, callOf(c, l.from, c.ToMethod, c.FromMethod, "←"))
		}
		if l.calls == nil {
			e.Reads.Rows = append(e.Reads.Rows, row{ID: l.from.id, Name: l.from.name, Words: messages(l.events)})
		}
	}
	e.Keywords = keywords(e)
	return e
}

// limits are the server's own.
func limits(s *graph.Service) []string {
	var words []string
	if s.RequestTimeout > 0 {
		words = append(words, "requests end within "+duration(s.RequestTimeout))
	}
	if s.MaxConcurrentRequests > 0 {
		words = append(words, fmt.Sprintf("at most %d at once in an instance", s.MaxConcurrentRequests))
	}
	return words
}

func methodsOf(s *graph.Service) []method {
	methods := make([]method, len(s.Methods))
	for i, m := range s.Methods {
		methods[i] = method{Name: methodName(m), Full: printable(m.FullName)}
		if !m.Unary {
			methods[i].Words = append(methods[i].Words, "stream")
		}
		if m.Idempotent {
			methods[i].Words = append(methods[i].Words, "idempotent")
		}
	}
	return methods
}

func callOf(c *graph.Call, other *node, own, others *graph.Method, arrow string) row {
	r := row{ID: other.id, Name: other.name, Words: bounds(c), Cyclic: c.Cyclic}
	if own != nil {
		r.Own, r.Arrow = methodName(own), arrow
	}
	if others != nil {
		r.Other = methodName(others)
	}
	r.Words = slices.Insert(r.Words, min(2, len(r.Words)), retries(c)...)
	return r
}

// retries say when there are any, and how many of them all calls together may make.
func retries(c *graph.Call) []string {
	var words []string
	if len(c.Retryable) > 0 {
		words = append(words, "again on "+printable(strings.Join(c.Retryable, ", ")))
	}
	if c.Attempts > 1 && c.Budget > 0 {
		words = append(words, fmt.Sprintf("retries for %d %% of calls", c.Budget))
	}
	return words
}

// keywords are the names that belong to an entry, and the words that it is described by.
func keywords(e entry) string {
	words := []string{e.Name, e.Traits}
	for _, m := range e.Methods {
		words = append(words, m.Full)
	}
	for _, rows := range []rows{e.Publishes, e.Reads} {
		for _, r := range rows.Rows {
			words = append(words, r.Name, strings.Join(r.Words, " "))
		}
	}
	if e.Cyclic {
		words = append(words, "cycle")
	}
	return strings.ToLower(strings.Join(words, " "))
}
