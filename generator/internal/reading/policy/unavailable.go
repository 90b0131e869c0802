package policy

// unavailable lists what the language has and no part of msgen acts on yet: a path refuses a key with all that it
// holds, path=value one value of a key, and a name without a dot that is no key is refused wherever it is written.
// Whoever builds a feature deletes its rows.
func unavailable() []string {
	return []string{
		"security",
		"hedging", // grpc-go accepts it in a service config and does nothing
		"priority",
	}
}
