package model

import (
	"fmt"
	"strconv"
	"strings"
)

// Variable is an environment variable with the value that the policy gives it.
type Variable struct{ Name, Value string }

// Tuning lists the variables that an environment may set to other values than the policy's without a new image. The
// two that the pod's grace period follows from are not among them.
func (s *Service) Tuning() []Variable {
	server := s.Policy.Server
	variables := []Variable{
		{"LOG_LEVEL", string(s.Policy.Observability.Logging.Level)},
		{"REQUEST_TIMEOUT", server.RequestTimeout.String()},
		{"MAX_CONCURRENT_REQUESTS", strconv.Itoa(server.MaxConcurrentRequests)},
		{"MAX_REQUEST_BYTES", strconv.FormatInt(int64(server.MaxRequestBytes), 10)},
		{"MAX_CONNECTION_AGE", server.MaxConnectionAge.String()},
		{"MAX_CONNECTION_AGE_GRACE", server.MaxConnectionAgeGrace.String()},
	}
	if limit := server.RateLimit; limit != nil {
		variables = append(variables,
			Variable{"RATE_LIMIT_REQUESTS_PER_SECOND", fmt.Sprint(limit.RequestsPerSecond)},
			Variable{"RATE_LIMIT_BURST", strconv.Itoa(limit.Burst)})
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
