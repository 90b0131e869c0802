package disk

import (
	"io/fs"
	"os"
	"time"
)

// stamp is how a file was when its content was about to be read. A file with the same stamp has the same content, so that it
// need not be read again to know. The zero stamp is like no file.
type stamp struct{ info fs.FileInfo }

// settled is how long ago the last change has to be: file systems count time in ticks, and a file that is written twice in
// one of them looks the same.
const settled = 100 * time.Millisecond

func stampOf(info fs.FileInfo) stamp {
	if time.Since(info.ModTime()) < settled { //nolint:forbidigo // decides what is read again, and nothing that is emitted
		return stamp{}
	}
	return stamp{info}
}

// holds reports whether a file is still as it was.
func (s stamp) holds(now fs.FileInfo) bool {
	return s.info != nil && os.SameFile(s.info, now) && s.info.Size() == now.Size() && s.info.ModTime().Equal(now.ModTime()) &&
		s.info.Mode() == now.Mode()
}
