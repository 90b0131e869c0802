package messaging

import (
	"context"
	"errors"
	"strconv"
	"testing"
)

func TestMemoryInboxHandlesAnEventOnce(t *testing.T) {
	inbox, handled := NewMemoryInbox(2), 0
	do := func(id string, result error) error {
		return inbox.Do(t.Context(), Event{Topic: "topic", Source: "test", ID: id}, func(context.Context) error {
			handled++
			return result
		})
	}
	failed := errors.New("failed")
	if err := do("1", failed); !errors.Is(err, failed) {
		t.Errorf("Do returned %v, want the handler's error", err)
	}
	for range 3 {
		if err := do("1", nil); err != nil {
			t.Error(err)
		}
	}
	if handled != 2 {
		t.Errorf("an event that failed first was handled %d times, want 2", handled)
	}
}

func TestMemoryInboxForgetsTheOldest(t *testing.T) {
	inbox := NewMemoryInbox(2)
	handled := map[string]int{}
	for _, id := range []int{1, 2, 3, 2, 3, 1} {
		id := strconv.Itoa(id)
		err := inbox.Do(t.Context(), Event{ID: id}, func(context.Context) error {
			handled[id]++
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if handled["1"] != 2 || handled["2"] != 1 || handled["3"] != 1 {
		t.Errorf("events were handled %v times, want the first forgotten and none of the others", handled)
	}
}

func TestSourcesHaveTheirOwnIDs(t *testing.T) {
	inbox, handled := NewMemoryInbox(2), 0
	for _, source := range []string{"one", "two"} {
		_ = inbox.Do(t.Context(), Event{Source: source, ID: "1"}, func(context.Context) error {
			handled++
			return nil
		})
	}
	if handled != 2 {
		t.Errorf("%d events were handled, want one of each source", handled)
	}
}
