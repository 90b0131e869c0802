// Package acceptance runs msgen against the real tools that its promises name: protoc and its official plugins, the
// linters that Go teams use, and the clients that people type. It drives the built msgen as a user does and imports
// nothing of it. The package tools beside it gets the programs, and program runs them; fleet runs what msgen emits, as
// several processes. `make acceptance` does all of it.
package acceptance
