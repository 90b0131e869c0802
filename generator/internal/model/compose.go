package model

import (
	"fmt"
	"time"

	"github.com/msgen/msgen/generator/internal/policy"
)

// Ships reports whether something collects the logs.
func (s *Service) Ships() bool { return s.Policy.Observability.Logging.Shipper != policy.ShipperNone }

// ShipsByFluentd reports whether that is Fluentd.
func (s *Service) ShipsByFluentd() bool {
	return s.Policy.Observability.Logging.Shipper == policy.ShipperFluentd
}

// ShipsByLogstash reports whether that is Logstash.
func (s *Service) ShipsByLogstash() bool {
	return s.Policy.Observability.Logging.Shipper == policy.ShipperLogstash
}

// LogIndex is the name with which the indices of the logs begin.
func (s *Service) LogIndex() string { return s.Name + "-logs" }

// ComposeEnvironment is what the service is told in compose.yaml, where each program is reached by its name there.
func (s *Service) ComposeEnvironment() []Label {
	var environment []Label
	switch {
	case s.UsesEtcd():
		environment = append(environment, Label{"ETCD_ENDPOINTS", "etcd:2379"})
	case s.UsesConsul():
		environment = append(environment, Label{"CONSUL_HTTP_ADDR", "consul:8500"})
	}
	switch {
	case s.UsesKafka():
		environment = append(environment, Label{"KAFKA_BROKERS", "kafka:9092"})
	case s.UsesRabbitMQ():
		environment = append(environment, Label{"RABBITMQ_URL", "amqp://rabbitmq:5672/"})
	}
	switch {
	case s.TracesOTLP():
		environment = append(environment, Label{"TRACING_ENDPOINT", "jaeger:4317"}, Label{"TRACING_SAMPLE_RATIO", "1"})
	case s.TracesZipkin():
		environment = append(environment, Label{"TRACING_ENDPOINT", "zipkin:9411"}, Label{"TRACING_SAMPLE_RATIO", "1"})
	}
	return environment
}

// ComposeNeeds are the programs of compose.yaml that are started before the service.
func (s *Service) ComposeNeeds() []string {
	var needs []string
	switch {
	case s.UsesEtcd():
		needs = append(needs, "etcd")
	case s.UsesConsul():
		needs = append(needs, "consul")
	}
	switch {
	case s.UsesKafka():
		needs = append(needs, "kafka")
	case s.UsesRabbitMQ():
		needs = append(needs, "rabbitmq")
	}
	switch {
	case s.ShipsByFluentd():
		needs = append(needs, "fluentd")
	case s.ShipsByLogstash():
		needs = append(needs, "logstash")
	}
	return needs
}

// StopSeconds is how long a stop may take, in whole seconds, and one more.
func (s *Service) StopSeconds() string {
	return fmt.Sprint(int(sum(s.stopParts())/policy.Duration(time.Second)) + 1)
}
