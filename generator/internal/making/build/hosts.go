package build

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msgen/msgen/generator/diag"
	"github.com/msgen/msgen/generator/internal/making/model"
	"github.com/msgen/msgen/internal/nearest"
)

// positioned is what the proto compiler knows a place of.
type positioned = protoreflect.Descriptor

// hosts fills in the proto services that the binary serves: the policy's, else all of the targets, and those that a gateway
// forwards.
func (b *builder) hosts() {
	for _, service := range append(b.served(), b.forwarded()...) {
		name := string(service.Desc.FullName())
		sure := !b.doubts.hosts || slices.Contains(b.Policy.Service.Hosts, name)
		if owner, ok := linkedServices[name]; ok {
			if sure {
				b.refuseLinked(service, owner)
			}
			continue
		}
		if sure {
			b.checkRPCs(service)
		}
		b.tree().Hosts = append(b.tree().Hosts, b.host(service))
	}
	if b.doubts.hosts {
		nameFields(b.tree().Hosts)
		return
	}
	b.nameHosts()
	b.checkHostFolders()
}

// served are the services of the targets that the policy names, else all of them. Where it names one that is not there, they
// are all that it could mean.
func (b *builder) served() []*protogen.Service {
	services, wanted := b.declared(), b.Policy.Service.Hosts
	b.doubts.hosts = !b.Policy.Sound("service.hosts") || b.partial()
	if len(services) == 0 && b.Gateway == nil {
		b.doubts.hosts = true // as is reported already
		return nil
	}
	if len(wanted) == 0 {
		return b.withoutLinked(services)
	}
	picked := b.wanted(services, wanted, "service.hosts")
	if b.doubts.hosts = b.doubts.hosts || len(picked) < len(wanted); b.doubts.hosts {
		return services
	}
	return picked
}

func (b *builder) refuseLinked(service *protogen.Service, owner string) {
	b.problem(service.Desc, diag.Problem{
		Message: "every emitted service already serves " + owner,
		Found:   string(service.Desc.FullName()),
		Want:    "a service of your own",
		Fix:     "list the services to serve under service.hosts of the policy",
	})
}

// declared lists the services of the targets, in the order of the targets.
func (b *builder) declared() []*protogen.Service {
	var services []*protogen.Service
	for _, name := range b.Set.Targets {
		services = append(services, b.result.Plugin.FilesByPath[name].Services...)
	}
	return services
}

// withoutLinked leaves out the services that every emitted server registers itself, where there are others: users give all
// protos of a repository, a copy of health.proto with them.
func (b *builder) withoutLinked(services []*protogen.Service) []*protogen.Service {
	var own []*protogen.Service
	var left []string
	for _, service := range services {
		if name := service.Desc.FullName(); linkedServices[string(name)] != "" {
			left = append(left, fmt.Sprintf("%s of %s", name, b.shownPath(service.Desc.ParentFile().Path())))
		} else {
			own = append(own, service)
		}
	}
	if len(own) == 0 {
		return services
	}
	if len(left) > 0 {
		b.result.Notes = append(b.result.Notes, fmt.Sprintf("every emitted service serves %s already: no handlers for it", strings.Join(left, ", ")))
	}
	return own
}

// wanted picks the services that the policy names and says of each other name what it could have meant.
func (b *builder) wanted(services []*protogen.Service, names []string, key string) []*protogen.Service {
	byName := map[string]*protogen.Service{}
	var known []string
	for _, service := range services {
		byName[string(service.Desc.FullName())] = service
		known = append(known, string(service.Desc.FullName()))
	}
	var picked []*protogen.Service
	for i, name := range names {
		if service, ok := byName[name]; ok {
			picked = append(picked, service)
			continue
		}
		path := fmt.Sprintf("%s[%d]", key, i)
		b.policyProblem(path, diag.Problem{
			Message: path + ": no such service in the given proto files",
			Found:   name,
			Want:    "one of " + strings.Join(known, ", "),
			Fix:     nearest.DidYouMean(name, known),
		})
	}
	return picked
}

func (b *builder) host(service *protogen.Service) *model.Host {
	file := service.Desc.ParentFile()
	host := &model.Host{
		FullName:   string(service.Desc.FullName()),
		GoName:     service.GoName,
		Proto:      file.Path(),
		Comment:    model.Comment(service.Comments.Leading),
		Deprecated: service.Desc.Options().(*descriptorpb.ServiceOptions).GetDeprecated(),
		Stub:       b.importOf(b.result.Plugin.FilesByPath[file.Path()].GoImportPath),
	}
	_, host.OldStub = b.owner(b.result.Plugin.FilesByPath[file.Path()].Proto)
	for _, method := range service.Methods {
		host.RPCs = append(host.RPCs, b.rpc(method))
	}
	return host
}

func (b *builder) rpc(method *protogen.Method) *model.RPC {
	options := method.Desc.Options().(*descriptorpb.MethodOptions)
	rpc := &model.RPC{
		Name:        string(method.Desc.Name()),
		GoName:      method.GoName,
		FullMethod:  fmt.Sprintf("/%s/%s", method.Parent.Desc.FullName(), method.Desc.Name()),
		Kind:        kind(method.Desc),
		Idempotency: idempotency(options.GetIdempotencyLevel()),
		Request:     b.typeOf(method.Input),
		Response:    b.typeOf(method.Output),
		Comment:     model.Comment(method.Comments.Leading),
		Deprecated:  options.GetDeprecated(),
		HTTP:        httpRules(method),
	}
	b.methods[rpc] = method
	b.result.Declared[rpc] = b.declaredAt(method.Desc, rpc.Idempotency)
	return rpc
}

// The field numbers that lead from a MethodDescriptorProto to its idempotency_level.
const methodOptions, idempotencyLevel = 4, 34

func (b *builder) declaredAt(method protoreflect.MethodDescriptor, level model.Idempotency) Declared {
	at := Declared{RPC: b.Set.Position(method)}
	at.Idempotency = at.RPC
	if level != model.IdempotencyUnknown {
		at.Idempotency = b.Set.PositionIn(method, methodOptions, idempotencyLevel)
	}
	return at
}

func kind(method protoreflect.MethodDescriptor) model.Kind {
	switch {
	case method.IsStreamingClient() && method.IsStreamingServer():
		return model.BidiStreaming
	case method.IsStreamingClient():
		return model.ClientStreaming
	case method.IsStreamingServer():
		return model.ServerStreaming
	default:
		return model.Unary
	}
}

func idempotency(level descriptorpb.MethodOptions_IdempotencyLevel) model.Idempotency {
	switch level {
	case descriptorpb.MethodOptions_NO_SIDE_EFFECTS:
		return model.NoSideEffects
	case descriptorpb.MethodOptions_IDEMPOTENT:
		return model.Idempotent
	default:
		return model.IdempotencyUnknown
	}
}

func (b *builder) typeOf(message *protogen.Message) model.Type {
	return model.Type{Import: b.importOf(message.GoIdent.GoImportPath), Ident: message.GoIdent.GoName}
}

// nameHosts gives each host a Go package and a field of its own. Hosts that would share one (`v1` and `v2` of one
// service) all take their full proto name instead, so that neither depends on the order of the files.
func (b *builder) nameHosts() {
	hosts := b.tree().Hosts
	nameFields(hosts)
	b.keepHandlerPackages(hosts)
	for i, host := range hosts {
		if len(host.Package) > maxElement {
			b.problems.Add(diag.Problem{
				Position: b.hostPosition(host),
				Message:  "the name of the service would be too long for a file system",
				Found:    host.Name(),
				Want:     fmt.Sprintf("at most %d letters", maxElement),
				Fix:      "shorten the name",
			})
		}
		b.checkApart(host, hosts[:i])
	}
}

// keepHandlerPackages leaves handlers in the packages that they have. A service that would come into one of these takes its full
// proto name.
func (b *builder) keepHandlerPackages(hosts []*model.Host) {
	kept := map[string]bool{}
	for _, host := range hosts {
		pkg := b.HandlerPackages[host.FullName]
		if kept[pkg] || pkg != handlerPackage(pkg) { // what msgen emits now may need the name
			continue
		}
		host.Package, kept[pkg] = pkg, true
	}
	for _, host := range hosts {
		if b.HandlerPackages[host.FullName] != host.Package && kept[host.Package] {
			host.Package = handlerPackage(strings.ReplaceAll(host.FullName, ".", ""))
		}
	}
}

// checkApart refuses a host that differs from an earlier one only in what names of folders and fields do not show.
func (b *builder) checkApart(host *model.Host, earlier []*model.Host) {
	i := slices.IndexFunc(earlier, func(other *model.Host) bool {
		return host.Package == other.Package || host.Field == other.Field
	})
	if i < 0 || host.Stub == earlier[i].Stub && host.GoName == earlier[i].GoName {
		return // the same Go name in one package is told elsewhere
	}
	b.problems.Add(diag.Problem{
		Position: b.hostPosition(host),
		Message:  "the handlers would share the folder internal/" + host.Package,
		Found:    host.FullName,
		Want:     fmt.Sprintf("a name that differs from %s in more than case, dots and underscores", earlier[i].FullName),
		Fix:      "rename one of the two",
	})
}

func (b *builder) hostPosition(host *model.Host) diag.Position {
	file := b.result.Plugin.FilesByPath[host.Proto].Desc
	return b.Set.Position(file.Services().ByName(protoreflect.FullName(host.FullName).Name()))
}

// handlerPackage is the Go package of a service's handlers: its name in lower case, the way Go packages are named.
func handlerPackage(name string) string {
	pkg := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	switch {
	case pkg == "" || pkg[0] >= '0' && pkg[0] <= '9':
		return "service" + pkg
	case ownPackages[pkg], takenPackages[pkg], goFolders[pkg], token.IsKeyword(pkg), types.Universe.Lookup(pkg) != nil,
		!portable(pkg), version.MatchString(pkg): // a final v2 is read as the version of the element before it
		return pkg + "service"
	default:
		return pkg
	}
}

// fieldOf is a full name as the name of an exported field: each part of it begins in upper case.
func fieldOf(fullName string) string {
	parts := strings.Split(fullName, ".")
	for i, part := range parts {
		if part[0] == '_' {
			part = "X" + part[1:] // as protoc-gen-go does
		}
		parts[i] = strings.ToUpper(part[:1]) + part[1:]
	}
	return strings.Join(parts, "")
}

// takenPackages are names that a package of handlers cannot have: those that main.go imports or declares where it names
// the handlers, and what the go command reads as part of a package's documentation.
var takenPackages = set(
	"client", "clients", "cmd", "deps", "main", "init", "run", "documentation",
	"cfg", "ctx", "logger", "tel", "tracing", "version", "stop", "srv", "err", "publisher", "consumer",
	"context", "errors", "fmt", "os", "signal", "slog", "syscall", "prometheus", "time",
)

// clientMethods are the methods of client.Client, whose name a field cannot have.
var clientMethods = set("Close", "Conn")

// importOf is how the whole tree imports a package of stubs.
func (b *builder) importOf(path protogen.GoImportPath) model.Import {
	return model.Import{Name: b.aliases.of(string(path), b.names[path]), Path: string(path)}
}
