package protobreak

import (
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// file compares all that a file declares. In another package every name is new, which is told once.
func (c *comparison) file(was protoreflect.FileDescriptor) {
	now, stays := c.now.files[was.Path()]
	if stays && now.Package() != was.Package() {
		c.add(now, []string{"FILE_SAME_PACKAGE"}, "keep the package, and add the new one as a file of its own",
			"the package was %s and is %s", was.Package(), now.Package())
		return
	}
	if stays && goPackage(was) != goPackage(now) {
		c.add(now, []string{"FILE_SAME_GO_PACKAGE"}, "", "go_package was %q and is %q", goPackage(was), goPackage(now))
	}
	for _, service := range all(was.Services()) {
		c.service(service)
	}
	c.types(was)
}

func goPackage(file protoreflect.FileDescriptor) string {
	options, _ := file.Options().(*descriptorpb.FileOptions)
	return options.GetGoPackage()
}

func (c *comparison) types(in container) {
	for _, enum := range all(in.Enums()) {
		if now, ok := found(c, enum); ok {
			c.enum(enum, now)
		} else {
			c.gone(enum, []string{"ENUM_NO_DELETE"}, "mark it deprecated", "the enum %s is gone", enum.FullName())
		}
	}
	for _, message := range all(in.Messages()) {
		now, ok := found(c, message)
		switch {
		case message.IsMapEntry():
		case ok:
			c.message(message, now)
			c.types(message)
		default:
			c.gone(message, []string{"MESSAGE_NO_DELETE"}, "mark it deprecated", "the message %s is gone", message.FullName())
		}
	}
}

func (c *comparison) service(was protoreflect.ServiceDescriptor) {
	now, ok := found(c, was)
	if !ok {
		c.gone(was, []string{"SERVICE_NO_DELETE"}, "mark it deprecated until nobody calls it", "the service %s is gone", was.FullName())
		return
	}
	for _, rpc := range all(was.Methods()) {
		if other := now.Methods().ByName(rpc.Name()); other != nil {
			c.rpc(rpc, other)
		} else {
			c.gone(rpc, []string{"RPC_NO_DELETE"}, "mark it deprecated until nobody calls it", "the RPC %s is gone", rpc.FullName())
		}
	}
}

func (c *comparison) rpc(was, now protoreflect.MethodDescriptor) {
	const another = "add an RPC of another name"
	if a, b := was.Input().FullName(), now.Input().FullName(); a != b {
		c.add(now, []string{"RPC_SAME_REQUEST_TYPE"}, another, "the request of %s was %s and is %s", now.FullName(), a, b)
	}
	if a, b := was.Output().FullName(), now.Output().FullName(); a != b {
		c.add(now, []string{"RPC_SAME_RESPONSE_TYPE"}, another, "the response of %s was %s and is %s", now.FullName(), a, b)
	}
	var rules []string
	if was.IsStreamingClient() != now.IsStreamingClient() {
		rules = append(rules, "RPC_SAME_CLIENT_STREAMING")
	}
	if was.IsStreamingServer() != now.IsStreamingServer() {
		rules = append(rules, "RPC_SAME_SERVER_STREAMING")
	}
	if len(rules) > 0 {
		c.add(now, rules, another, "%s was %s and is %s", now.FullName(), kind(was), kind(now))
	}
	if a, b := idempotency(was), idempotency(now); a != b {
		c.add(now, []string{"RPC_SAME_IDEMPOTENCY_LEVEL"}, "", "the idempotency level of %s was %s and is %s", now.FullName(), a, b)
	}
}

func kind(rpc protoreflect.MethodDescriptor) string {
	switch {
	case rpc.IsStreamingClient() && rpc.IsStreamingServer():
		return "bidirectional streaming"
	case rpc.IsStreamingClient():
		return "client streaming"
	case rpc.IsStreamingServer():
		return "server streaming"
	default:
		return "unary"
	}
}

func idempotency(rpc protoreflect.MethodDescriptor) descriptorpb.MethodOptions_IdempotencyLevel {
	options, _ := rpc.Options().(*descriptorpb.MethodOptions)
	return options.GetIdempotencyLevel()
}
