package disk

import (
	"cmp"
	"go/build"
	"os"
	"path/filepath"
	"strings"
)

// ModuleCache is the folder in which the go command keeps the modules that it has downloaded. It need not exist.
// https://go.dev/ref/mod#environment-variables
func (v *View) ModuleCache() string {
	gopath, _, _ := strings.Cut(cmp.Or(v.goSetting("GOPATH"), build.Default.GOPATH), string(filepath.ListSeparator))
	return cmp.Or(v.goSetting("GOMODCACHE"), filepath.Join(gopath, "pkg", "mod"))
}

// goSetting is a setting of the go command: in the environment, otherwise in the file to which go env -w writes.
func (v *View) goSetting(name string) string {
	if set := os.Getenv(name); set != "" {
		return set
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	text, err := v.ReadFile(cmp.Or(os.Getenv("GOENV"), filepath.Join(config, "go", "env")))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && key == name {
			return value
		}
	}
	return ""
}
