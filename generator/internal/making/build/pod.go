package build

import (
	"fmt"
	"maps"
	"slices"

	"github.com/msgen/msgen/generator/diag"
)

// checkPods refuses what the policy gives the pods under names that msgen uses itself.
func (b *builder) checkPods() {
	pod := b.tree().Pod()
	for i, variable := range pod.Env {
		if slices.Contains(b.tree().OwnVariables(), variable.Name) {
			b.taken(fmt.Sprintf("deploy.kubernetes.env[%d].name", i), variable.Name, "another variable", b.ownVariable(variable.Name))
		}
	}
	for _, label := range slices.Sorted(maps.Keys(pod.PodLabels)) {
		if slices.Contains(b.tree().OwnLabels(), label) {
			b.taken("deploy.kubernetes.podLabels."+label, label, "another label", "remove it")
		}
	}
	for _, annotation := range slices.Sorted(maps.Keys(pod.PodAnnotations)) {
		if slices.Contains(b.tree().OwnAnnotations(), annotation) {
			b.taken("deploy.kubernetes.podAnnotations."+annotation, annotation, "another annotation", "remove it")
		}
	}
}

func (b *builder) taken(path, found, want, fix string) {
	if !b.Policy.Sound(path) {
		return
	}
	b.policyProblem(path, diag.Problem{Message: path + ": the manifests have it already", Found: found, Want: want, Fix: fix})
}

// ownVariable says where to set a variable that is not for deploy.kubernetes.env; empty: it is.
func (b *builder) ownVariable(name string) string {
	const byServer = "remove it, and change server in the policy: Services, probes and the pod's grace period follow from it"
	switch name {
	case "POD_IP", "MEMORY_LIMIT":
		return "remove it: the manifests set it"
	case "GOMEMLIMIT":
		return "remove it: the service sets its limit by deploy.kubernetes.memory"
	case "GRPC_ADDRESS", "HTTP_ADDRESS", "ADMIN_ADDRESS":
		return byServer
	}
	for _, setting := range b.tree().Settings() {
		if setting.Fixed && setting.Variable == name {
			return byServer
		}
	}
	for _, variable := range b.tree().Tuning() {
		if variable.Name == name {
			return "remove it, and change it in the policy or in the " + b.Policy.Deploy.Kubernetes.SettingsFile() + " of an environment"
		}
	}
	return ""
}
