package policy

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSecretsInPlainText(t *testing.T) {
	const open, link = "looks like a secret", "the URL has a password in it"
	for _, test := range []struct{ name, value, env, tuning string }{
		{"DB_PASSWORD", "hunter2", open, open},
		{"database_password", "hunter2", open, open},
		{"AWS_SECRET_ACCESS_KEY", "x", open, open},
		{"APIKEY", "x", open, open},
		{"DB_PASSWORD", "$(OTHER)", "", open}, // nothing expands the values of a ConfigMap
		{"DB_PASSWORD", "$(OTHER)2", open, open},
		{"DB_PASSWORD_FILE", "/etc/db/password", "", ""},
		{"TOKENS", "3", "", ""},
		{"URL", "postgres://app:hunter2@db/orders", link, link},
		{"URL", "amqp://u:p/w@h", link, link},
		{"URL", "nats://a:4222,nats://u:p@b:4222", link, link},
		{"URL", "postgres://app:$(DB_PASSWORD)@db/orders", "", link},
		{"URL", "redis://:@cache", "", ""},
		{"URL", "postgres://app@db:5432/orders", "", ""},
		{"URL", "https://mail:8443/to/a@b.example", "", ""},
		{"ADDRESS", "orders:9090", "", ""},
	} {
		assert.Contains(t, SecretInPlainText(test.name, test.value)+"|", test.tuning, "%s=%s", test.name, test.value)
		assert.Equal(t, test.tuning == "", SecretInPlainText(test.name, test.value) == "", "%s=%s", test.name, test.value)

		policy := fmt.Sprintf("service: {team: shop}\ndeploy: {image: shop/orders, kubernetes: {env: [{name: %s, value: %q}]}}\n", test.name, test.value)
		_, problems := Load("policy.yaml", []byte(policy))
		if test.env == "" {
			assert.Empty(t, problems.All(), "%s=%s", test.name, test.value)
		} else if assert.Len(t, problems.All(), 1, "%s=%s", test.name, test.value) {
			assert.Contains(t, problems.All()[0].Message, test.env)
		}
	}
}
