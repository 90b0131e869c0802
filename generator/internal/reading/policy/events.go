package policy

import (
	"fmt"

	"github.com/msgen/msgen/generator/diag"
)

// Events are the messages of a service. Only the section of the chosen broker has an effect.
type Events struct {
	Broker    Broker         `yaml:"broker" required:"true" example:"kafka" doc:"What carries the messages."`
	Kafka     Kafka          `yaml:"kafka" doc:"Where Kafka is."`
	RabbitMQ  RabbitMQ       `yaml:"rabbitmq" doc:"Where RabbitMQ is."`
	Publish   []Publication  `yaml:"publish" unique:"topic" doc:"The topics that this service writes."`
	Subscribe []Subscription `yaml:"subscribe" unique:"topic" doc:"The topics that this service reads."`
	Timeout   Duration       `yaml:"timeout" default:"10s" range:">0s" doc:"Bound of one attempt to handle a message."`
	Retry     Redelivery     `yaml:"retry" doc:"How a message is tried again that could not be handled, before it becomes a dead letter."`
}

// Kafka is where the brokers of a Kafka cluster are.
type Kafka struct {
	Brokers []string `yaml:"brokers" default:"[127.0.0.1:9092]" format:"endpoint" example:"[kafka:9092]" doc:"Brokers to learn the others from."`
}

// RabbitMQ is where RabbitMQ is.
type RabbitMQ struct {
	URL string `yaml:"url" default:"amqp://127.0.0.1:5672/" format:"amqp" example:"amqp://rabbitmq:5672/shop" doc:"Where RabbitMQ is, with the virtual host. User and password come from the environment."`
}

// Redelivery is how often and how soon a message is tried again: the retry of calls, with pauses for work that nobody
// waits for.
type Redelivery struct {
	MaxAttempts       int      `yaml:"maxAttempts" default:"5" range:"1..100" doc:"Attempts in all, the first one included."`
	InitialBackoff    Duration `yaml:"initialBackoff" default:"200ms" range:">0s" doc:"Pause before the second attempt."`
	MaxBackoff        Duration `yaml:"maxBackoff" default:"10s" range:">0s" doc:"The longest pause, before jitter."`
	BackoffMultiplier float64  `yaml:"backoffMultiplier" default:"2" range:"1..10" doc:"Factor from one pause to the next."`
	Jitter            float64  `yaml:"jitter" default:"0.2" range:"0..1" doc:"Share of a pause by which it is randomly longer or shorter."`
}

// Publication is a topic that the service writes.
type Publication struct {
	Topic   string `yaml:"topic" format:"topic" required:"true" example:"orders.created" doc:"Name of the topic."`
	Message string `yaml:"message" format:"fullname" required:"true" example:"shop.orders.v1.OrderCreated" doc:"Proto message that it carries."`
	Proto   string `yaml:"proto" apart:"true" format:"proto" derived:"the protos of the service and of its dependencies" example:"../orders/orders.proto" doc:"The proto that declares the message, relative to this policy."`
	Stubs   string `yaml:"stubs" apart:"true" format:"import" example:"example.com/shop/orders/gen/shop/orders/v1" doc:"Go package that holds the stubs of that proto. Without it they are generated into this service."`
}

// Subscription is a topic that the service reads.
type Subscription struct {
	Topic   string `yaml:"topic" format:"topic" required:"true" example:"inventory.reserved" doc:"Name of the topic."`
	Message string `yaml:"message" format:"fullname" required:"true" example:"shop.inventory.v1.Reserved" doc:"Proto message that it carries."`
	Group   string `yaml:"group" format:"topic" derived:"service.name" example:"orders" doc:"The instances that share the messages between them."`
	Proto   string `yaml:"proto" apart:"true" format:"proto" derived:"the protos of the service and of its dependencies" example:"../inventory/inventory.proto" doc:"The proto that declares the message, relative to this policy."`
	Stubs   string `yaml:"stubs" apart:"true" format:"import" example:"example.com/shop/inventory/gen/shop/inventory/v1" doc:"Go package that holds the stubs of that proto. Without it they are generated into this service."`
}

// Broker is what carries messages.
type Broker string

// The brokers.
const (
	BrokerKafka    Broker = "kafka"
	BrokerRabbitMQ Broker = "rabbitmq"
)

func (Broker) values() []string { return texts(BrokerKafka, BrokerRabbitMQ) }

func (e *Events) settle(s scope) {
	if s.sound("publish", "subscribe") && len(e.Publish)+len(e.Subscribe) == 0 {
		s.fault("", diag.Problem{Message: "neither publishes nor subscribes", Want: "publish, subscribe or both", Fix: "add one of them, or remove events"})
	}
	for i, publication := range e.Publish {
		stubsOfProto(s, fmt.Sprintf("publish[%d]", i), publication.Proto, publication.Stubs)
	}
	for i, subscription := range e.Subscribe {
		stubsOfProto(s, fmt.Sprintf("subscribe[%d]", i), subscription.Proto, subscription.Stubs)
		e.oneMessage(s, i, subscription)
	}
	if !s.sound("broker") {
		return
	}
	for _, section := range e.Broker.values() {
		if section != string(e.Broker) && s.filled(section) {
			s.warn(section, diag.Problem{
				Message: "has no effect while broker is " + string(e.Broker),
				Fix:     "remove it, or write broker: " + section,
			})
		}
	}
	if len(e.Subscribe) > 0 {
		return
	}
	for _, section := range []string{"retry", "timeout"} {
		if s.written(section) || s.filled(section) {
			s.warn(section, diag.Problem{Message: "has no effect without subscribe", Fix: "remove it"})
		}
	}
}

// stubsOfProto refuses stubs of no proto.
func stubsOfProto(s scope, at, proto, stubs string) {
	if stubs != "" && proto == "" {
		s.fault(at+".stubs", diag.Problem{Message: "has no effect without proto", Fix: "remove it, or add proto"})
	}
}

// oneMessage refuses a topic that the service reads as another message than it writes.
func (e *Events) oneMessage(s scope, i int, subscription Subscription) {
	for _, publication := range e.Publish {
		if publication.Topic == subscription.Topic && publication.Message != subscription.Message {
			s.fault(fmt.Sprintf("subscribe[%d].message", i), diag.Problem{
				Message: "not the message that is published to " + subscription.Topic,
				Found:   subscription.Message,
				Want:    publication.Message,
			})
		}
	}
}

func (r *Redelivery) settle(s scope) {
	atMost(s, "initialBackoff", &r.InitialBackoff, "maxBackoff", r.MaxBackoff)
}
