# Every variable can be overridden: `make test PKGS=./generator/diag TESTFLAGS=-v`.
GO ?= go
BIN ?= bin
PKGS ?= ./...
# The race detector needs a C compiler; without one the tests run all the same. It makes the type checker, with which the
# tests of the generator read what is emitted, twenty times slower: there it watches the tests of concurrent code.
RACE ?= $(if $(shell command -v gcc || command -v clang),-race)
UNRACED = $(filter %/generator,$(shell $(GO) list $(PKGS)))
RACED = $(filter-out %/generator,$(shell $(GO) list $(PKGS)))
RACEDTESTS ?= ^Test(Golden|Matrix|Unchanged|Plugin.*)$$
TESTFLAGS ?=
BENCHFLAGS ?=
MUTATIONFLAGS ?=
DEMOFLAGS ?=
# Every package whose tests can rewrite what they compare with; `make pins` and `make words` do three of them.
GOLDEN ?= $(filter-out %/gomod/ %/linked/ %/words/,$(sort $(dir $(shell \
	grep -rl --include='*_test.go' --exclude-dir=examples --exclude-dir=acceptance 'flag.Bool."update"' .))))
FUZZTIME ?= 20s
# Acceptance tests run one package at a time, as some measure time; tests in parallel mostly wait.
ACCEPTANCEFLAGS ?= -p 1 -parallel 8

.DEFAULT_GOAL := help
.PHONY: help build test acceptance lint bench bench-lines bench-discovery bench-calls golden pins words examples fuzz cycles mutation clean corpus bench-scale shop demo

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-16s %s\n", $$1, $$2}'

build: ## build the commands into bin/
	$(GO) build -o $(BIN)/ ./cmd/...

test: ## all that needs Go alone: vet, unit, golden and script tests, the examples built, run and called
	$(GO) vet $(PKGS)
	GOOS=windows $(GO) vet $(PKGS)
	$(if $(UNRACED),$(GO) test -timeout 45m $(TESTFLAGS) $(UNRACED))
	$(if $(UNRACED),$(if $(RACE),$(GO) test $(RACE) -run '$(RACEDTESTS)' -timeout 30m $(TESTFLAGS) $(UNRACED)))
	$(if $(RACED),$(GO) test $(RACE) -timeout 30m $(TESTFLAGS) $(RACED))

acceptance: ## get the real tools once, then run what needs them: protoc and its plugins, the linters, the registries
	cd acceptance && $(GO) run ./cmd/tools
	cd acceptance && $(GO) test -v -count=1 -timeout 40m $(ACCEPTANCEFLAGS) $(TESTFLAGS) ./...
	cd acceptance/deploy && $(GO) test -v -count=1 -timeout 40m $(TESTFLAGS) ./...

corpus: ## generate the services of real protos by both front ends, build and start them; acceptance takes the ones that are soon built
	cd acceptance && $(GO) test -v -count=1 -timeout 120m -run '^TestCorpus$$' $(TESTFLAGS) . -corpus

lint: ## staticcheck and golangci-lint over msgen and the emitted examples
	cd acceptance && $(GO) test -v -count=1 -run '^TestLint' .

bench: ## how long msgen generate takes, compared with protoc and the two official plugins
	$(GO) run ./bench/generate $(BENCHFLAGS)

bench-lines: ## how much Go msgen emits
	$(GO) run ./bench/lines

bench-scale: ## how the time and the memory of msgen generate grow with the number of services, and of trees
	$(GO) run ./bench/scale $(BENCHFLAGS)

bench-discovery: ## how soon clients notice instances that come and go, with each provider, on real registries
	bench/discovery/run $(BENCHFLAGS)

bench-calls: ## what a call costs that passes the emitted client's layers, compared with other libraries, and what it leaves behind
	$(GO) build -buildvcs=false -o $(BIN)/ ./cmd/msgen
	cd acceptance/mutation/testdata && $(abspath $(BIN))/msgen generate shop.proto -I . -p policy.yaml -o ../../../bench/resilience/tree
	cd bench/resilience && $(GO) test -v -count=1 -timeout 30m -bench . $(BENCHFLAGS) .
	cd bench/resilience && $(GO) test -v -count=1 -timeout 30m $(RACE) -run TestNothingIsLeftBehind .

cycles: ## edit and regenerate a tree ten thousand times, and see whether a line of its user's is lost; takes long
	$(GO) test ./generator -count=1 -timeout 60m -run TestCycles -cycles 10000

mutation: ## change an emitted client and server in one place at a time, and see whether its own tests notice; takes long
	$(GO) build -buildvcs=false -o $(BIN)/ ./cmd/msgen
	rm -rf $(BIN)/mutation
	cd acceptance/mutation/testdata && $(abspath $(BIN))/msgen generate shop.proto -I . -p policy.yaml -o $(abspath $(BIN))/mutation
	cd acceptance && $(GO) run ./cmd/mutation $(MUTATIONFLAGS) $(abspath $(BIN))/mutation example.com/shop ../templates/service

golden: ## rewrite the expected outputs of the golden tests; read the diff afterwards
	-$(GO) test $(GOLDEN) -update # a run that updates ends red, so that no pipeline can pass that way
	$(GO) test $(GOLDEN)

pins: ## rewrite the tables of the modules that trees require and of the protos that they link, after an edit of go.mod or of an import of emitted Go
	-$(GO) test ./generator/internal/making/gomod -run TestTableIsCurrent -update
	-$(GO) test ./generator/internal/making/linked -run TestTableIsCurrent -update
	$(GO) test ./generator/internal/making/gomod ./generator/internal/making/linked

words: ## lower the counts of phrases that have a plainer word, after an edit has removed some
	-$(GO) test ./internal/words -run TestText -update
	$(GO) test ./internal/words

examples: ## regenerate the emitted trees of examples/greeter and examples/library
	$(GO) build -buildvcs=false -o $(BIN)/ ./cmd/msgen # unreleased, as examples say in .msgen/version
	for dir in examples/greeter examples/library; do (cd "$$dir" && $(abspath $(BIN))/msgen generate) || exit 1; done

shop: ## assemble examples/shop, where only what people write is kept, in bin/shop
	$(GO) run ./internal/shop $(BIN)/shop

demo: shop ## run the services of examples/shop on this machine, kill one after the other, and see what becomes of orders
	cd $(BIN)/shop && $(GO) run ./demo $(DEMOFLAGS)

fuzz: ## run each fuzz test for FUZZTIME
	scripts/fuzz $(FUZZTIME)

clean: ## remove what build made; the tools' cache stays
	rm -rf $(BIN)
