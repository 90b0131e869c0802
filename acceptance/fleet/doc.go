// Package fleet runs emitted services as they run in production: as several processes, which clients find by a real
// registry and call all the while that instances come, go, restart and fail. It counts the calls that fail.
//
// A test has msgen emit a service from the proto and the policy, adds the handlers and the load program of
// testdata/service to its tree, and builds both. What a test measures it prints, the code of every call among it.
package fleet
