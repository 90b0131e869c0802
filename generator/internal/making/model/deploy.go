package model

import (
	"path"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Deploys reports whether the policy says how the service is built into an image.
func (s *Service) Deploys() bool { return s.Policy.Deploy != nil }

// OnKubernetes reports whether there are manifests.
func (s *Service) OnKubernetes() bool { return s.Deploys() && s.Policy.Deploy.Kubernetes != nil }

// Helm reports whether the manifests are a chart.
func (s *Service) Helm() bool {
	return s.OnKubernetes() && s.Policy.Deploy.Kubernetes.Packaging == policy.PackagingHelm
}

// Kustomize reports whether the manifests are a base with overlays.
func (s *Service) Kustomize() bool { return s.OnKubernetes() && !s.Helm() }

// Environments are the places that the manifests are deployed to, in the order in which a change reaches them.
func (s *Service) Environments() []string {
	if !s.OnKubernetes() {
		return nil
	}
	return s.Policy.Deploy.Environments
}

// BuiltBy reports whether a CI system has a pipeline for the service.
func (s *Service) BuiltBy(ci policy.CI) bool {
	return s.Deploys() && slices.Contains(s.Policy.Deploy.CI, ci)
}

// Namespace is the namespace of everything that is deployed.
func (s *Service) Namespace() string {
	if namespace := s.Policy.Deploy.Kubernetes.Namespace; namespace != "" {
		return namespace
	}
	return s.Name
}

// Headless is the name of the Service that stands for each instance on its own in DNS.
func (s *Service) Headless() string { return s.Name + "-headless" }

// Image is the image as manifests name it before it has been built: its tag cannot be pulled, so that nobody runs an
// image that they did not choose.
func (s *Service) Image() string { return s.Policy.Deploy.Image + ":unreleased" }

// Registry is the host of the image's registry.
func (s *Service) Registry() string {
	host, _, found := strings.Cut(s.Policy.Deploy.Image, "/")
	if found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return host
	}
	return "docker.io"
}

// Labels are the labels of every object.
func (s *Service) Labels() map[string]string {
	labels := s.Selector()
	if team := s.Policy.Service.Team; team != "" {
		labels["team"] = team
	}
	return labels
}

// Selector are the labels that tell the pods of the service from others.
func (s *Service) Selector() map[string]string {
	return map[string]string{"app.kubernetes.io/name": s.Name}
}

// Manifests is the folder of the manifests in deploy/kubernetes.
func (s *Service) Manifests() string {
	if s.Helm() {
		return "chart/templates"
	}
	return "base"
}

// Value is a value that environments differ in, as it stands in a manifest: itself, which a patch replaces, or the
// expression for it in the chart, whose values have it at the path.
func (s *Service) Value(path, literal string) string {
	if s.Helm() {
		return "{{ toJson .Values." + path + " }}"
	}
	return literal
}

// InModule is a path of the tree as seen from the folder of its module's go.mod.
func (s *Service) InModule(inTree string) string { return path.Join(s.Dir, inTree) }

// Subfolder reports whether the tree stands in a folder of a bigger module.
func (s *Service) Subfolder() bool { return s.Dir != "." }

// TuningName is the name of the ConfigMap with the variables of Tuning.
func (s *Service) TuningName() string { return s.Name + "-tuning" }

// ContextFromTree is the folder of the module's go.mod, as seen from the tree.
func (s *Service) ContextFromTree() string {
	if !s.Subfolder() {
		return "."
	}
	return strings.Repeat("../", strings.Count(s.Dir, "/")) + ".."
}
