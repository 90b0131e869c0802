// Package events runs what msgen emits for events against real brokers: a service that publishes and one that
// subscribes, each a process of its own, RabbitMQ from Debian and Kafka's protocol by kfake in another process. The
// subscriber is killed and the broker restarted while events flow.
package events
