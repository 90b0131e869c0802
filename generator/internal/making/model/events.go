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
func (t *Tree) HasEvents() bool { return t.Publishes() || t.Subscribes() }

// Publishes reports whether the service has topics that it writes.
func (t *Tree) Publishes() bool { return len(t.Events.Publications) > 0 }

// Subscribes reports whether the service has topics that it reads.
func (t *Tree) Subscribes() bool { return len(t.Events.Subscriptions) > 0 }

// UsesKafka reports whether Kafka carries the events.
func (t *Tree) UsesKafka() bool {
	return t.HasEvents() && t.Policy.Events.Broker == policy.BrokerKafka
}

// UsesRabbitMQ reports whether RabbitMQ carries the events.
func (t *Tree) UsesRabbitMQ() bool {
	return t.HasEvents() && t.Policy.Events.Broker == policy.BrokerRabbitMQ
}

// BrokerName is the broker's name, in Go too.
func (t *Tree) BrokerName() string {
	if t.UsesKafka() {
		return "Kafka"
	}
	return "RabbitMQ"
}

// BrokerWhere says in words where the broker is looked for.
func (t *Tree) BrokerWhere() string {
	if t.UsesKafka() {
		return fmt.Sprintf("%s (`KAFKA_BROKERS`, `KAFKA_TLS`, `KAFKA_USERNAME`, `KAFKA_PASSWORD_FILE`)", strings.Join(t.Policy.Events.Kafka.Brokers, ", "))
	}
	return t.Policy.Events.RabbitMQ.URL + " (`RABBITMQ_URL`, `RABBITMQ_USERNAME`, `RABBITMQ_PASSWORD_FILE`)"
}

// DeliveryText says in words how often and in which order events arrive.
func (t *Tree) DeliveryText() Comment {
	text := "Each event arrives at least once, those of one key in the order in which they were published. "
	if t.UsesKafka() {
		return Comment(text + "Kafka keeps the events\nof a key in one partition, whose events are handled one after the other. Topics exist, or the cluster makes them when they\nare first used. A new group begins with the oldest event of a topic.")
	}
	return Comment(text + "An event for\nwhich no group has a queue is an error of its publisher, since RabbitMQ would lose it. The queue of a group is handled by\none instance at a time, 16 keys at once; another takes over when that one is gone: more instances do not make it faster.")
}

// RedeliveryText says in words what becomes of an event that cannot be handled; empty where none is subscribed to.
func (t *Tree) RedeliveryText() Comment {
	if !t.Subscribes() {
		return ""
	}
	events := t.Policy.Events
	times := fmt.Sprintf("up to %d times, with pauses from %s up to %s between", events.Retry.MaxAttempts, events.Retry.InitialBackoff, events.Retry.MaxBackoff)
	if events.Retry.MaxAttempts == 1 {
		times = "once"
	}
	behind := "key"
	if t.UsesKafka() {
		behind = "partition"
	}
	return Comment(fmt.Sprintf("An event is handled %s, within %s each time. Then,\n"+
		"or at once when it is no such message, it becomes a dead letter. Until then those behind it in its %s wait.", times, events.Timeout, behind))
}

// KafkaBrokers is the brokers to begin with as a Go expression.
func (t *Tree) KafkaBrokers() string { return goStrings(t.Policy.Events.Kafka.Brokers) }

// PublishedTopics is the topics that the service writes as a Go expression.
func (t *Tree) PublishedTopics() string {
	topics := make([]string, len(t.Events.Publications))
	for i, p := range t.Events.Publications {
		topics[i] = p.Topic
	}
	return goStrings(topics)
}

// PublishedStubs lists the packages of the messages that are published, by path, each once.
func (t *Tree) PublishedStubs() []Import {
	var imports []Import
	for _, p := range t.Events.Publications {
		imports = append(imports, p.Type.Import)
	}
	return unique(imports)
}

// SubscribedStubs lists the packages of the messages that are subscribed to, by path, each once.
func (t *Tree) SubscribedStubs() []Import {
	var imports []Import
	for _, sub := range t.Events.Subscriptions {
		imports = append(imports, sub.Type.Import)
	}
	return unique(imports)
}

// brokerEndpoints are where the policy has the broker, as host:port.
func (t *Tree) brokerEndpoints() []string {
	if t.UsesKafka() {
		return t.Policy.Events.Kafka.Brokers
	}
	location, _ := url.Parse(t.Policy.Events.RabbitMQ.URL) // the policy has checked it
	switch {
	case location.Port() != "":
		return []string{location.Host}
	case location.Scheme == "amqps":
		return []string{location.Host + ":5671"}
	default:
		return []string{location.Host + ":5672"}
	}
}
