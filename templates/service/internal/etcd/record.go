package etcd

import (
	"encoding/json"
	"errors"
)

// record is what etcd holds of one instance.
type record struct {
	Op       int // always 0, for an instance that is there
	Addr     string
	Metadata map[string]string // nil when the instance reported none
}

// directory returns the beginning that the keys of the instances of service have in common.
func directory(prefix, service string) string { return prefix + "/" + service + "/" }

// decode returns the record that is stored as text. Other programs may store metadata of any shape; what is not an
// object of strings is left out. A text that names no address is an error.
func decode(text []byte) (record, error) {
	var stored struct {
		Addr     string
		Metadata json.RawMessage
	}
	if err := json.Unmarshal(text, &stored); err != nil {
		return record{}, err
	}
	if stored.Addr == "" {
		return record{}, errors.New("no address")
	}
	decoded := record{Addr: stored.Addr}
	if json.Unmarshal(stored.Metadata, &decoded.Metadata) != nil {
		decoded.Metadata = nil
	}
	return decoded, nil
}
