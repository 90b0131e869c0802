package resilience

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// Cache keeps the last good response to each request. It is given to callers only when the service has failed.
type Cache struct {
	TTL         time.Duration `yaml:"ttl"`         // how old a response may be
	MaxEntries  int           `yaml:"maxEntries"`  // responses that are kept; the longest unused goes first
	KeyMetadata []string      `yaml:"keyMetadata"` // whose values callers must share to share a response
}

// cache is one method's.
type cache struct {
	mu      sync.Mutex
	entries map[cacheKey]*list.Element
	used    list.List // of entries, the last one used first
}

type cacheKey [sha256.Size]byte

type cacheEntry struct {
	key      cacheKey
	response proto.Message // never changed
	at       time.Time
}

// orCached makes a call and keeps its response, or answers with one that was kept.
func (c *call) orCached(ctx context.Context, next handler, rule *Cache) error {
	key, ok := rule.key(ctx, c.request)
	err := next(ctx, c)
	if !ok {
		return err
	}
	if err == nil {
		if response, ok := c.reply.(proto.Message); ok {
			c.cache.put(rule, cacheEntry{key, proto.Clone(response), time.Now()})
		}
		return nil
	}
	if !c.fails(ctx, err) {
		return err
	}
	if response := c.cache.get(rule, key, time.Now()); response != nil {
		return c.answer(response, err)
	}
	return err
}

// key is what two calls share that may have the same response. It is false for a request that is no message.
func (r *Cache) key(ctx context.Context, request any) (key cacheKey, ok bool) {
	message, ok := request.(proto.Message)
	if !ok {
		return key, false
	}
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		return key, false
	}
	sent, _ := metadata.FromOutgoingContext(ctx)
	hash := sha256.New()
	write := func(part []byte) {
		_, _ = hash.Write(binary.AppendUvarint(nil, uint64(len(part)))) // so that no part runs into the next
		_, _ = hash.Write(part)
	}
	write(text)
	for _, name := range r.KeyMetadata {
		values := sent.Get(name)
		_, _ = hash.Write(binary.AppendUvarint(nil, uint64(len(values))))
		for _, value := range values {
			write([]byte(value))
		}
	}
	hash.Sum(key[:0])
	return key, true
}

// get returns the response that was kept and is not too old at now, or nil.
func (c *cache) get(rule *Cache, key cacheKey, now time.Time) proto.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return nil
	}
	entry, _ := element.Value.(cacheEntry)
	if now.Sub(entry.at) > rule.TTL {
		c.remove(element)
		return nil
	}
	c.used.MoveToFront(element)
	return entry.response
}

// put keeps a response, and forgets the one that was not used for the longest time when there are too many.
func (c *cache) put(rule *Cache, entry cacheEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.entries[entry.key]; ok {
		c.remove(element)
	}
	if c.entries == nil {
		c.entries = make(map[cacheKey]*list.Element)
	}
	c.entries[entry.key] = c.used.PushFront(entry)
	for c.used.Len() > rule.MaxEntries {
		c.remove(c.used.Back())
	}
}

func (c *cache) remove(element *list.Element) {
	entry, _ := c.used.Remove(element).(cacheEntry)
	delete(c.entries, entry.key)
}

func (r *Cache) check() error {
	switch {
	case r == nil:
		return nil
	case r.TTL <= 0:
		return wrong("fallback.cache.ttl", r.TTL, "more than 0s")
	case r.MaxEntries < 1:
		return wrong("fallback.cache.maxEntries", r.MaxEntries, "at least 1")
	}
	return nil
}
