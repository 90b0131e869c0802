package generator

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// habits are what some users do to their handlers and others do not: they move them, embed what answers, and edit on Windows.
type habits struct {
	embeds bool
	crlf   map[string]bool // files by their paths
}

// handlers is the folder of the handlers: where msgen has put them, or where their user has moved them.
func (u *user) handlers() string {
	for _, dir := range []string{"internal/orders", "internal/purchases", "internal/moved/orders"} {
		if exists(u.path(dir)) {
			return dir
		}
	}
	return "internal/moved/purchases"
}

// handler is the file of the handlers.
func (u *user) handler() string { return u.handlers() + "/" + path.Base(u.handlers()) + ".go" }

// changeHabit does one of the things.
func (u *user) changeHabit() {
	switch u.rnd.IntN(12) {
	case 0:
		u.moveHandlers()
	case 1:
		u.embed()
	case 2:
		u.crlf[u.handler()] = !u.crlf[u.handler()]
		u.put(u.handler(), u.text(u.handler()))
	}
}

// moveHandlers moves the handlers away, or back.
func (u *user) moveHandlers() {
	from := u.handlers()
	name := path.Base(from)
	to := "internal/moved/" + name
	if from == to {
		to = "internal/" + name
	}
	require.NoError(u, os.MkdirAll(u.path(path.Dir(to)), 0o755))
	require.NoError(u, os.Rename(u.path(from), u.path(to)))
	main := "cmd/shop/main.go"
	u.put(main, strings.ReplaceAll(u.text(main), "\"example.com/shop/"+from+"\"", "\"example.com/shop/"+to+"\""))
	for line, in := range u.lines {
		if path.Dir(in) == from {
			u.lines[line] = to + "/" + path.Base(in)
		}
	}
	for _, file := range []string{name + ".go", name + "_test.go"} {
		u.crlf[to+"/"+file] = u.crlf[from+"/"+file]
		delete(u.crlf, from+"/"+file)
	}
}

// rpcNames are the RPCs that come and go.
func rpcNames() []string { return []string{"Drop", "Get", "List", "Put", "Watch"} }

// serves reports whether there is an RPC.
func (u *user) serves() bool {
	return slices.ContainsFunc(rpcNames(), func(name string) bool { return u.rpcs[name] })
}

// embed lets the server have all methods of a package of the user's, or no longer.
func (u *user) embed() {
	base := "package base\n\ntype Base struct{}\n"
	for _, name := range rpcNames() {
		base += "\nfunc (*Base) " + name + "() {}\n"
	}
	u.put("internal/base/base.go", base)
	u.embeds = !u.embeds
	text := u.text(u.handler())
	for before, line := range map[string]string{"import (\n": "\t\"example.com/shop/internal/base\"\n", "type Server struct {\n": "\tbase.Base\n"} {
		if u.embeds {
			text = strings.Replace(text, before, before+line, 1)
		} else {
			text = strings.Replace(text, line, "", 1)
		}
	}
	u.put(u.handler(), text)
}

// text is a file with the line ends of Unix.
func (u *user) text(name string) string { return strings.ReplaceAll(u.get(name), "\r\n", "\n") }

// put writes a file with the line ends that its user has in it.
func (u *user) put(name, content string) {
	if u.crlf[name] {
		content = strings.ReplaceAll(content, "\n", "\r\n")
	}
	put(u.T, u.path(name), content)
}

var serverMethod = regexp.MustCompile(`(?m)^func \(s \*Server\) (\w+)\(`)

// methods are the names of the methods that the server has in its own file.
func (u *user) methods() []string {
	var names []string
	for _, found := range serverMethod.FindAllStringSubmatch(u.text(u.handler()), -1) {
		names = append(names, found[1])
	}
	return names
}

// assertHabits holds a run to the habits: no method hides an embedded one, each file has its line ends, and the handlers are in one place.
func (u *user) assertHabits(n int, before []string) {
	u.Helper()
	for _, name := range u.methods() {
		require.True(u, !u.embeds || slices.Contains(before, name), "cycle %d: %s hides the embedded method", n, name)
	}
	if !u.embeds {
		for name, wanted := range u.rpcs {
			require.True(u, !wanted || slices.Contains(u.methods(), name), "cycle %d: %s is missing", n, name)
		}
	}
	for name, windows := range u.crlf {
		if !exists(u.path(name)) { // the service was renamed, and nobody had touched it
			delete(u.crlf, name)
			continue
		}
		text := u.get(name)
		ends := strings.Count(text, "\r\n")
		assert.True(u, windows && ends == strings.Count(text, "\n") || !windows && ends == 0, "cycle %d: line ends of %s", n, name)
	}
	homes := 0
	for _, dir := range []string{"internal/orders", "internal/purchases", "internal/moved/orders", "internal/moved/purchases"} {
		if exists(u.path(dir)) {
			homes++
		}
	}
	require.Equal(u, 1, homes, "cycle %d: one folder of handlers", n)
}
