package inputs

import (
	"go.yaml.in/yaml/v4"

	"github.com/msgen/msgen/generator/internal/reading/disk"
)

// BufFolders are the folders that buf's names of protos are relative to, as the buf.yaml of the working directory says, which
// is where buf runs its plugins: those of its modules; nil for the working directory itself.
// https://buf.build/docs/configuration/v2/buf-yaml
func BufFolders(view *disk.View) []string {
	var workspace struct {
		Modules []struct {
			Path string `yaml:"path"`
		} `yaml:"modules"`
	}
	text, err := view.ReadFile("buf.yaml")
	if err != nil || yaml.Unmarshal(text, &workspace) != nil {
		return nil // buf itself has read it, or does without one
	}
	var folders []string
	for _, module := range workspace.Modules {
		if module.Path != "" && view.Exists(module.Path) {
			folders = append(folders, module.Path)
		}
	}
	return folders
}
