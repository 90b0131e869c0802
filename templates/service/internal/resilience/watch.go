package resilience

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"
)

// readInterval is how often the file is read again. That is cheap, and sees what notifications of the file system miss:
// files on network drives, and the links that Kubernetes swaps under a mounted ConfigMap.
const readInterval = time.Second

// watch makes the engine go by the file at path for as long as it is open. A file that cannot be used changes nothing.
func (e *Engine) watch(path string) {
	ctx, cancel := context.WithCancel(context.Background())
	e.stop = cancel
	if path == "" {
		return
	}
	file := &watchedFile{engine: e, path: path}
	file.read()
	file.use()
	e.watching.Go(func() { file.follow(ctx) })
}

// watchedFile is a file that overrides an engine's table.
type watchedFile struct {
	engine *Engine
	path   string
	text   []byte // as it was read last
	err    error  // why it could not be
	used   bool   // whether that was used, or refused
}

// follow reads the file again and again. It goes by a file that is the same for the second time: one that has just
// changed may be half written.
func (f *watchedFile) follow(ctx context.Context) {
	ticker := time.NewTicker(readInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if !f.read() {
				f.use()
			}
		}
	}
}

// read reads the file, and reports whether it has changed.
func (f *watchedFile) read() (changed bool) {
	text, err := os.ReadFile(f.path)
	changed = (err == nil) != (f.err == nil) || !bytes.Equal(text, f.text)
	if changed {
		f.text, f.err, f.used = text, err, false
	}
	return changed
}

// use makes the engine go by the file, if it does not yet.
func (f *watchedFile) use() {
	if f.used {
		return
	}
	f.used = true
	if f.err != nil {
		f.refuse(f.err)
		return
	}
	table, err := f.engine.table.override(f.text)
	if err != nil {
		f.refuse(fmt.Errorf("%s: %w", f.path, err))
		return
	}
	f.engine.use(table)
	f.engine.logger.Info("calls go by the resilience file", "file", f.path)
}

func (f *watchedFile) refuse(err error) {
	f.engine.metrics.fileErrors.Inc()
	f.engine.logger.Error("the resilience file is not used, calls go by what was there before", "error", err)
}
