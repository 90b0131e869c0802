package policy

import (
	"flag"
	"fmt"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// places are what a file says at which path, and where, and what nobody knows of it because it has a fault.
//
// A path that is not written is answered by the nearest parent that is. A misspelt path would be too, in silence: so that
// it cannot, a test ends where it asks for a path that the language does not have.
type places struct {
	file     string
	language *language
	written  map[string]diag.Position
	faulty   map[string]bool // a problem was found with the value
	unread   map[string]bool // nothing at and below the path was taken; "" is the file
}

func newPlaces(file string, language *language) places {
	return places{file: file, language: language, written: map[string]diag.Position{}, faulty: map[string]bool{}, unread: map[string]bool{}}
}

// at returns where the file says what stands at a path, see [Policy.At].
func (p *places) at(path string) diag.Position {
	p.check(path)
	for path != "" {
		if at, ok := p.written[path]; ok {
			return at
		}
		path = parent(path)
	}
	return diag.Position{File: p.file}
}

// says reports whether the file says something at a path.
func (p *places) says(path string) bool {
	p.check(path)
	_, ok := p.written[path]
	return ok
}

// blamed reports whether a problem was found with the value at a path, or with what it stands in so that it was not read.
func (p *places) blamed(path string) bool {
	p.check(path)
	if p.faulty[path] || p.unread[""] {
		return true
	}
	for ; path != ""; path = parent(path) {
		if p.unread[path] {
			return true
		}
	}
	return false
}

// sound reports whether no problem was found with the value at a path, nor with anything in it or around it.
func (p *places) sound(path string) bool {
	if p.blamed(path) {
		return false
	}
	for faulty := range p.faulty {
		if below(path, faulty) {
			return false
		}
	}
	return true
}

// below reports whether a path is another one or leads to something in it.
func below(around, path string) bool {
	rest, ok := strings.CutPrefix(path, around)
	return ok && (rest == "" || around == "" || rest[0] == '.' || rest[0] == '[')
}

// check panics, in a test, over a path that the language does not have.
func (p *places) check(path string) {
	if _, ok := p.written[path]; !ok && tested() && !p.language.knows(path) {
		panic(fmt.Sprintf("the language of a %s has no path %q", p.language.noun, path))
	}
}

// tested reports whether the program is a test. The function of package testing that says the same would bring its
// package into msgen.
func tested() bool { return flag.Lookup("test.v") != nil }

// parent is the path around a path; empty for the file as a whole.
func parent(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }
