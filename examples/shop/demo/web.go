package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// web is how customers reach the shop: by HTTP and JSON, at the gateway's one door.
type web struct {
	http.Client

	base   string // http://host:port
	header http.Header
}

// get asks for a resource.
func (w *web) get(ctx context.Context, path string, response proto.Message) (status int, err error) {
	return w.do(ctx, http.MethodGet, path, nil, response)
}

// post sends a request.
func (w *web) post(ctx context.Context, path string, request, response proto.Message) (status int, err error) {
	body, err := protojson.Marshal(request)
	if err != nil {
		return 0, err
	}
	return w.do(ctx, http.MethodPost, path, body, response)
}

// do fills in the response where the status is 200; any other is an error too.
func (w *web) do(ctx context.Context, method, path string, body []byte, response proto.Message) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, w.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	maps.Copy(request.Header, w.header)
	request.Header.Set("Content-Type", "application/json")
	answer, err := w.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close() // it has been read
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return answer.StatusCode, err
	}
	if answer.StatusCode != http.StatusOK {
		return answer.StatusCode, fmt.Errorf("%s: %s: %s", path, answer.Status, text)
	}
	return answer.StatusCode, protojson.Unmarshal(text, response)
}
