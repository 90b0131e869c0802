package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/msgen/msgen/generator"
	"github.com/msgen/msgen/generator/diag"
)

// The exit codes.
const (
	exitDone     = 0
	exitFailed   = 1 // the input has problems, or msgen failed
	exitUsage    = 2
	exitDrift    = 3
	exitConflict = 4
)

// exitCode is what the process ends with after err, which may be nil.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	if drift, ok := errors.AsType[*driftError](err); ok {
		if drift.conflict {
			return exitConflict
		}
		return exitDrift
	}
	if _, ok := errors.AsType[*generator.InterruptedError](err); ok {
		return exitDrift
	}
	return exitFailed
}

// driftError is a tree that differs from what msgen generates. Its problems say where and what to do; there are none
// when that has been printed already.
type driftError struct {
	problems []diag.Problem
	conflict bool // a merge is left to a person, and this was a run that writes
}

// Error is the problems, one a line.
func (e *driftError) Error() string {
	lines := make([]string, len(e.problems))
	for i, p := range e.problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// toldError is an error that has been printed.
type toldError struct{ error }

// Unwrap is the error itself, which decides on the exit code.
func (e *toldError) Unwrap() error { return e.error }

// report prints err, which may be nil, to stderr. It has nobody to tell when that fails.
func report(stderr io.Writer, format diag.Format, err error) {
	if err == nil {
		return
	}
	if _, told := errors.AsType[*toldError](err); told {
		return
	}
	if inputs, ok := errors.AsType[*diag.ListError](err); ok {
		_ = printProblems(stderr, format, inputs.Problems())
		return
	}
	if drift, ok := errors.AsType[*driftError](err); ok {
		_ = diag.Print(stderr, format, drift.problems)
		return
	}
	message := err.Error()
	if errors.Is(err, context.Canceled) {
		message = "interrupted; nothing was written"
	}
	var problems []diag.Problem
	for line := range strings.SplitSeq(message, "\n") {
		problems = append(problems, diag.Problem{Severity: diag.Error, Message: line})
	}
	_ = diag.Print(stderr, format, problems)
}
