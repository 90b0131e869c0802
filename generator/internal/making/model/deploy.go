package model

import (
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Deploys reports whether the policy says how the service is built into an image.
func (t *Tree) Deploys() bool { return t.Policy.Deploy != nil }

// OnKubernetes reports whether there are manifests.
func (t *Tree) OnKubernetes() bool { return t.Deploys() && t.Policy.Deploy.Kubernetes != nil }

// Helm reports whether the manifests are a chart.
func (t *Tree) Helm() bool {
	return t.OnKubernetes() && t.Policy.Deploy.Kubernetes.Packaging == policy.PackagingHelm
}

// Kustomize reports whether the manifests are a base with overlays.
func (t *Tree) Kustomize() bool { return t.OnKubernetes() && !t.Helm() }

// Environments are the places that the manifests are deployed to, in the order in which a change reaches them.
func (t *Tree) Environments() []string {
	if !t.OnKubernetes() {
		return nil
	}
	return t.Policy.Deploy.Environments
}

// BuiltBy reports whether a CI system has a pipeline for the service.
func (t *Tree) BuiltBy(ci policy.CI) bool {
	return t.Deploys() && slices.Contains(t.Policy.Deploy.CI, ci)
}

// Namespace is the namespace of everything that is deployed.
func (t *Tree) Namespace() string {
	if namespace := t.Policy.Deploy.Kubernetes.Namespace; namespace != "" {
		return namespace
	}
	return t.Name
}

// Headless is the name of the Service that stands for each instance on its own in DNS.
func (t *Tree) Headless() string { return t.Name + "-headless" }

// Image is the image as manifests name it before it has been built: its tag cannot be pulled, so that nobody runs an
// image that they did not choose.
func (t *Tree) Image() string { return t.Policy.Deploy.Image + ":unreleased" }

// Registry is the host of the image's registry.
func (t *Tree) Registry() string {
	host, _, found := strings.Cut(t.Policy.Deploy.Image, "/")
	if found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return host
	}
	return "docker.io"
}

// Labels are the labels of every object.
func (t *Tree) Labels() map[string]string {
	labels := t.Selector()
	if team := t.Policy.Service.Team; team != "" {
		labels["team"] = team
	}
	return labels
}

// Selector are the labels that tell the pods of the service from others.
func (t *Tree) Selector() map[string]string {
	return map[string]string{"app.kubernetes.io/name": t.Name}
}

// Manifests is the folder of the manifests in deploy/kubernetes.
func (t *Tree) Manifests() string {
	if t.Helm() {
		return "chart/templates"
	}
	return "base"
}

// Value is a value that environments differ in, as it stands in a manifest: itself, which a patch replaces, or the
// expression for it in the chart, whose values have it at the path.
func (t *Tree) Value(path, literal string) string {
	if t.Helm() {
		return "{{ toJson .Values." + path + " }}"
	}
	return literal
}

// InModule is a path of the tree as seen from the folder of its module's go.mod.
func (t *Tree) InModule(inTree string) string { return path.Join(t.Dir, inTree) }

// Subfolder reports whether the tree stands in a folder of a bigger module.
func (t *Tree) Subfolder() bool { return t.Dir != "." }

// TuningName is the name of the ConfigMap with the variables of Tuning.
func (t *Tree) TuningName() string { return t.Name + "-tuning" }

// ContextFromTree is the folder of the module's go.mod, as seen from the tree.
func (t *Tree) ContextFromTree() string {
	if !t.Subfolder() {
		return "."
	}
	return strings.Repeat("../", strings.Count(t.Dir, "/")) + ".."
}
