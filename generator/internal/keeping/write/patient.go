package write

import (
	"os"
	"time"
)

// How long a step waits for a file that another program has open.
const (
	firstPatience = 5 * time.Millisecond
	lastPatience  = 320 * time.Millisecond
)

// patiently takes a step again while it fails since another program has the file open, such as an editor or a scanner of viruses:
// on Windows such a file is neither replaced nor removed, for a moment. It gives up after 0.6 seconds.
func patiently(step func() error, inUse func(error) bool) error {
	for pause := firstPatience; ; pause *= 2 {
		err := step()
		if err == nil || !inUse(err) || pause > lastPatience {
			return err
		}
		time.Sleep(pause)
	}
}

// rename puts a file in the place of another.
func rename(root *os.Root, from, to string) error {
	return patiently(func() error { return root.Rename(from, to) }, inUse)
}

// remove removes a file.
func remove(root *os.Root, file string) error {
	return patiently(func() error { return root.Remove(file) }, inUse)
}
