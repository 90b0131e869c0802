package tools

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Installer gets tools. It may be used by several goroutines and several processes at once: each tool is got once.
type Installer struct {
	cache cache
	log   io.Writer
}

// NewInstaller returns an installer whose cache is the folder "tools" inside $MSGEN_CACHE, or inside the user's
// cache folder for msgen where that is not set. It writes to log what it gets and the seconds that took.
func NewInstaller(log io.Writer) (*Installer, error) {
	c, err := openCache()
	if err != nil {
		return nil, err
	}
	return &Installer{cache: c, log: log}, nil
}

// Path returns the absolute path of the tool's program, which it gets first if it is not there.
func (i *Installer) Path(ctx context.Context, t Tool) (string, error) {
	if path := t.Recipe.find(i.cache, t); path != "" {
		return path, nil
	}
	unlock, err := i.cache.lock(t.String())
	if err != nil {
		return "", err
	}
	defer unlock()
	if path := t.Recipe.find(i.cache, t); path != "" { // another process got it while this one waited
		return path, nil
	}
	return i.get(ctx, t)
}

func (i *Installer) get(ctx context.Context, t Tool) (string, error) {
	fmt.Fprintf(i.log, "%s: getting it\n", t)
	start := time.Now()
	if err := t.Recipe.get(ctx, i.cache, t); err != nil {
		return "", fmt.Errorf("%s: %w", t, err)
	}
	path := t.Recipe.find(i.cache, t)
	if path == "" {
		return "", fmt.Errorf("%s: its recipe succeeded, and yet the program is not there", t)
	}
	fmt.Fprintf(i.log, "%s: %.1f s\n", t, time.Since(start).Seconds())
	return path, nil
}
