package deploy

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// TestStrictDecoding decodes every object into the type that Kubernetes has for it. A field that the type does not
// have, or an API version other than the ones here, is an error.
func TestStrictDecoding(t *testing.T) {
	types := map[string]func() any{
		"apps/v1 DaemonSet":                      func() any { return &appsv1.DaemonSet{} },
		"apps/v1 Deployment":                     func() any { return &appsv1.Deployment{} },
		"autoscaling/v2 HorizontalPodAutoscaler": func() any { return &autoscalingv2.HorizontalPodAutoscaler{} },
		"networking.k8s.io/v1 Ingress":           func() any { return &networkingv1.Ingress{} },
		"networking.k8s.io/v1 NetworkPolicy":     func() any { return &networkingv1.NetworkPolicy{} },
		"policy/v1 PodDisruptionBudget":          func() any { return &policyv1.PodDisruptionBudget{} },
		"v1 ConfigMap":                           func() any { return &corev1.ConfigMap{} },
		"v1 Service":                             func() any { return &corev1.Service{} },
		"v1 ServiceAccount":                      func() any { return &corev1.ServiceAccount{} },
	}
	custom := map[string]bool{ // their schemas are the API server's business
		"external-secrets.io/v1 ExternalSecret":   true,
		"gateway.networking.k8s.io/v1 GRPCRoute":  true,
		"gateway.networking.k8s.io/v1 HTTPRoute":  true,
		"monitoring.coreos.com/v1 PrometheusRule": true,
		"monitoring.coreos.com/v1 ServiceMonitor": true,
	}
	for _, m := range slices.Concat(everyManifest(t), watching(t)) {
		for _, o := range m.objects(t) {
			kind := o["apiVersion"].(string) + " " + o.kind()
			if custom[kind] {
				continue
			}
			decoded := types[kind]
			require.NotNil(t, decoded, "%s: %s", m.name, kind)
			require.NoError(t, yaml.UnmarshalStrict(o.json(t), decoded()), "%s: %s", m.name, o)
		}
	}
}
