package model

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/msgen/msgen/generator/internal/reading/policy"
)

// Events are the messages of the service. What is empty is not emitted.
type Events struct {
	Publications  []*Publication
	Subscriptions []*Subscription
}

// Publication is a topic that the service writes.
type Publication struct {
	Name    string // what its functions are called after: "OrderCreated" of PublishOrderCreated
	Topic   string
	Message string // full name: "shop.orders.v1.OrderCreated"
	Type    Type
}

// Subscription is a topic that the service reads.
type Subscription struct {
	Method  string // of the handler: "OnReserved"
	Topic   string
	Group   string
	Message string // full name: "shop.inventory.v1.Reserved"
	Type    Type
}

// DeadLetters is the topic of the events that could not be handled.
func (s *Subscription) DeadLetters() string { return s.Topic + "." + s.Group + ".dlq" }

// HasEvents reports whether the service publishes or subscribes.
func (s *Service) HasEvents() bool { return s.Publishes() || s.Subscribes() }

// Publishes reports whether the service has topics that it writes.
func (s *Service) Publishes() bool { return len(s.Events.Publications) > 0 }

// Subscribes reports whether the service has topics that it reads.
func (s *Service) Subscribes() bool { return len(s.Events.Subscriptions) > 0 }

// UsesKafka reports whether Kafka carries the events.
func (s *Service) UsesKafka() bool {
	return s.HasEvents() && s.Policy.Events.Broker == policy.BrokerKafka
}

// UsesRabbitMQ reports whether RabbitMQ carries the events.
func (s *Service) UsesRabbitMQ() bool {
	return s.HasEvents() && s.Policy.Events.Broker == policy.BrokerRabbitMQ
}

// BrokerName is the broker's name, in Go too.
func (s *Service) BrokerName() string {
	if s.UsesKafka() {
		return "Kafka"
	}
	return "RabbitMQ"
}

// BrokerWhere says in words where the broker is looked for.
func (s *Service) BrokerWhere() string {
	if s.UsesKafka() {
		return fmt.Sprintf("%s (`KAFKA_BROKERS`, `KAFKA_TLS`, `KAFKA_USERNAME`, `KAFKA_PASSWORD_FILE`)", strings.Join(s.Policy.Events.Kafka.Brokers, ", "))
	}
	return s.Policy.Events.RabbitMQ.URL + " (`RABBITMQ_URL`, `RABBITMQ_USERNAME`, `RABBITMQ_PASSWORD_FILE`)"
}

// DeliveryText says in words how often and in which order events arrive.
func (s *Service) DeliveryText() Comment {
	text := "Each event arrives at least once, those of one key in the order in which they were published. "
	if s.UsesKafka() {
		return Comment(text + "Kafka keeps the events\nof a key in one partition, whose events are handled one after the other. Topics exist, or the cluster makes them when they\nare first used. A new group begins with the oldest event of a topic.")
	}
	return Comment(text + "An event for\nwhich no group has a queue is an error of its publisher, since RabbitMQ would lose it. The queue of a group is handled by\none instance at a time, 16 keys at once; another takes over when that one is gone: more instances do not make it faster.")
}

// RedeliveryText says in words what becomes of an event that cannot be handled; empty where none is subscribed to.
func (s *Service) RedeliveryText() Comment {
	if !s.Subscribes() {
		return ""
	}
	events := s.Policy.Events
	times := fmt.Sprintf("up to %d times, with pauses from %s up to %s between", events.Retry.MaxAttempts, events.Retry.InitialBackoff, events.Retry.MaxBackoff)
	if events.Retry.MaxAttempts == 1 {
		times = "once"
	}
	behind := "key"
	if s.UsesKafka() {
		behind = "partition"
	}
	return Comment(fmt.Sprintf("An event is handled %s, within %s each time. Then,\n"+
		"or at once when it is no such message, it becomes a dead letter. Until then those behind it in its %s wait.", times, events.Timeout, behind))
}

// KafkaBrokers is the brokers to begin with as a Go expression.
func (s *Service) KafkaBrokers() string { return goStrings(s.Policy.Events.Kafka.Brokers) }

// PublishedTopics is the topics that the service writes as a Go expression.
func (s *Service) PublishedTopics() string {
	topics := make([]string, len(s.Events.Publications))
	for i, p := range s.Events.Publications {
		topics[i] = p.Topic
	}
	return goStrings(topics)
}

// PublishedStubs lists the packages of the messages that are published, by path, each once.
func (s *Service) PublishedStubs() []Import {
	var imports []Import
	for _, p := range s.Events.Publications {
		imports = append(imports, p.Type.Import)
	}
	return unique(imports)
}

// SubscribedStubs lists the packages of the messages that are subscribed to, by path, each once.
func (s *Service) SubscribedStubs() []Import {
	var imports []Import
	for _, sub := range s.Events.Subscriptions {
		imports = append(imports, sub.Type.Import)
	}
	return unique(imports)
}

// brokerEndpoints are where the policy has the broker, as host:port.
func (s *Service) brokerEndpoints() []string {
	if s.UsesKafka() {
		return s.Policy.Events.Kafka.Brokers
	}
	location, _ := url.Parse(s.Policy.Events.RabbitMQ.URL) // the policy has checked it
	switch {
	case location.Port() != "":
		return []string{location.Host}
	case location.Scheme == "amqps":
		return []string{location.Host + ":5671"}
	default:
		return []string{location.Host + ":5672"}
	}
}
