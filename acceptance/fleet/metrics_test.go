package fleet

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// metric returns the value of a metric of the instance that has no labels.
func (i *instance) metric(ctx context.Context, name string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+i.admin+"/metrics", http.NoBody)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(text, 64)
		}
	}
	return 0, fmt.Errorf("instance %s has no metric %s", i.name, name)
}

// awaitMetric waits until the value of the metric is right, and returns it.
func (i *instance) awaitMetric(t *testing.T, name string, right func(float64) bool) float64 {
	t.Helper()
	var value float64
	var err error
	for deadline := time.Now().Add(busy); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if value, err = i.metric(t.Context(), name); err == nil && right(value) {
			return value
		}
	}
	require.Fail(t, "a metric is not what it should be", "%s of instance %s is %v, and the error is %v", name, i.name, value, err)
	return 0
}
