package acceptance

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
	"text/tabwriter"
	"time"
)

// corpusRow counts what the protos of a module have, and for how many of its services msgen wrote a server that Go builds.
type corpusRow struct {
	services, rpcs int
	rootless       int // generated without an import path, from the root of the repository
	generated      int // with one, by both front ends
	built, started int
	busy           time.Duration // of programs that run side by side
}

func (r *corpusRow) add(other corpusRow) {
	r.services += other.services
	r.rpcs += other.rpcs
	r.rootless += other.rootless
	r.generated += other.generated
	r.built += other.built
	r.started += other.started
	r.busy += other.busy
}

// corpusTable has a row for each module. Modules run side by side.
type corpusTable struct {
	mu   sync.Mutex
	rows map[string]corpusRow
}

func newCorpusTable() *corpusTable { return &corpusTable{rows: map[string]corpusRow{}} }

func (c *corpusTable) add(module string, row corpusRow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows[module] = row
}

func (c *corpusTable) all() corpusRow {
	var all corpusRow
	for _, row := range c.rows {
		all.add(row)
	}
	return all
}

func (c *corpusTable) String() string {
	var out bytes.Buffer
	lines := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(lines, "services\tRPCs\twithout -I\twith -I\tbuilt\tstarted\tseconds\t  module")
	line := func(name string, row corpusRow) {
		fmt.Fprintf(lines, "%d\t%d\t%d\t%d\t%d\t%d\t%.0f\t  %s\n",
			row.services, row.rpcs, row.rootless, row.generated, row.built, row.started, row.busy.Seconds(), name)
	}
	for _, module := range slices.Sorted(maps.Keys(c.rows)) {
		line(module, c.rows[module])
	}
	line("all", c.all())
	_ = lines.Flush() // to memory
	return out.String()
}
