package model

import "strings"

// Variable is an environment variable with the value that the policy gives it.
type Variable struct{ Name, Value string }

// Tuning lists the variables that an environment may override without a new image. A variable from which the pod's grace period
// follows is not one of them.
func (s *Service) Tuning() []Variable {
	variables := []Variable{{"LOG_LEVEL", string(s.Policy.Observability.Logging.Level)}}
	for _, setting := range s.Settings() {
		if !setting.Fixed {
			variables = append(variables, Variable{setting.Variable, setting.Default.Text})
		}
	}
	switch {
	case s.UsesEtcd():
		variables = append(variables, Variable{"ETCD_ENDPOINTS", strings.Join(s.Policy.Discovery.Etcd.Endpoints, ",")})
	case s.UsesConsul():
		variables = append(variables, Variable{"CONSUL_HTTP_ADDR", s.Policy.Discovery.Consul.Address})
	}
	switch {
	case s.UsesKafka():
		variables = append(variables, Variable{"KAFKA_BROKERS", strings.Join(s.Policy.Events.Kafka.Brokers, ",")})
	case s.UsesRabbitMQ():
		variables = append(variables, Variable{"RABBITMQ_URL", s.Policy.Events.RabbitMQ.URL})
	}
	return variables
}
