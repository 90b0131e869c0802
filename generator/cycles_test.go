package generator

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var cycles = flag.Int("cycles", 100, "random edit and regenerate cycles of TestCycles; the acceptance tests make 1,000, make cycles 10,000")

// TestCycles edits and regenerates one tree at random: RPCs, services and their names, policy and the user's lines come and go. No line
// that the user has written and not taken back is ever lost, a run that cannot keep one writes nothing, and a run that
// has written leaves nothing to do.
func TestCycles(t *testing.T) {
	u := newUser(t, 7)
	refused := 0
	for n := range *cycles {
		u.edit(n)
		u.changeHabit()
		u.change()
		methods := u.methods()
		before := ""
		if n%10 == 0 {
			before = diskSum(t, u.dir)
		}
		_, err := u.generate()
		if conflict, ok := errors.AsType[*RefusedError](err); ok {
			refused++
			if before != "" {
				require.Equal(t, before, diskSum(t, u.dir), "a run that is refused writes nothing")
			}
			u.giveUp(conflict)
			_, err = u.generate()
		}
		require.NoError(t, err)
		u.assertLines(n)
		u.assertHabits(n, methods)
		if n%10 == 0 {
			again, err := u.generate()
			require.NoError(t, err)
			require.Empty(t, changes(again), "cycle %d", n)
		}
	}
	assert.Less(t, refused, *cycles/2, "most edits and changes get along")
}

func newUser(t *testing.T, seed uint64) *user {
	t.Helper()
	rnd := rand.New(rand.NewPCG(2026, seed))
	u := &user{shop: newShop(t), rnd: rnd, lines: map[string]string{}, rpcs: map[string]bool{"Get": true, "Watch": true, "Put": true}}
	u.crlf = map[string]bool{}
	return u
}

// user is somebody who works on a tree.
type user struct {
	*shop
	habits

	rnd     *rand.Rand
	lines   map[string]string // what they have written, with the file that it is in
	rpcs    map[string]bool
	limited bool
	second  bool
	renamed bool
	loyal   bool // to the name of the service
}

// most is how many lines a user has in a file: with more, a cycle takes longer and shows the same.
const most = 30

// edit writes a line of the user's into a file of the tree, or takes one back.
func (u *user) edit(n int) {
	files := []string{u.handler(), strings.TrimSuffix(u.handler(), ".go") + "_test.go", "cmd/shop/main.go", "Makefile", ".gitignore", "README.md"}
	name := files[u.rnd.IntN(len(files))]
	content := u.text(name)
	if u.rnd.IntN(4) == 0 || u.count(name) == most {
		u.takeBack(name, content)
		return
	}
	comment := "//"
	if !strings.HasSuffix(name, ".go") {
		comment = "#"
	}
	line := fmt.Sprintf("%s line %d, mine", comment, n)
	lines := strings.SplitAfter(content, "\n") // the last one is empty
	lines = slices.Insert(lines, 1+u.rnd.IntN(len(lines)-1), line+"\n")
	u.put(name, strings.Join(lines, ""))
	u.lines[line] = name
}

func (u *user) count(name string) (n int) {
	for _, in := range u.lines {
		if in == name {
			n++
		}
	}
	return n
}

func (u *user) takeBack(name, content string) {
	for _, line := range slices.Sorted(maps.Keys(u.lines)) { // so that a failure can be had again
		if u.lines[line] == name {
			u.put(name, strings.Replace(content, line+"\n", "", 1))
			delete(u.lines, line)
			return
		}
	}
}

// change edits the proto or the policy.
func (u *user) change() {
	switch u.rnd.IntN(5) {
	case 0:
		u.limited = !u.limited
	case 1:
		u.second = !u.second
	case 2:
		u.renamed = u.renamed != (u.serves() && !u.loyal) // without RPCs, nobody can tell a new name from a new service
	default:
		name := rpcNames()[u.rnd.IntN(5)]
		u.rpcs[name] = !u.rpcs[name]
	}
	u.writeInputs()
}

// writeInputs writes the proto and the policy as the user wants them.
func (u *user) writeInputs() {
	service := map[bool]string{false: "Orders", true: "Purchases"}[u.renamed]
	proto := shopHead + "service " + service + " {\n"
	for _, name := range rpcNames() {
		if u.rpcs[name] {
			proto += "  rpc " + name + "(Ping) returns (Pong);\n"
		}
	}
	proto += "}\n"
	if u.second {
		proto += "service Second { rpc Do(Ping) returns (Pong); }\n"
	}
	put(u.T, u.path("shop.proto"), proto+shopTypes)
	policy := matrixPolicy
	if u.limited {
		policy += "server: {rateLimit: {requestsPerSecond: 1}}\n"
	}
	put(u.T, u.path("policy.yaml"), policy)
}

// giveUp takes back the user's lines in the files that stand in the way, which are then msgen's last text again.
func (u *user) giveUp(refused *RefusedError) {
	for _, change := range refused.Changes {
		require.Equal(u, Conflict, change.Action, change.Reason)
		base, err := os.ReadFile(u.path(".msgen/base/" + change.Path))
		require.NoError(u, err)
		_, quoted, _ := bytes.Cut(base, []byte(`"`)) // of one branch, where two were merged
		quoted, _, _ = bytes.Cut(quoted, []byte("\n"))
		text, err := strconv.Unquote(`"` + string(quoted))
		require.NoError(u, err)
		u.put(change.Path, text)
		for line, in := range u.lines {
			if in == change.Path {
				delete(u.lines, line)
			}
		}
	}
}

func (u *user) assertLines(n int) {
	u.Helper()
	for line, in := range u.lines {
		require.Contains(u, u.text(in), line+"\n", "cycle %d", n)
	}
}
