package policy

// Events are the messages of a service.
type Events struct {
	Broker    Broker         `yaml:"broker" required:"true" example:"kafka" doc:"What carries the messages."`
	Publish   []Publication  `yaml:"publish" unique:"topic" doc:"The topics that this service writes."`
	Subscribe []Subscription `yaml:"subscribe" unique:"topic" doc:"The topics that this service reads."`
}

// Publication is a topic that the service writes.
type Publication struct {
	Topic   string `yaml:"topic" format:"topic" required:"true" example:"orders.created" doc:"Name of the topic."`
	Message string `yaml:"message" format:"fullname" required:"true" example:"shop.orders.v1.OrderCreated" doc:"Proto message that it carries."`
}

// Subscription is a topic that the service reads.
type Subscription struct {
	Topic   string `yaml:"topic" format:"topic" required:"true" example:"inventory.reserved" doc:"Name of the topic."`
	Message string `yaml:"message" format:"fullname" required:"true" example:"shop.inventory.v1.Reserved" doc:"Proto message that it carries."`
	Group   string `yaml:"group" format:"topic" derived:"service.name" example:"orders" doc:"The instances that share the messages between them."`
}

// Broker is what carries messages.
type Broker string

// The brokers.
const (
	BrokerKafka    Broker = "kafka"
	BrokerRabbitMQ Broker = "rabbitmq"
)

func (Broker) values() []string { return texts(BrokerKafka, BrokerRabbitMQ) }
