package policy

// Quantity is an amount as Kubernetes writes it: "100m" or "0.5" of a processor, "128Mi" of memory.
type Quantity string
