package build

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/module"
)

// buildable makes of a stub's path, up to its endings, one that the go command reads no meaning into and takes at all:
// `x_windows.pb.go` would be built on Windows alone, a name that begins with an underscore never, and one that begins
// with a dash is refused.
func buildable(prefix string) string {
	dir, base := path.Split(prefix)
	base = strings.Map(fileRune, base)
	if first, _ := utf8.DecodeRuneInString(base); !unicode.IsLetter(first) && !unicode.IsDigit(first) || module.CheckFilePath(base) != nil {
		base = "x" + base
	}
	stem, _, _ := strings.Cut(base, ".")
	constraint := strings.TrimSuffix(stem, "_test") // which the go command passes over
	if i := strings.LastIndexByte(constraint, '_'); i >= 0 && platforms[constraint[i+1:]] {
		base = stem + "_proto" + base[len(stem):]
	}
	return dir + base
}

// fileRune keeps what file names may hold everywhere, and makes an underscore of the rest.
func fileRune(r rune) rune {
	if unicode.IsLetter(r) || r >= '0' && r <= '9' || strings.ContainsRune("-_.+@ ", r) {
		return r
	}
	return '_'
}

// platforms are the values of GOOS and GOARCH, past and present, which the go command takes for build constraints at
// the end of a file name (https://pkg.go.dev/cmd/go#hdr-Build_constraints; the list is go/build's).
var platforms = set(
	"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
	"openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
	"386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le",
	"mips64p32", "mips64p32le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc",
	"sparc64", "wasm",
)

func set(names ...string) map[string]bool {
	out := make(map[string]bool, len(names))
	for _, name := range names {
		out[name] = true
	}
	return out
}
