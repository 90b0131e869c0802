// Package bench measures what a call costs that passes all layers of an emitted client, beside the libraries that do the
// same: failsafe-go, sony/gobreaker with a semaphore, and hystrix-go. Every contender bounds the call by
// context.WithTimeout too, and the call itself does nothing.
//
// The module's name lets it import the emitted service's internal packages. `make bench` emits that into tree/.
package bench
