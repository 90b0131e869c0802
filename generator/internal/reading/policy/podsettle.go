package policy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/msgen/msgen/generator/diag"
)

// SecretVolumes is what the names of the volumes of secretFiles begin with.
const SecretVolumes = "secret-files-"

// settle checks what the keys of the pods say of each other.
func (p *Pod) settle(s scope) {
	p.settleMounts(s)
	checkKeys(s, "affinity", p.Affinity, affinityKeys())
	if p.Secrets != nil && s.sound("env", "envFrom", "secretFiles", "volumes") && len(p.SecretNames()) == 0 {
		s.fault("secrets", diag.Problem{
			Message: "has no effect: no Secret is named",
			Want:    "a Secret in env, envFrom, secretFiles or volumes",
			Fix:     "name one there, or remove secrets",
		})
	}
}

// SecretNames are the Secrets that the pods read, sorted.
func (p *Pod) SecretNames() []string {
	names := map[string]bool{}
	for _, e := range p.Env {
		if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
			names[e.ValueFrom.SecretKeyRef.Name] = true
		}
	}
	for _, e := range p.EnvFrom {
		if e.SecretRef != nil {
			names[e.SecretRef.Name] = true
		}
	}
	for _, f := range p.SecretFiles {
		names[f.SecretName] = true
	}
	for _, v := range p.Volumes {
		if v.Secret != nil {
			names[v.Secret.SecretName] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// settleMounts holds each mount to a volume, each volume to a mount, and two mounts to two folders.
func (p *Pod) settleMounts(s scope) {
	declared, mounted, folders := map[string]bool{}, map[string]bool{}, map[string]string{}
	for i, v := range p.Volumes {
		declared[v.Name] = true
		if strings.HasPrefix(v.Name, SecretVolumes) {
			s.fault(fmt.Sprintf("volumes[%d].name", i), diag.Problem{
				Message: "volumes of secretFiles have such names", Found: v.Name, Want: "a name that does not begin with " + SecretVolumes,
			})
		}
	}
	for i, f := range p.SecretFiles {
		folders[f.MountPath] = fmt.Sprintf("secretFiles[%d]", i)
	}
	for i, m := range p.VolumeMounts {
		path := fmt.Sprintf("volumeMounts[%d]", i)
		mounted[m.Name] = true
		if other := folders[m.MountPath]; other != "" && s.sound(other, path) {
			s.fault(path+".mountPath", diag.Problem{Message: "is taken by " + other, Found: m.MountPath, Want: "another folder"})
		}
		if !declared[m.Name] && s.sound("volumes", path+".name") {
			s.fault(path+".name", diag.Problem{
				Message: "no such volume", Found: m.Name, Want: "a volume of volumes",
				Fix: didYouMean(closest(m.Name, slices.Sorted(maps.Keys(declared)))),
			})
		}
	}
	for i, v := range p.Volumes {
		if path := fmt.Sprintf("volumes[%d].name", i); !mounted[v.Name] && s.sound("volumeMounts", path) {
			s.fault(path, diag.Problem{
				Message: "has no effect: it is mounted nowhere", Found: v.Name, Fix: fmt.Sprintf("add {name: %s, mountPath: ...} to volumeMounts", v.Name),
			})
		}
	}
}

func (e *EnvVar) settle(s scope) {
	exactlyOne(s, "value", "valueFrom")
	if why := SecretInPlainText(e.Name, WithoutReferences(e.Value)); why != "" && s.sound("name", "value") {
		s.warn("value", diag.Problem{
			Message: why + ", and manifests show it to everybody who reads them",
			Want:    "a key of a Secret",
			Fix:     fmt.Sprintf("put it into a Secret and write valueFrom: {secretKeyRef: {name: SECRET, key: %s}}, or mount the Secret by secretFiles", e.Name),
		})
	}
}

var (
	// variableReference is the value of another variable of the pod, https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/.
	variableReference = regexp.MustCompile(`\$\([A-Za-z_][-.A-Za-z0-9_]*\)`)

	secretName = regexp.MustCompile(`(?i)(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)$`)
	portInURL  = regexp.MustCompile(`:[0-9]+([/?#,]|$)`)
)

// WithoutReferences is the value of a container's variable without $(NAME), for which Kubernetes puts the value of another one.
func WithoutReferences(value string) string { return variableReference.ReplaceAllString(value, "") }

// SecretInPlainText says in words why a value seems to be a secret; empty: it does not.
func SecretInPlainText(name, value string) string {
	switch {
	case value == "":
		return ""
	case secretName.MatchString(name):
		return name + " looks like a secret"
	case hasURLPassword(value):
		return "the URL has a password in it"
	default:
		return ""
	}
}

// hasURLPassword reports whether a URL has a password that is not empty. A port before a path with an @ is none.
func hasURLPassword(value string) bool {
	value = portInURL.ReplaceAllString(strings.ReplaceAll(value, ":@", "@"), "$1")
	return strings.Contains(value, "://") && diag.MaskedValue(value) != value
}

func (v *ValueFrom) settle(s scope) { exactlyOne(s, "secretKeyRef", "configMapKeyRef") }

func (e *EnvFrom) settle(s scope) { exactlyOne(s, "secretRef", "configMapRef") }

func (v *Volume) settle(s scope) {
	exactlyOne(s, "configMap", "secret", "emptyDir", "persistentVolumeClaim")
}

// exactlyOne holds a section to one of the keys.
func exactlyOne(s scope, names ...string) {
	var written []string
	for _, name := range names {
		if s.written(name) || s.decoder.blamed(join(s.path, name)) {
			written = append(written, name)
		}
	}
	switch len(written) {
	case 1:
	case 0:
		s.fault("", diag.Problem{Message: "incomplete", Want: oneOf(names), Fix: "add one of them"})
	default:
		s.fault(written[1], diag.Problem{Message: "contradicts " + written[0], Want: "one of " + strings.Join(names, ", "), Fix: "remove one of them"})
	}
}

func (t *Toleration) settle(s scope) {
	if t.Key == "" && t.Operator != TolerationExists && s.sound("key", "operator") {
		s.fault(s.firstWritten("operator", ""), diag.Problem{Message: "no taint has an empty key", Want: "key, or operator Exists", Fix: "add key, or write operator: Exists"})
	}
	if t.Operator == TolerationExists && s.written("value") {
		s.fault("value", diag.Problem{Message: "has no effect with operator Exists", Found: t.Value, Fix: "remove it, or write operator: Equal"})
	}
	if t.TolerationSeconds != nil && t.Effect != TaintNoExecute && s.sound("effect", "tolerationSeconds") {
		s.fault("tolerationSeconds", diag.Problem{Message: "applies to effect NoExecute alone", Fix: "write effect: NoExecute, or remove it"})
	}
}

// keys are the keys that a mapping of Kubernetes may have, with the keys inside them; of a list, only eachItem. nil: any value.
type keys map[string]keys

// eachItem stands for the items of a list.
const eachItem = "[]"

// affinityKeys are the keys of a pod's affinity, https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling.
func affinityKeys() keys {
	const required, preferred = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
	listOf := func(item keys) keys { return keys{eachItem: item} }
	names := listOf(nil)
	expressions := listOf(keys{"key": nil, "operator": nil, "values": names})
	nodes := keys{"matchExpressions": expressions, "matchFields": expressions}
	selector := keys{"matchLabels": nil, "matchExpressions": expressions}
	pods := keys{
		"labelSelector": selector, "namespaceSelector": selector, "namespaces": names, "topologyKey": nil,
		"matchLabelKeys": names, "mismatchLabelKeys": names,
	}
	ofPods := keys{required: listOf(pods), preferred: listOf(keys{"weight": nil, "podAffinityTerm": pods})}
	return keys{
		"nodeAffinity": {required: {"nodeSelectorTerms": listOf(nodes)}, preferred: listOf(keys{"weight": nil, "preference": nodes})},
		"podAffinity":  ofPods, "podAntiAffinity": ofPods,
	}
}

// checkKeys reports the keys of a value, and of all that it holds, that are not known, and lists and mappings in each other's place.
func checkKeys(s scope, path string, value any, known keys) {
	if value == nil || known == nil {
		return
	}
	all := slices.Sorted(maps.Keys(known))
	item, wantsList := known[eachItem]
	list, isList := value.([]any)
	mapping, isMapping := value.(map[string]any)
	switch {
	case wantsList && isList:
		for i := range list {
			checkKeys(s, fmt.Sprintf("%s[%d]", path, i), list[i], item)
		}
	case wantsList:
		s.fault(path, diag.Problem{Message: "wrong type", Found: foundValue(value), Want: "a list"})
	case isMapping:
		for _, name := range slices.Sorted(maps.Keys(mapping)) {
			inner := join(path, name)
			if below, ok := known[name]; ok {
				checkKeys(s, inner, mapping[name], below)
				continue
			}
			s.fault(inner, diag.Problem{Message: "unknown key", Found: clip(name), Want: oneOf(all), Fix: didYouMean(closest(name, all))})
		}
	default:
		s.fault(path, diag.Problem{Message: "wrong type", Found: foundValue(value), Want: "a mapping with keys such as " + all[0]})
	}
}

// foundValue is a value as diagnostics show it.
func foundValue(value any) string {
	switch value.(type) {
	case map[string]any:
		return "{...}"
	case []any:
		return "[...]"
	default:
		return clip(fmt.Sprint(value))
	}
}
