package mailbox

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMailboxesOutliveTheirProcess opens a file again whose last line was being written when the process was killed.
func TestMailboxesOutliveTheirProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mailboxes")
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // events come twice
		if err := first.Placed("o1", "ann", "taken"); err != nil {
			t.Fatal(err)
		}
	}
	if known, err := first.Paid("o2", "paid"); known || err != nil {
		t.Errorf("an order that nobody knows: %v, %v", known, err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(whole, `{"customer":"ann","or`...), 0o600); err != nil {
		t.Fatal(err)
	}
	second, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if known, err := second.Paid("o1", "paid"); !known || err != nil {
		t.Errorf("an order of the first process: %v, %v", known, err)
	}
	third, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	told := third.Of("ann")
	if len(told) != 2 || told[0].GetText() != "taken" || told[1].GetText() != "paid" {
		t.Errorf("ann was told %v", told)
	}
}
