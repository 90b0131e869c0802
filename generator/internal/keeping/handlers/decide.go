package handlers

import (
	"slices"

	"github.com/msgen/msgen/generator/internal/reading/checkout"
)

// spliced are the emitted files that splicing has a say in: all that msgen does not write as a whole.
func (s *sides) spliced() []*source {
	return slices.DeleteFunc(slices.Clone(s.next.files), s.whole)
}

// decide compares the three sides of the emitted files.
func (s *sides) decide(spliced []*source) changes {
	var decided changes
	for _, file := range spliced {
		decided = decided.and(s.bringIn(file))
	}
	return s.follow(spliced, decided)
}

// whole reports whether msgen writes an emitted file as a whole: nobody has touched it, and what it declares stands
// nowhere else. That includes a file that was never there.
func (s *sides) whole(now *source) bool {
	was, mine := s.base.file(now.path), s.disk.file(now.path)
	if s.moved || (mine == nil) != (was == nil) || mine != nil && !checkout.Same(mine.Src, was.Src) {
		return false
	}
	return !slices.ContainsFunc(now.funcs, func(f *function) bool {
		return slices.ContainsFunc(s.find(f), func(found *function) bool { return found.file.path != now.path })
	})
}

// bringIn brings the folder in step with one emitted file.
func (s *sides) bringIn(now *source) changes {
	var decided changes
	var unread []string
	was := s.base.file(now.path)
	for _, f := range now.funcs {
		found := s.find(f)
		for _, mine := range found {
			decided = decided.and(s.update(mine, was.named(f), f))
		}
		switch has := s.presence(f, found); {
		case !s.wanted(was, f, has):
		case has == unknown:
			unread = append(unread, f.name())
		default:
			decided = decided.and(s.insert(f, has, was.named(f) == nil))
		}
	}
	for _, gone := range was.all() {
		if now.named(gone) == nil && (gone.isMethod() || gone.isTest()) {
			decided = decided.and(s.removeAll(gone))
		}
	}
	return decided.and(s.unread(unread))
}

// find lists what an emitted function is on disk, in every file: the methods of the server, or the functions, of that
// name.
func (s *sides) find(emitted *function) []*function {
	return slices.DeleteFunc(slices.Clone(s.disk.funcs[emitted.name()]), func(mine *function) bool {
		return mine.isMethod() != emitted.isMethod() || mine.isMethod() && !s.server.has(mine)
	})
}

// wanted reports whether a function has to come in. What its user deleted stays deleted where the
// code builds without it. A nil was is a file that msgen has not emitted before.
func (s *sides) wanted(was *source, f *function, has presence) bool {
	isNew := was.named(f) == nil
	switch {
	case has == present:
		return false
	case f.isMethod():
		return isNew || has != standsIn
	case f.isTest():
		return was != nil && isNew && s.hasHelpers(f.file)
	default:
		return false
	}
}

// hasHelpers reports whether the folder still has what the emitted tests call.
func (s *sides) hasHelpers(tests *source) bool {
	return !slices.ContainsFunc(tests.funcs, func(f *function) bool { return !f.isTest() && len(s.find(f)) == 0 })
}

// update brings a function on disk in step with what msgen emits now. A nil was is one that msgen has not emitted
// before.
func (s *sides) update(mine, was, now *function) changes {
	untouched := was != nil && mine.same(was)
	switch {
	case now.isConstructor() && len(added(mine, was, now)) > 0:
		return s.extend(mine, now, added(mine, was, now), untouched)
	case now.isConstructor() && untouched && len(lacking(now, was)) > 0:
		return s.deprive(mine, now, lacking(now, was))
	case untouched && !was.same(now):
		return s.replace(mine, now)
	case !untouched && was != nil && now.isMethod():
		return s.retype(mine, was, now)
	default:
		return changes{}
	}
}

func (s *sides) replace(mine, now *function) changes {
	return put(mine.file, mine.start, mine.end, s.transplant(now, mine.file, mine.receiver()))
}

// removeAll takes out what an emitted function is on disk. An edited function stays, and is reported.
func (s *sides) removeAll(gone *function) changes {
	var decided changes
	for _, mine := range s.find(gone) {
		if mine.same(gone) {
			decided = decided.and(put(mine.file, beforeSpace(mine.file.Src, mine.start), mine.end, text{}))
		} else {
			decided = decided.and(s.stays(mine))
		}
	}
	return decided
}

func (s *sides) stays(mine *function) changes {
	if !mine.isMethod() {
		return note(mine.file, mine.decl.Name.Pos(),
			"%s is about an RPC that is not in the proto any more, and is yours: delete it when you do not need it", mine.name())
	}
	what, where := s.answered()
	return note(mine.file, mine.decl.Name.Pos(),
		"the %s %s is not in the %s any more, and its method is yours: delete it when you do not need it", what, mine.name(), where)
}

// answered is what the methods of the folder answer, and where that is declared.
func (s *sides) answered() (what, where string) {
	if s.stubs.service == "" {
		return "subscription", "policy"
	}
	return "RPC", "proto"
}
