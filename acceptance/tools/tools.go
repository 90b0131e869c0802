// Package tools gets the programs that the acceptance tests run msgen's output against: compilers, plugins, linters,
// clients and servers. [All] is the table of them: each has a version and a [Recipe], which is the one way to get it.
//
// What Go builds is built once and kept in a cache folder outside the checkout, under the tool's name and version:
// a new version is a new folder, and an old one stays until somebody deletes it. What Debian packages is installed
// by its package manager.
package tools

import (
	"context"
	"fmt"
	"slices"
)

// Tool is a program and how to get it.
type Tool struct {
	Name    string // what the tests ask for; unique in the table
	Version string // a module version such as "v1.36.12"; empty for a Debian package, whose version Debian chooses
	Recipe  Recipe
}

// Recipe is one way to get a program.
type Recipe interface {
	// find returns the absolute path of the tool's program, or "" while the tool has yet to be got.
	find(c cache, t Tool) string
	// get does what it takes for find to succeed. One process at a time calls it for a tool.
	get(ctx context.Context, c cache, t Tool) error
}

// All is the table, in the order in which the tools are got.
func All() []Tool {
	return []Tool{
		{Name: "protoc", Recipe: Debian{
			Packages: []string{"protobuf-compiler", "libprotobuf-dev"}, // the second has google/protobuf/*.proto
			Program:  "protoc",
			Needs:    "/usr/include/google/protobuf/timestamp.proto",
		}},
		{Name: "protoc-current", Version: "36.2.0", Recipe: NPM{Package: "protoc", Program: "protoc"}},
		{Name: "protoc-gen-go", Version: "v1.36.12", Recipe: GoInstall{Package: "google.golang.org/protobuf/cmd/protoc-gen-go"}},
		{Name: "protoc-gen-go-grpc", Version: "v1.6.2", Recipe: GoInstall{Package: "google.golang.org/grpc/cmd/protoc-gen-go-grpc"}},
		{Name: "buf", Version: "v1.75.0", Recipe: GoInstall{Package: "github.com/bufbuild/buf/cmd/buf"}},
		{Name: "grpcurl", Version: "v1.9.4", Recipe: GoInstall{Package: "github.com/fullstorydev/grpcurl/cmd/grpcurl"}},
		// v0.8.2 is the release that its authors call 2026.2.2.
		{Name: "staticcheck", Version: "v0.8.2", Recipe: GoInstall{Package: "honnef.co/go/tools/cmd/staticcheck"}},
		{Name: "golangci-lint", Version: "v2.15.0", Recipe: GoInstall{Package: "github.com/golangci/golangci-lint/v2/cmd/golangci-lint"}},
		{Name: "etcd", Recipe: Debian{Packages: []string{"etcd-server"}, Program: "etcd"}},
		// v1.16 does not resolve outside its own checkout, later ones are not free software, and of this one's modules
		// one has moved.
		{Name: "consul", Version: "v1.14.11", Recipe: ScratchBuild{
			Module: "github.com/hashicorp/consul",
			Replaces: []string{"github.com/envoyproxy/go-control-plane/xdsmatcher=" +
				"github.com/envoyproxy/go-control-plane/xdsmatcher@v0.0.0-20230524161521-aaaacbfbe53e"},
		}},
		kubernetes("kube-apiserver"),
		kubernetes("kube-controller-manager"),
		kubernetes("kubectl"),
		{Name: "kustomize", Version: "v5.8.1", Recipe: GoInstall{Package: "sigs.k8s.io/kustomize/kustomize/v5"}},
		{Name: "helm", Version: "v3.22.0", Recipe: GoInstall{Package: "helm.sh/helm/v3/cmd/helm"}},
		{Name: "kube-score", Version: "v1.20.0", Recipe: GoInstall{Package: "github.com/zegl/kube-score/cmd/kube-score"}},
		{Name: "actionlint", Version: "v1.7.12", Recipe: GoInstall{Package: "github.com/rhysd/actionlint/cmd/actionlint"}},
		// Later releases of the two want a newer Node than Debian has.
		{Name: "gitlab-ci-local", Version: "4.63.0", Recipe: NPM{Package: "gitlab-ci-local"}},
		{Name: "npm-groovy-lint", Version: "15.2.1", Recipe: NPM{Package: "npm-groovy-lint"}},
		{Name: "busybox", Recipe: Debian{Packages: []string{"busybox-static"}, Program: "busybox"}},
		{Name: "buildah", Recipe: Debian{Packages: []string{"buildah", "crun"}, Program: "buildah"}},
		{Name: "prometheus", Recipe: Debian{Packages: []string{"prometheus"}, Program: "prometheus"}},
		{Name: "promtool", Recipe: Debian{Packages: []string{"prometheus"}, Program: "promtool"}},
		{Name: "alertmanager", Recipe: Debian{Packages: []string{"prometheus-alertmanager"}, Program: "prometheus-alertmanager"}},
		{Name: "amtool", Recipe: Debian{Packages: []string{"prometheus-alertmanager"}, Program: "amtool"}},
		{Name: "rabbitmq", Recipe: Debian{Packages: []string{"rabbitmq-server"}, Program: "/usr/lib/rabbitmq/bin/rabbitmq-server"}},
		{Name: "nginx", Recipe: Debian{Packages: []string{"nginx-light"}, Program: "nginx"}},
		{Name: "chromium", Recipe: Debian{Packages: []string{"chromium", "fonts-dejavu-core"}, Program: "chromium"}},
		{Name: "dot", Recipe: Debian{Packages: []string{"graphviz"}, Program: "dot"}},
		{Name: "mermaid", Version: "12.3.0", Recipe: NPM{Package: "mermaid", File: "dist/mermaid.min.js"}},
		{Name: "wine", Recipe: Debian{Packages: []string{"wine", "wine64"}, Program: "wine"}},
		{Name: "haproxy", Recipe: Debian{Packages: []string{"haproxy"}, Program: "haproxy"}},
	}
}

// ByName returns the named tool of All. Its error lists the names that there are.
func ByName(name string) (Tool, error) {
	all := All()
	i := slices.IndexFunc(all, func(t Tool) bool { return t.Name == name })
	if i < 0 {
		names := make([]string, len(all))
		for j, t := range all {
			names[j] = t.Name
		}
		return Tool{}, fmt.Errorf("no tool is called %q, want one of %q", name, names)
	}
	return all[i], nil
}

// String is the tool as its folder in the cache is called: "NAME@VERSION", or "NAME" alone.
func (t Tool) String() string {
	if t.Version == "" {
		return t.Name
	}
	return t.Name + "@" + t.Version
}
