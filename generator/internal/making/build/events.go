package build

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"google.golang.org/protobuf/compiler/protogen"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/internal/nearest"
)

// events fills in what the service publishes and subscribes to.
func (b *builder) events() {
	wanted := b.Policy.Events
	if wanted == nil {
		return
	}
	messages := b.messages()
	b.doubts.messages = !b.allLoaded()
	events := &b.tree().Events
	published, subscribed := &eventNames{b: b}, &eventNames{b: b}
	for i, p := range wanted.Publish {
		path := fmt.Sprintf("events.publish[%d]", i)
		if message := b.eventMessage(messages, path, p.Message); message != nil {
			made := &model.Publication{Topic: p.Topic, Message: p.Message, Type: b.typeOf(message)}
			published.add(path, message, p.Topic, &made.Name)
			events.Publications = append(events.Publications, made)
		}
	}
	for i, s := range wanted.Subscribe {
		path := fmt.Sprintf("events.subscribe[%d]", i)
		if message := b.eventMessage(messages, path, s.Message); message != nil {
			made := &model.Subscription{Topic: s.Topic, Group: s.Group, Message: s.Message, Type: b.typeOf(message)}
			if made.Group == "" {
				made.Group = b.tree().Name
			}
			if s.Group != "" || !b.doubts.name && b.Policy.Sound(path+".group") {
				b.checkDeadLetters(path+".topic", made)
			}
			subscribed.add(path, message, s.Topic, &made.Method)
			events.Subscriptions = append(events.Subscriptions, made)
		}
	}
	published.settle("")
	subscribed.settle("On")
}

// messages are the messages that there are Go types of, by full name.
func (b *builder) messages() map[string]*protogen.Message {
	all := map[string]*protogen.Message{}
	var add func([]*protogen.Message)
	add = func(messages []*protogen.Message) {
		for _, message := range messages {
			if !message.Desc.IsMapEntry() {
				all[string(message.Desc.FullName())] = message
				add(message.Messages)
			}
		}
	}
	for _, file := range b.result.Plugin.Files {
		add(file.Messages)
	}
	return all
}

// allLoaded reports whether the protos of all dependencies and of all topics are in the Set.
func (b *builder) allLoaded() bool {
	if b.Policy.Faulty("dependencies") {
		return false
	}
	for i := range b.Policy.Dependencies {
		if len(b.loaded(i).Protos) == 0 {
			return false
		}
	}
	for i, p := range b.Policy.Events.Publish {
		if path := fmt.Sprintf("events.publish[%d]", i); (p.Proto != "") != (b.EventProtos[path] != "") || b.Policy.Faulty(path+".proto") {
			return false
		}
	}
	for i, s := range b.Policy.Events.Subscribe {
		if path := fmt.Sprintf("events.subscribe[%d]", i); (s.Proto != "") != (b.EventProtos[path] != "") || b.Policy.Faulty(path+".proto") {
			return false
		}
	}
	return true
}

// eventMessage is the message of that name, for the topic at a path; nil when there is none.
func (b *builder) eventMessage(messages map[string]*protogen.Message, topic, name string) *protogen.Message {
	path := topic + ".message"
	if message, ok := messages[name]; ok || b.doubts.messages {
		return message
	}
	known := make([]string, 0, len(messages))
	for other := range messages {
		known = append(known, other)
	}
	slices.Sort(known)
	b.policyProblem(path, diag.Problem{
		Message: path + ": no such message in the given proto files and what they import",
		Found:   name,
		Want:    "the full name of a message",
		Fix:     nearest.DidYouMean(name, known),
	})
	return nil
}

// maxTopic is how long the name of a topic may be in Kafka, and nearly that of a queue in RabbitMQ.
const maxTopic = 249

func (b *builder) checkDeadLetters(path string, s *model.Subscription) {
	if dead := s.DeadLetters(); len(dead) > maxTopic {
		b.policyProblem(path, diag.Problem{
			Message: path + ": the topic of its dead letters would be too long",
			Found:   dead,
			Want:    fmt.Sprintf("at most %d letters, with the group and .dlq", maxTopic),
			Fix:     "shorten the topic or the group",
		})
	}
}

// eventNames are the Go names of publications, or of subscriptions. Each is called as its message, unless messages of
// one name stand in several topics: then these are called as their topics.
type eventNames struct {
	b   *builder
	all []eventName
}

type eventName struct {
	path, message, topic string
	into                 *string
}

func (n *eventNames) add(path string, message *protogen.Message, topic string, into *string) {
	n.all = append(n.all, eventName{path, exported(message.GoIdent.GoName), topic, into})
}

func (n *eventNames) settle(prefix string) {
	count := map[string]int{}
	for _, name := range n.all {
		count[name.message]++
	}
	taken := map[string]eventName{}
	for _, name := range n.all {
		if name.topic == "" {
			continue // it has a fault
		}
		goName := name.message
		if count[goName] > 1 {
			goName = exported(name.topic)
		}
		*name.into = prefix + goName
		if other, ok := taken[goName]; ok {
			n.b.policyProblem(name.path+".topic", diag.Problem{
				Message: name.path + ".topic: its function would have the name of another one's",
				Found:   name.topic,
				Want:    fmt.Sprintf("a topic that differs from %s in more than case and punctuation", other.topic),
				Fix:     "rename one of the two",
			})
		}
		taken[goName] = name
	}
}

// exported is a name as that of an exported function: "OrdersCreated" of "orders.created".
func exported(name string) string {
	if text := runTogether(name); text != "" && !unicode.IsDigit(rune(text[0])) {
		return text
	}
	return "Topic" + runTogether(name)
}

// runTogether is a name without what stands between its words, each of which begins in upper case.
func runTogether(name string) string {
	var out strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}
