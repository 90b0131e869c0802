package mutation

import "fmt"

// Score is how many mutants were tried, and how many of them a test has noticed.
type Score struct{ Numbers, NumbersNoticed, Code, CodeNoticed int }

// ScoreOf counts.
func ScoreOf(tried, survivors []Mutant) Score {
	var s Score
	for _, m := range tried {
		if m.Kind == Number {
			s.Numbers++
		} else {
			s.Code++
		}
	}
	s.NumbersNoticed, s.CodeNoticed = s.Numbers, s.Code
	for _, m := range survivors {
		if m.Kind == Number {
			s.NumbersNoticed--
		} else {
			s.CodeNoticed--
		}
	}
	return s
}

// Good reports whether the tests notice every number, and at least 95 % of what the engine and the server may do wrong. The rest are
// changes that nobody can see from outside.
func (s Score) Good() bool {
	return s.NumbersNoticed == s.Numbers && 100*s.CodeNoticed >= 95*s.Code
}

// String is the score in a sentence.
func (s Score) String() string {
	return fmt.Sprintf("noticed: %d of %d numbers, %d of %d operators, orders and removals", s.NumbersNoticed, s.Numbers, s.CodeNoticed, s.Code)
}

// OneOf returns one mutant of n, spread over all of them.
func OneOf(n int, mutants []Mutant) []Mutant {
	var some []Mutant
	for i := 0; i < len(mutants); i += n {
		some = append(some, mutants[i])
	}
	return some
}
