// Msgen makes a complete Go service from protos and one policy file.
//
//	msgen reads protobuf service definitions and one YAML policy file, and writes a Go service that
//	builds at once: server, client, handlers to fill in, configuration, health, metrics, logs, tests.
//	It generates again after the protos or the policy have changed, and leaves what you wrote alone.
//
//	Usage:
//	  msgen COMMAND [ARGUMENTS]
//
//	Commands:
//	  init         start a service: a proto and a policy to edit
//	  generate     make a service from protos and a policy, or bring one up to date
//	  check        list every problem of the protos and the policy
//	  explain      show what a call really does: attempts, times, breaker, fallback
//	  graph        show who calls whom in a system of services
//	  status       list the files of a tree, who owns each, and what has become of it
//	  runtime      make the runtime as a tree of its own, for several services
//	  schema       print the JSON Schema of the policy language
//	  plugin       be a plugin of protoc or buf
//	  completion   print the script that completes msgen's arguments in a shell
//	  version      print msgen's version
//	  help         show how a command is used
//
//	Flags:
//	  -h, --help      show this help
//	      --version   print msgen's version
//
//	Start with:
//	  msgen init greeter
//	  cd greeter && msgen generate && go test ./...
//	  msgen help generate
//
//	Exit codes:
//	  0  done
//	  1  the input has problems, or msgen failed
//	  2  msgen was called in a way that it does not understand
//	  3  the tree differs from what msgen generates: --check or --diff found something, or files that
//	     msgen must not overwrite were in the way, and nothing was written
//	  4  a merge conflict: nothing was written, or markers were, with --conflict=markers
//
// # msgen init
//
//	msgen init: start a service: a proto and a policy to edit
//
//	Usage:
//	  msgen init DIR [--module MODULE] [--proto FILE]
//
//	Writes a small proto that buf lint accepts, or a copy of yours, and a policy that holds every key at
//	its default, as comments, with the schema by which editors check it. All are yours from then on.
//	Nothing is overwritten: where one of them exists, none is written. In the folder, msgen generate
//	then needs no arguments.
//
//	Examples:
//	  msgen init greeter
//	  msgen init greeter --module example.com/shop/greeter
//	  msgen init orders --proto ../api/orders.proto
//
//	Flags:
//	      --module MODULE   the Go MODULE (default: the one around DIR, otherwise example.com/NAME)
//	      --proto FILE      start with a copy of FILE
//	  -h, --help            show this help
//
// # msgen generate
//
//	msgen generate: make a service from protos and a policy, or bring one up to date
//
//	Usage:
//	  msgen generate PROTO... [-p FILE] [-I DIR]... [-o DIR] [--check | --diff]
//	  msgen generate                                  in a tree that msgen made: from the same inputs
//	  msgen generate SYSTEM [--check]                 every service of a system file
//	  msgen generate --all DIR [--check]              every tree below a folder
//
//	Everything is planned before anything is written. Files that you edited are never overwritten:
//	your changes and msgen's are merged where a file is shared, and your Go gets what an RPC needs and
//	is left alone otherwise. If a file is in the way of its new text, or two changes contradict each
//	other, nothing is written, and you are told what to do. A file that you deleted stays deleted.
//
//	Without a proto, the run takes the inputs that the tree was made from, or the one proto of a
//	folder without a tree. It warns when the original of a copied input has changed, and of protos that
//	have come next to the ones it knows.
//
//	A system file names the folders of services, each with policy.yaml and protos. Their trees are
//	written there, unless check finds errors in one of them or in how they call each other.
//
//	Examples:
//	  msgen generate greeter.proto -o ../greeter    make the service
//	  msgen generate -o ../greeter                  after a change of the proto or the policy
//	  msgen generate msgen.system.yaml              all services of a system
//	  msgen generate --check                        in CI: exit 3 if the tree is not up to date
//
//	Flags:
//	  -p, --policy FILE               policy FILE (default: policy.yaml beside the first proto, if any)
//	  -I, --proto-path [NAME=]DIR     import from [NAME=]DIR; repeatable (default: buf.yaml or imports)
//	  -o, --out DIR                   root DIR of the tree (default: the tree around, else this folder)
//	      --format text|json|github   print problems and summary as text|json|github (default: text)
//	      --check                     write nothing, list what differs, exit 3 if anything does
//	      --diff                      write nothing, show what differs, exit 3 if anything does
//	      --overwrite-generated       replace generated files that were edited by hand
//	      --conflict stop|markers     at a merge conflict stop|markers (default: stop)
//	      --all DIR                   bring every tree at and below DIR up to date, several at a time
//	      --allow-breaking            go on although a change of the protos breaks callers
//	      --restore PATH              bring back the deleted file PATH of the tree; repeatable
//	  -h, --help                      show this help
//
// # msgen check
//
//	msgen check: list every problem of the protos and the policy
//
//	Usage:
//	  msgen check PROTO... [-p FILE] [-I DIR]... [-o DIR]
//	  msgen check                                     in a tree that msgen made: of the same inputs
//	  msgen check SYSTEM                              of all services of a system, and how they call
//
//	Reads the inputs as generate does, and stops before anything is rendered. All problems are listed
//	in one run, each with its place, what was found there, and how to mend it. Nothing is written.
//
//	Of a system, the calls between its services are checked too: cycles, deadlines that are too short,
//	retries of retries, effects that a retry may have twice, missing breakers, registries that differ,
//	capacity. A comment in the policy accepts a finding in its line: # msgen:allow CHECK: REASON
//
//	Examples:
//	  msgen check greeter.proto -p policy.yaml
//	  msgen check msgen.system.yaml                 a whole system
//	  msgen check --format github                   in a GitHub workflow: problems become annotations
//
//	Flags:
//	  -p, --policy FILE               policy FILE (default: policy.yaml beside the first proto, if any)
//	  -I, --proto-path [NAME=]DIR     import from [NAME=]DIR; repeatable (default: buf.yaml or imports)
//	  -o, --out DIR                   root DIR of the tree (default: the tree around, else this folder)
//	      --format text|json|github   print problems and summary as text|json|github (default: text)
//	  -h, --help                      show this help
//
// # msgen explain
//
//	msgen explain: show what a call really does: attempts, times, breaker, fallback
//
//	Usage:
//	  msgen explain PROTO... [METHOD] [-p FILE] [-I DIR]... [--format text|svg|json]
//	  msgen explain [METHOD]                          in a tree that msgen made
//
//	Lays a call out in time: its attempts, the pauses between them, when it ends at the latest, when
//	the breaker opens and closes, and what the caller gets instead. Each figure has the line it is from.
//
//	Examples:
//	  msgen explain greeter.proto SayHello          one method; without a name, all of them
//	  msgen explain SayHello --format svg > call.svg
//	  msgen explain inventory/Reserve               how a dependency's method is called
//
//	Flags:
//	  -p, --policy FILE             policy FILE (default: policy.yaml beside the first proto, if any)
//	  -I, --proto-path [NAME=]DIR   import from [NAME=]DIR; repeatable (default: buf.yaml or imports)
//	  -o, --out DIR                 root DIR of the tree (default: the tree around, else this folder)
//	      --format text|svg|json    print as text|svg|json (default: text)
//	  -h, --help                    show this help
//
// # msgen graph
//
//	msgen graph: show who calls whom in a system of services
//
//	Usage:
//	  msgen graph SYSTEM [--format text|mermaid|dot|svg|html]
//
//	Shows the services that a system file names, the calls between their methods with deadlines,
//	retries, breakers and fallbacks, and the events that they hear. Calls on a cycle are marked. What
//	does not add up is no reason not to show it: msgen check SYSTEM lists that, and exits with 1.
//
//	Examples:
//	  msgen graph msgen.system.yaml
//	  msgen graph msgen.system.yaml --format mermaid > system.mmd
//
//	Flags:
//	      --format text|mermaid|dot|svg|html   show as text|mermaid|dot|svg|html (default: text)
//	  -h, --help                               show this help
//
// # msgen status
//
//	msgen status: list the files of a tree, who owns each, and what has become of it
//
//	Usage:
//	  msgen status [DIR] [--format text|json]
//
//	Looks at the tree at or around DIR, or around this folder, and writes nothing.
//
//	Owners are generated (msgen rewrites it), merged (you and msgen share it) and yours. A file is
//	untouched, edited, deleted (which stays so), missing (the next run writes it again), unmerged (it
//	has conflict markers) or blocked (something else stands in its place).
//
//	Example:
//	  msgen status ../greeter
//
//	Flags:
//	      --format text|json   print the list as text|json (default: text)
//	  -h, --help               show this help
//
// # msgen runtime
//
//	msgen runtime: make the runtime as a tree of its own, for several services
//
//	Usage:
//	  msgen runtime -o DIR [--module MODULE] [--check | --diff]
//
//	Writes the packages that no proto and no policy changes: balancing, retries, the server's limits,
//	discovery, events, metrics. A policy names them by service.runtime, as a folder or as an import
//	path, and its tree imports them in place of having its own. In a folder without a go.mod around
//	it, the runtime is a Go module of its own. It is a tree like others: msgen generate, check and
//	status work in the folder. For services of one Go module, runtime in a system file makes a
//	runtime of what they need.
//
//	Example:
//	  msgen runtime -o ../runtime --module example.com/platform/runtime
//
//	Flags:
//	  -o, --out DIR                   the folder DIR of the runtime
//	      --module MODULE             the Go MODULE (default: around DIR, or example.com/NAME)
//	      --check                     write nothing, list what differs, exit 3 if anything does
//	      --diff                      write nothing, show what differs, exit 3 if anything does
//	      --overwrite-generated       replace generated files that were edited by hand
//	      --format text|json|github   print problems and summary as text|json|github (default: text)
//	  -h, --help                      show this help
//
// # msgen schema
//
//	msgen schema: print the JSON Schema of the policy language
//
//	Usage:
//	  msgen schema [--system]
//
//	Editors with a YAML language server complete and check a policy by it. Name it in the first line
//	of the policy: # yaml-language-server: $schema=policy.schema.json. System files have one too.
//
//	Example:
//	  msgen schema > policy.schema.json
//
//	Flags:
//	      --system   print that of system files
//	  -h, --help     show this help
//
// # msgen plugin
//
//	msgen plugin: be a plugin of protoc or buf
//
//	Usage:
//	  msgen plugin < REQUEST > RESPONSE
//	  protoc --msgen_out=DIR [--msgen_opt=OPTION]... PROTO...
//
//	Answers a request of protoc's or buf's. protoc looks for it as protoc-gen-msgen; buf takes
//	it by local: protoc-gen-msgen, with strategy: all where services stand in more than one folder.
//
//	Without existing, the output is the generated files alone. With it, it is all that generate would
//	write to that tree: shared files are merged, and your Go gets what an RPC needs. A plugin cannot
//	delete: files that are no longer generated are told. Stubs come from protoc-gen-go and
//	protoc-gen-go-grpc beside it, into the Go packages that the protos name.
//
//	The tree remembers its plugin: generate, check, explain and status follow its options there, and
//	Makefile, README.md and pipelines run buf generate, or the command that the option names.
//
//	Options:
//	  existing=DIR           the tree that the output goes to, as protoc does not tell
//	  policy=FILE            the policy (default: policy.yaml beside the first proto, if any)
//	  module=PATH            the module of the tree, where policy and go.mod do not name it
//	  only=service|deploy    one half of the files
//	  stubs=true|false       write the stubs too (default: false)
//	  paths=source_relative  put the stubs where the protos are, not where their go_package says
//	  MPROTO=PACKAGE         the Go package of a proto, in place of its go_package
//	  proto_path=DIR         where the protos are, as -I says (default: the working directory)
//	  allow_breaking=true    go on although a change of the protos breaks callers
//	  system=FILE            make the gateway of a system; the request has all its protos
//	  command=COMMAND        what runs the compiler where it runs now, such as make protos
//
//	Examples:
//	  protoc --msgen_out=. --msgen_opt=existing=.,stubs=true greeter.proto
//	  buf generate                                  with local: protoc-gen-msgen in buf.gen.yaml
//
//	Flags:
//	  -h, --help   show this help
//
// # msgen completion
//
//	msgen completion: print the script that completes msgen's arguments in a shell
//
//	Usage:
//	  msgen completion bash|zsh|fish
//
//	The script completes commands, flags and their values, and leaves file names to the shell.
//
//	Examples:
//	  source <(msgen completion bash)               in ~/.bashrc
//	  source <(msgen completion zsh)                in ~/.zshrc, after compinit
//	  msgen completion fish | source                in ~/.config/fish/config.fish
//
//	Flags:
//	  -h, --help   show this help
//
// # msgen version
//
//	msgen version: print msgen's version
//
//	Usage:
//	  msgen version
//
//	Prints the version of msgen, and the Go version and platform that it was built with and for.
//	A tree holds the version of the msgen that wrote it in .msgen/version.
//
//	Example:
//	  msgen version
//
//	Flags:
//	  -h, --help   show this help
//
// # msgen help
//
//	msgen help: show how a command is used
//
//	Usage:
//	  msgen help [COMMAND]
//
//	Shows the commands, or all about one of them.
//
//	Example:
//	  msgen help generate
//
//	Flags:
//	  -h, --help   show this help
package main
