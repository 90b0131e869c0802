// Package since compares the inputs of a run with the inputs of the last one: which changes of the protos break callers, where the
// handlers of services stay, and whether there is anything to do.
package since
