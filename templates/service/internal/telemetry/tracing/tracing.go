// Package tracing makes the traces of a process.
package tracing
