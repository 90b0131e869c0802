// Package deploy holds what msgen emits to build and run a service to the programs and the libraries that read it: the
// API server of Kubernetes, kustomize, Helm and kube-score, BuildKit's linter, buildah, actionlint, GitLab's schema and
// a linter of Jenkinsfiles. It is a module of its own because their libraries require hundreds of others.
package deploy
