// Package clients holds the clients of the services that this one calls.
package clients
