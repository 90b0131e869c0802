package tools

import "strings"

// kubernetesVersion is the release of Kubernetes whose programs the tests run.
const kubernetesVersion = "v1.37.2"

// kubernetes is a program of Kubernetes. Its modules stand for each other in one repository, and each is published
// apart under the same numbers: what the repository replaces by a folder is replaced here by that publication.
func kubernetes(program string) Tool {
	staging := "v0" + strings.TrimPrefix(kubernetesVersion, "v1")
	var replaces []string
	for name := range strings.FieldsSeq(stagingModules) {
		module := "k8s.io/" + name
		replaces = append(replaces, module+"="+module+"@"+staging)
	}
	const stamp = "-X k8s.io/component-base/version."
	numbers := strings.Split(strings.TrimPrefix(kubernetesVersion, "v"), ".")
	return Tool{Name: program, Version: kubernetesVersion, Recipe: ScratchBuild{
		Module:   "k8s.io/kubernetes",
		Package:  "k8s.io/kubernetes/cmd/" + program,
		Replaces: replaces,
		// The program compares its own version with those of features, and the server tells it to clients.
		LDFlags: stamp + "gitVersion=" + kubernetesVersion + " " + stamp + "gitMajor=" + numbers[0] + " " + stamp + "gitMinor=" + numbers[1],
	}}
}

// stagingModules are the modules in the replace block of k8s.io/kubernetes, without their first element.
const stagingModules = `
	api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap
	code-generator component-base component-helpers controller-manager cri-api cri-client cri-streaming
	csi-translation-lib dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator
	kube-controller-manager kube-proxy kube-scheduler kubectl kubelet metrics mount-utils pod-security-admission
	sample-apiserver sample-cli-plugin sample-controller streaming`
