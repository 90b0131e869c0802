package acceptance

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/msgen/msgen/acceptance/program"
)

// browser is a headless Chromium on a page of a folder, which a server on loopback has. At the end of the test there must
// have been no complaint of the page's and no request but for the folder's files that were expected.
type browser struct {
	ctx context.Context

	mu        sync.Mutex
	complaint []string
	requests  []string
}

// open opens a file of the folder. Besides it, only the files that are named may be asked for.
func open(t *testing.T, folder, file string, more ...string) *browser {
	t.Helper()
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program.Tool(t, "chromium")), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1600, 900))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...) // outlives the test's own, which ends before the clean-up
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(allocator)
	t.Cleanup(leave)
	b := &browser{ctx: ctx}
	require.NoError(t, chromedp.Listen(ctx, b.hear))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	require.NoError(t, err)
	b.do(t, chromedp.Navigate(server.URL+"/"+file))
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		assert.Empty(t, b.complaint, "what the page complains of")
		var expected []string
		path, _, _ := strings.Cut(file, "#")
		for _, name := range append([]string{path}, more...) {
			expected = append(expected, server.URL+"/"+name)
		}
		assert.Equal(t, expected, b.requests, "what is asked of the network")
	})
	return b
}

func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		if url := event.Request.URL; url != "data:," { // the icon that the page brings along
			b.requests = append(b.requests, url)
		}
	case *log.EventEntryAdded:
		b.complaint = append(b.complaint, event.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		if event.Type == runtime.ConsoleAPICalledTypeError || event.Type == runtime.ConsoleAPICalledTypeWarning {
			b.complaint = append(b.complaint, "console: "+string(event.Args[0].Value))
		}
	case *runtime.EventExceptionThrown:
		b.complaint = append(b.complaint, event.ExceptionDetails.Text)
	case *page.EventJavascriptDialogOpening:
		b.complaint = append(b.complaint, "a dialog: "+event.Message)
	}
}

// do fails the test when the browser does not do it within a minute.
func (b *browser) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, actions...))
}

// eval is the value of a JavaScript expression.
func eval[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return value
}

// scheme has the page believe that its reader prefers "light" or "dark".
func (b *browser) scheme(t *testing.T, name string) {
	t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
	require.NoError(t, err)
}

// press presses a key that is a character. As from a keyboard, there is no character when the page takes the key.
func (b *browser) press(t *testing.T, key string) {
	t.Helper()
	for _, press := range []input.DispatchKeyEventParams{
		{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Text: key}, {Type: input.DispatchKeyEventTypeKeyUp, Key: key},
	} {
		_, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, press)
		require.NoError(t, err)
	}
}

// hover moves the pointer over the middle of an element.
func (b *browser) hover(t *testing.T, selector string) {
	t.Helper()
	place := eval[[]float64](t, b, `(() => { const r = document.querySelector(`+quoted(selector)+`).getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	b.do(t, chromedp.MouseEvent("mouseMoved", place[0], place[1]))
}

// gallery has msgen's own tests draw their pictures.
func gallery(t *testing.T) string {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	program.Run(t, repository, "go", "test", "-count=1", "-run", "^TestGallery$", "./generator/internal/showing/graphdraw", "-args", "-gallery", folder)
	return folder
}
