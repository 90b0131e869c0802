package model

import "strings"

// Variable is an environment variable with the value that the policy gives it.
type Variable struct{ Name, Value string }

// Tuning lists the variables that an environment may override without a new image. A variable from which the pod's grace period
// follows is not one of them.
func (t *Tree) Tuning() []Variable {
	variables := []Variable{{"LOG_LEVEL", string(t.Policy.Observability.Logging.Level)}}
	for _, setting := range t.Settings() {
		if !setting.Fixed {
			variables = append(variables, Variable{setting.Variable, setting.Default.Text})
		}
	}
	switch {
	case t.UsesEtcd():
		variables = append(variables, Variable{"ETCD_ENDPOINTS", strings.Join(t.Policy.Discovery.Etcd.Endpoints, ",")})
	case t.UsesConsul():
		variables = append(variables, Variable{"CONSUL_HTTP_ADDR", t.Policy.Discovery.Consul.Address})
	}
	switch {
	case t.UsesKafka():
		variables = append(variables, Variable{"KAFKA_BROKERS", strings.Join(t.Policy.Events.Kafka.Brokers, ",")})
	case t.UsesRabbitMQ():
		variables = append(variables, Variable{"RABBITMQ_URL", t.Policy.Events.RabbitMQ.URL})
	}
	return variables
}
