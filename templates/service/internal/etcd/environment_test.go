package etcd

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/msgen/msgen/templates/service/internal/envconfig"
)

// load reads an environment that holds these variables and nothing else.
func load(variables map[string]string) (Config, error) {
	env := envconfig.New(func(name string) string { return variables[name] })
	cfg := Read(env, Config{Endpoints: []string{"etcd:2379"}, Prefix: "/services", TTL: 10 * time.Second})
	return cfg, env.Err()
}

// secretIn is a secret that a file holds.
func secretIn(path string) envconfig.Secret {
	return envconfig.New(func(name string) string { return map[string]string{"PASSWORD_FILE": path}[name] }).Secret("PASSWORD")
}

func TestDefaultsStand(t *testing.T) {
	got, err := load(nil)
	want := Config{Endpoints: []string{"etcd:2379"}, Prefix: "/services", TTL: 10 * time.Second}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Read returned %+v, %v, want %+v", got, err, want)
	}
}

func TestEtcdIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := load(map[string]string{
		"ETCD_ENDPOINTS":     "etcd-1:2379, https://etcd-2:2379",
		"ETCD_PREFIX":        "/shop/services/",
		"ETCD_TTL":           "7s",
		"ETCD_USERNAME":      "orders",
		"ETCD_PASSWORD_FILE": path,
		"ETCD_CA_FILE":       path,
		"ETCD_CERT_FILE":     path,
		"ETCD_KEY_FILE":      path,
	})
	want := Config{
		Endpoints: []string{"etcd-1:2379", "https://etcd-2:2379"},
		Prefix:    "/shop/services",
		TTL:       7 * time.Second,
		Username:  "orders",
		Password:  secretIn(path),
		CAFile:    path,
		CertFile:  path,
		KeyFile:   path,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Read returned %+v, %v, want %+v", got, err, want)
	}
}

func TestWrongEtcdIsNamed(t *testing.T) {
	for _, wrong := range []struct{ name, value string }{
		{"ETCD_ENDPOINTS", "etcd-1"},
		{"ETCD_ENDPOINTS", "ftp://etcd-1:2379"},
		{"ETCD_ENDPOINTS", "etcd-1:2379,,etcd-2:2379"},
		{"ETCD_PREFIX", "/"},
		{"ETCD_TTL", "500ms"},
		{"ETCD_TTL", "1500ms"},
		{"ETCD_CA_FILE", "/no/such/file"},
	} {
		_, err := load(map[string]string{wrong.name: wrong.value})
		if err == nil || !strings.HasPrefix(err.Error(), wrong.name+`: found "`+wrong.value+`", want `) {
			t.Errorf("%s=%s: the error is %v", wrong.name, wrong.value, err)
		}
	}
}

func TestHalfOfWhatBelongsTogetherIsAnError(t *testing.T) {
	for set, missing := range map[string]string{
		"ETCD_USERNAME":  "ETCD_PASSWORD or ETCD_PASSWORD_FILE: missing, want it with ETCD_USERNAME",
		"ETCD_PASSWORD":  "ETCD_USERNAME: missing, want it with ETCD_PASSWORD or ETCD_PASSWORD_FILE",
		"ETCD_CERT_FILE": "ETCD_KEY_FILE: missing, want it with ETCD_CERT_FILE",
		"ETCD_KEY_FILE":  "ETCD_CERT_FILE: missing, want it with ETCD_KEY_FILE",
	} {
		_, err := load(map[string]string{set: t.TempDir()})
		if err == nil || err.Error() != missing {
			t.Errorf("%s alone: the error is %v, want %s", set, err, missing)
		}
	}
}
