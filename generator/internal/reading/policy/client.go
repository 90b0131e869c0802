package policy

// Client is how clients of the service speak to it.
type Client struct {
	Compression Compression `yaml:"compression" default:"none" doc:"How clients compress requests, and the server its responses to them. Servers accept gzip either way."`
}

// Compression is how messages are compressed.
type Compression string

// The compressions.
const (
	CompressionNone Compression = "none"
	CompressionGzip Compression = "gzip"
)

func (Compression) values() []string { return texts(CompressionNone, CompressionGzip) }
