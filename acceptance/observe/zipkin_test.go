package observe

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// listenZipkin starts a server that takes what a Zipkin server takes, and holds it to Zipkin's API, version 2,
// https://zipkin.io/zipkin-api/zipkin2-api.yaml. It returns its address.
func listenZipkin(t *testing.T) (string, *receiver) {
	t.Helper()
	received := &receiver{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "POST /api/v2/spans application/json", r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type"))
		var spans []zipkinSpan
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		assert.NoError(t, decoder.Decode(&spans))
		for _, s := range spans {
			s.check(t)
			received.keep(span{s.TraceID, s.ID, s.ParentID, cmp.Or(s.Kind, "INTERNAL"), s.Name})
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), received
}

// zipkinSpan has every field that Zipkin's API allows and msgen uses.
type zipkinSpan struct {
	TraceID, ParentID, ID, Kind, Name string
	Timestamp, Duration               int64
	LocalEndpoint                     struct{ ServiceName string }
	Annotations                       []struct {
		Timestamp int64
		Value     string
	}
	Tags map[string]string
}

var (
	zipkinTrace = regexp.MustCompile(`^[a-f0-9]{16,32}$`)
	zipkinID    = regexp.MustCompile(`^[a-f0-9]{16}$`)
	zipkinKind  = regexp.MustCompile(`^(CLIENT|SERVER|PRODUCER|CONSUMER|)$`)
)

func (s zipkinSpan) check(t *testing.T) {
	t.Helper()
	assert.Regexp(t, zipkinTrace, s.TraceID)
	assert.Regexp(t, zipkinID, s.ID)
	if s.ParentID != "" {
		assert.Regexp(t, zipkinID, s.ParentID)
	}
	assert.Regexp(t, zipkinKind, s.Kind)
	assert.Positive(t, s.Timestamp)
	assert.Positive(t, s.Duration)
	assert.Equal(t, "orders", s.LocalEndpoint.ServiceName)
}
