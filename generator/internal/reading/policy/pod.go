package policy

// Pod is what the pods of the service get in addition to what msgen gives them. The keys are spelled as Kubernetes
// spells them, so that parts of a manifest can be copied.
type Pod struct {
	Env                       []EnvVar          `yaml:"env,omitempty" unique:"name" doc:"Environment variables."`
	EnvFrom                   []EnvFrom         `yaml:"envFrom,omitempty" doc:"Secrets and ConfigMaps whose keys are environment variables."`
	SecretFiles               []SecretFiles     `yaml:"secretFiles,omitempty" unique:"mountPath" doc:"Secrets that are mounted as folders: a file for each key."`
	Volumes                   []Volume          `yaml:"volumes,omitempty" unique:"name" doc:"Volumes, each from one source. A file of a ConfigMap can be the one that a variable such as INVENTORY_RESILIENCE_FILE or INVENTORY_ENDPOINTS_FILE names in env."`
	VolumeMounts              []VolumeMount     `yaml:"volumeMounts,omitempty" unique:"mountPath" doc:"Where the volumes are mounted."`
	ImagePullSecrets          []ObjectRef       `yaml:"imagePullSecrets,omitempty" unique:"name" doc:"Secrets with the credentials of the image's registry."`
	PodLabels                 map[string]string `yaml:"podLabels,omitempty" keys:"labelkey" format:"labelvalue" example:"{tier: backend}" doc:"Labels of the pods."`
	PodAnnotations            map[string]string `yaml:"podAnnotations,omitempty" keys:"labelkey" example:"{sidecar.istio.io/inject: \"true\"}" doc:"Annotations of the pods."`
	ServiceAccountAnnotations map[string]string `yaml:"serviceAccountAnnotations,omitempty" keys:"labelkey" example:"{eks.amazonaws.com/role-arn: \"arn:aws:iam::111122223333:role/orders\"}" doc:"Annotations of the service account."`
	NodeSelector              map[string]string `yaml:"nodeSelector,omitempty" keys:"labelkey" format:"labelvalue" example:"{kubernetes.io/arch: amd64}" doc:"Labels of the nodes that pods may run on."`
	Tolerations               []Toleration      `yaml:"tolerations,omitempty" doc:"Taints of nodes that pods may run on nevertheless."`
	Affinity                  map[string]any    `yaml:"affinity,omitempty" example:"{nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}}" doc:"The nodes that pods prefer or require, as Kubernetes spells it: nodeAffinity, podAffinity and podAntiAffinity."`
	PriorityClassName         string            `yaml:"priorityClassName,omitempty" format:"object" example:"high" doc:"PriorityClass of the pods."`
	Secrets                   *Secrets          `yaml:"secrets,omitempty" doc:"Where the Secrets come from that env, envFrom, secretFiles and volumes name."`
}

// EnvVar is an environment variable: its value, or where that comes from.
type EnvVar struct {
	Name      string     `yaml:"name" required:"true" format:"variable" example:"DATABASE_URL" doc:"Name of the variable."`
	Value     string     `yaml:"value,omitempty" apart:"true" example:"on" doc:"The value itself. The manifests have it in plain text."`
	ValueFrom *ValueFrom `yaml:"valueFrom,omitempty" doc:"A key of an object that has the value."`
}

// ValueFrom is a key of a Secret or of a ConfigMap.
type ValueFrom struct {
	SecretKeyRef    *KeyRef `yaml:"secretKeyRef,omitempty" doc:"A key of a Secret."`
	ConfigMapKeyRef *KeyRef `yaml:"configMapKeyRef,omitempty" apart:"true" doc:"A key of a ConfigMap."`
}

// KeyRef is a key of an object in the namespace of the service.
type KeyRef struct {
	Name string `yaml:"name" required:"true" format:"object" example:"orders-db" doc:"Name of the object."`
	Key  string `yaml:"key" required:"true" format:"datakey" example:"url" doc:"The key."`
}

// ObjectRef names an object in the namespace of the service.
type ObjectRef struct {
	Name string `yaml:"name" required:"true" format:"object" example:"orders" doc:"Name of the object."`
}

// EnvFrom is an object whose keys are environment variables.
type EnvFrom struct {
	SecretRef    *ObjectRef `yaml:"secretRef,omitempty" doc:"A Secret."`
	ConfigMapRef *ObjectRef `yaml:"configMapRef,omitempty" apart:"true" doc:"A ConfigMap."`
}

// SecretFiles is a Secret that is mounted as a folder.
type SecretFiles struct {
	SecretName string `yaml:"secretName" required:"true" format:"object" example:"orders-tls" doc:"Name of the Secret."`
	MountPath  string `yaml:"mountPath" required:"true" format:"mount" example:"/etc/orders/tls" doc:"The folder. A changed Secret reaches its files within about a minute."`
}

// Volume is a volume of the pods, from one source.
type Volume struct {
	Name                  string      `yaml:"name" required:"true" format:"label" example:"resilience" doc:"Name of the volume, which volumeMounts have."`
	ConfigMap             *ObjectRef  `yaml:"configMap,omitempty" doc:"A ConfigMap: a file for each key."`
	Secret                *SecretRef  `yaml:"secret,omitempty" apart:"true" doc:"A Secret: a file for each key. To mount all of it in one folder, secretFiles is shorter."`
	EmptyDir              *EmptyDir   `yaml:"emptyDir,omitempty" apart:"true" doc:"A folder that is empty when the pod starts and ends with it."`
	PersistentVolumeClaim *ClaimedDir `yaml:"persistentVolumeClaim,omitempty" apart:"true" doc:"A claim of a persistent volume, which all pods share."`
}

// SecretRef names a Secret as volumes do.
type SecretRef struct {
	SecretName string `yaml:"secretName" required:"true" format:"object" example:"orders-tls" doc:"Name of the Secret."`
}

// EmptyDir is a folder of a pod.
type EmptyDir struct {
	SizeLimit Quantity `yaml:"sizeLimit" apart:"true" default:"64Mi" format:"memory" doc:"How much the folder may hold."`
}

// ClaimedDir names a claim.
type ClaimedDir struct {
	ClaimName string `yaml:"claimName" apart:"true" required:"true" format:"object" example:"orders-data" doc:"Name of the claim."`
}

// VolumeMount is where a volume is mounted.
type VolumeMount struct {
	Name      string `yaml:"name" required:"true" format:"label" example:"resilience" doc:"Name of the volume."`
	MountPath string `yaml:"mountPath" required:"true" format:"mount" example:"/etc/orders/resilience" doc:"The folder, or the file where subPath is one."`
	SubPath   string `yaml:"subPath,omitempty" format:"inner" example:"orders.json" doc:"The part of the volume that is mounted. Changes of a ConfigMap or a Secret do not reach it."`
	ReadOnly  bool   `yaml:"readOnly,omitempty" default:"false" doc:"Whether the service may only read it."`
}

// Toleration is a taint that pods tolerate.
type Toleration struct {
	Key               string             `yaml:"key,omitempty" format:"labelkey" example:"dedicated" doc:"Key of the taint. Without one, every taint is meant and the operator is Exists."`
	Operator          TolerationOperator `yaml:"operator" default:"Equal" doc:"Whether the taint has the value, or any."`
	Value             string             `yaml:"value,omitempty" format:"labelvalue" example:"grpc" doc:"Value of the taint."`
	Effect            TaintEffect        `yaml:"effect,omitempty" example:"NoSchedule" doc:"Effect of the taint. Without one, every effect is meant."`
	TolerationSeconds *int               `yaml:"tolerationSeconds,omitempty" range:">=0" apart:"true" example:"60" doc:"How long a pod stays on a node after it gets the taint, in seconds. Only with effect NoExecute; without it, for good."`
}

// Secrets is where Secrets come from.
type Secrets struct {
	ExternalStore   ExternalStore `yaml:"externalStore" required:"true" doc:"The store of the External Secrets operator. Each of those Secrets gets an ExternalSecret, which fetches it."`
	KeyPrefix       string        `yaml:"keyPrefix" format:"storekey" example:"shop/" doc:"What the store has before the name of each Secret."`
	RefreshInterval Duration      `yaml:"refreshInterval" default:"1h" range:">=1s" doc:"How often the Secrets are fetched again."`
}

// ExternalStore is a store that the External Secrets operator knows.
type ExternalStore struct {
	Kind StoreKind `yaml:"kind" default:"ClusterSecretStore" doc:"Whether the store is the cluster's or the namespace's."`
	Name string    `yaml:"name" required:"true" format:"object" example:"vault" doc:"Name of the store."`
}

// TolerationOperator is how a toleration compares values.
type TolerationOperator string

// The operators of tolerations.
const (
	TolerationEqual  TolerationOperator = "Equal"
	TolerationExists TolerationOperator = "Exists"
)

func (TolerationOperator) values() []string { return texts(TolerationEqual, TolerationExists) }

// TaintEffect is what a taint does.
type TaintEffect string

// The effects of taints.
const (
	TaintNoSchedule       TaintEffect = "NoSchedule"
	TaintPreferNoSchedule TaintEffect = "PreferNoSchedule"
	TaintNoExecute        TaintEffect = "NoExecute"
)

func (TaintEffect) values() []string {
	return texts(TaintNoSchedule, TaintPreferNoSchedule, TaintNoExecute)
}

// StoreKind is the kind of a store of secrets.
type StoreKind string

// The kinds of stores.
const (
	ClusterSecretStore StoreKind = "ClusterSecretStore"
	SecretStore        StoreKind = "SecretStore"
)

func (StoreKind) values() []string { return texts(ClusterSecretStore, SecretStore) }
