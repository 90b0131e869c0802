package handlers

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/keeping/methods"
	"github.com/msgen/msgen/generator/internal/keeping/splice"
)

// presence says whether the folder has an emitted function, by the rules of Go for methods.
type presence int

const (
	missing   presence = iota
	standsIn           // the stub that answers UNIMPLEMENTED has it
	ambiguous          // several embedded types have it at one depth, so that none answers
	unknown            // an embedded type cannot be read, and may have it
	present
)

// presence looks for an emitted function, of which the files of the folder have some already. Only where the syntax does not say
// enough, types are asked.
func (s *sides) presence(f *function, found []*function) presence {
	switch {
	case !f.isMethod() && len(found) > 0, slices.ContainsFunc(found, s.server.declares):
		return present
	case !f.isMethod():
		return missing
	case !s.server.promotes && s.server.unimplemented:
		return standsIn
	case !s.server.promotes:
		return missing
	}
	switch method := s.methods().Method(f.name()); method.Kind {
	case methods.Unknown:
		if len(found) > 0 {
			return present
		}
		return unknown
	case methods.Ambiguous:
		return ambiguous
	case methods.Has:
		return s.promoted(f, method)
	default:
		return missing
	}
}

// unimplemented are the stubs that answer UNIMPLEMENTED, of any service.
var unimplemented = regexp.MustCompile(`^Unimplemented\w*Server$`)

// promoted says what a method is good for that the server has by embedding.
func (s *sides) promoted(f *function, method methods.Method) presence {
	switch {
	case s.disk.file(method.Path) != nil:
		return present
	case unimplemented.MatchString(method.Receiver):
		return standsIn
	case s.isEmittedStub(f, method):
		return missing
	default:
		return present
	}
}

// isEmittedStub reports whether a method is a stub that msgen has emitted for f, wherever its user has put it.
func (s *sides) isEmittedStub(f *function, method methods.Method) bool {
	file, err := splice.Parse(method.Path, method.Src)
	if err != nil || method.Receiver == "" {
		return false
	}
	for _, mine := range newSource(parsed{method.Path, file}, succession{}).funcs {
		if mine.name() == f.name() && mine.recv == method.Receiver {
			return mine.same(f) || slices.ContainsFunc(s.base.funcs[f.name()], mine.same)
		}
	}
	return false
}

// unread is what to say of RPCs of which an embedded type that cannot be read may have the methods.
func (s *sides) unread(names []string) changes {
	if len(names) == 0 {
		return changes{}
	}
	gap := s.methods().Method(names[0]).Unknown
	text := fmt.Sprintf("%s embeds %s, which %s: it may have the methods that are missing here, so that none was added (%s); %s, then run msgen generate",
		gap.In, gap.Type, gap.Reason, strings.Join(names, ", "), gap.Fix)
	if s.disk.file(gap.Path) != nil {
		return changes{notes: []Note{{gap.Path, gap.Line, text}}}
	}
	t := s.server.decl
	return note(t.file, t.spec.Pos(), "%s gets methods from %s:%d, where %s", t.name, gap.Path, gap.Line, text)
}

// promotes reports whether the type may have methods that the type itself does not declare, and that are not the stubs' own.
func (t *typeDecl) promotes(service string) bool {
	if _, ok := t.spec.Type.(*ast.StructType); !ok {
		return true
	}
	return slices.ContainsFunc(t.embedded, func(embedded ast.Expr) bool {
		return !slices.Contains(stubNames(service), t.file.selectedBy(embedded))
	})
}

// stubNames are the stubs of a service that its server embeds.
func stubNames(service string) []string {
	return []string{"Unsafe" + service + "Server", "Unimplemented" + service + "Server"}
}
