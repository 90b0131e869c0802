package generator

import (
	"os"

	"go.yaml.in/yaml/v4"
)

// bufFolders are the folders that buf's names of protos are relative to, as the buf.yaml of the working directory says, which
// is where buf runs its plugins: those of its modules, else the working directory itself.
// https://buf.build/docs/configuration/v2/buf-yaml
func bufFolders() []string {
	var workspace struct {
		Modules []struct {
			Path string `yaml:"path"`
		} `yaml:"modules"`
	}
	text, err := os.ReadFile("buf.yaml")
	if err != nil || yaml.Unmarshal(text, &workspace) != nil {
		return nil // buf itself has read it, or does without one
	}
	var folders []string
	for _, module := range workspace.Modules {
		if module.Path != "" && exists(module.Path) {
			folders = append(folders, module.Path)
		}
	}
	return folders
}
