package model

import (
	"fmt"
	"maps"
	"slices"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// PodKey is a key of deploy.kubernetes about the pods, with what the policy says.
type PodKey struct {
	Name  string
	Value any // not nil; empty where the policy says nothing
}

// Pod is what the policy gives the pods.
func (t *Tree) Pod() *policy.Pod { return &t.Policy.Deploy.Kubernetes.Pod }

// PodKeys are the keys about the pods that a chart's values have.
func (t *Tree) PodKeys() []PodKey {
	pod := t.Pod()
	return append([]PodKey{
		{"env", pod.Env},
		{"envFrom", pod.EnvFrom},
		{"secretFiles", pod.SecretFiles},
		{"volumes", pod.Volumes},
		{"volumeMounts", pod.VolumeMounts},
		{"podLabels", pod.PodLabels},
		{"podAnnotations", pod.PodAnnotations},
		{"serviceAccountAnnotations", pod.ServiceAccountAnnotations},
	}, t.PodFields()...)
}

// PodFields are the keys that a pod's spec has by the same name.
func (t *Tree) PodFields() []PodKey {
	pod := t.Pod()
	return []PodKey{
		{"imagePullSecrets", pod.ImagePullSecrets},
		{"nodeSelector", pod.NodeSelector},
		{"tolerations", pod.Tolerations},
		{"affinity", pod.Affinity},
		{"priorityClassName", pod.PriorityClassName},
	}
}

// PodLabels are the labels of the pods.
func (t *Tree) PodLabels() map[string]string {
	labels := t.Labels()
	maps.Copy(labels, t.Pod().PodLabels)
	return labels
}

// SecretVolumes is what the names of the volumes of secretFiles begin with; their number follows.
func (t *Tree) SecretVolumes() string { return policy.SecretVolumes }

// Volumes are the volumes of the pods.
func (t *Tree) Volumes() []policy.Volume {
	var volumes []policy.Volume
	for i, files := range t.Pod().SecretFiles {
		volumes = append(volumes, policy.Volume{Name: secretVolume(i), Secret: &policy.SecretRef{SecretName: files.SecretName}})
	}
	return append(volumes, t.Pod().Volumes...)
}

// VolumeMounts are the folders of the volumes.
func (t *Tree) VolumeMounts() []policy.VolumeMount {
	var mounts []policy.VolumeMount
	for i, files := range t.Pod().SecretFiles {
		mounts = append(mounts, policy.VolumeMount{Name: secretVolume(i), MountPath: files.MountPath, ReadOnly: true})
	}
	return append(mounts, t.Pod().VolumeMounts...)
}

// StoresSecrets reports whether Secrets come from a store outside the cluster.
func (t *Tree) StoresSecrets() bool { return t.OnKubernetes() && t.Pod().Secrets != nil }

// OwnLabels are the labels that the pods have without the policy's.
func (t *Tree) OwnLabels() []string {
	return append(slices.Sorted(maps.Keys(t.Labels())), "pod-template-hash")
}

// OwnAnnotations are the annotations that the pods have without the policy's.
func (t *Tree) OwnAnnotations() []string {
	return []string{"prometheus.io/scrape", "prometheus.io/port", "prometheus.io/path", "checksum/tuning"}
}

// OwnVariables are the variables that are not for deploy.kubernetes.env.
func (t *Tree) OwnVariables() []string {
	names := []string{
		"POD_IP", "MEMORY_LIMIT", "GOMEMLIMIT",
		"GRPC_ADDRESS", "HTTP_ADDRESS", "ADMIN_ADDRESS", "DRAIN_DELAY", "GRACEFUL_TIMEOUT",
	}
	for _, variable := range t.Tuning() {
		names = append(names, variable.Name)
	}
	return names
}

// ValuesSchema is the JSON Schema of the chart's values.
func (t *Tree) ValuesSchema() (string, error) {
	schema, err := policy.ValuesSchema(policy.Chart{
		Secrets: t.StoresSecrets(), Gateway: t.ByGateway(), Edge: t.EdgeInPods(),
		Labels: t.OwnLabels(), Annotations: t.OwnAnnotations(), Variables: t.OwnVariables(),
	})
	return string(schema), err
}

func secretVolume(i int) string { return fmt.Sprint(policy.SecretVolumes, i) }
