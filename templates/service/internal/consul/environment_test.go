package consul

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/msgen/msgen/templates/service/internal/envconfig"
)

// load reads an environment that holds these variables and nothing else.
func load(variables map[string]string) (Config, error) {
	env := envconfig.New(func(name string) string { return variables[name] })
	cfg := Read(env, Config{Address: "consul:8500", Tags: []string{"v1"}, DeregisterAfter: time.Minute})
	return cfg, env.Err()
}

func TestDefaultsStand(t *testing.T) {
	got, err := load(nil)
	want := Config{Address: "consul:8500", Tags: []string{"v1"}, DeregisterAfter: time.Minute}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Read returned %+v, %v, want %+v", got, err, want)
	}
}

func TestConsulIsRead(t *testing.T) {
	got, err := load(map[string]string{
		"CONSUL_HTTP_ADDR":        "https://consul:8501",
		"CONSUL_TAGS":             "v2, canary",
		"CONSUL_DEREGISTER_AFTER": "90s",
	})
	want := Config{Address: "https://consul:8501", Tags: []string{"v2", "canary"}, DeregisterAfter: 90 * time.Second}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Read returned %+v, %v, want %+v", got, err, want)
	}
}

func TestWrongConsulIsNamed(t *testing.T) {
	for _, wrong := range []struct{ name, value string }{
		{"CONSUL_HTTP_ADDR", "consul"},
		{"CONSUL_HTTP_ADDR", "one:8500,two:8500"},
		{"CONSUL_HTTP_ADDR", "ftp://consul:8500"},
		{"CONSUL_HTTP_ADDR", "unix://"},
		{"CONSUL_DEREGISTER_AFTER", "59s"},
	} {
		_, err := load(map[string]string{wrong.name: wrong.value})
		if err == nil || !strings.HasPrefix(err.Error(), wrong.name+`: found "`+wrong.value+`", want `) {
			t.Errorf("%s=%s: the error is %v", wrong.name, wrong.value, err)
		}
	}
}

func TestTokenIsGivenOnce(t *testing.T) {
	_, err := load(map[string]string{"CONSUL_HTTP_TOKEN": "secret", "CONSUL_HTTP_TOKEN_FILE": t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "CONSUL_HTTP_TOKEN and CONSUL_HTTP_TOKEN_FILE") {
		t.Errorf("the error is %v", err)
	}
}
