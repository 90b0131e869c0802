// Package templates holds the text of everything that msgen emits. A template's path is the path of what it prints:
// service/internal/server/server.go.tmpl becomes internal/server/server.go.
package templates

import "embed"

// FS holds service/, the Go and project files of the emitted service, and deploy/, what builds and runs it. The
// prefix `all:` keeps dotfiles in.
//
//go:embed all:service all:deploy
var FS embed.FS
