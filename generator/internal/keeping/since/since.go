// Package since holds the inputs of a run against those of the last one: what of the protos breaks callers, where the
// handlers of services stay, and whether there is anything to do.
package since
