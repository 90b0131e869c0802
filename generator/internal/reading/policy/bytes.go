package policy

import (
	"fmt"
	"strconv"
	"strings"
)

// Bytes is a size, written as a number of bytes or in a binary unit: "4MiB", "512KiB", "1GiB".
type Bytes int64

// binaryUnit is a unit of 2 to the power of shift bytes.
type binaryUnit struct {
	name  string
	shift int
}

// binaryUnits lists the units, the largest first.
func binaryUnits() []binaryUnit { return []binaryUnit{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}} }

// String is the size in the largest unit that divides it: "4MiB", "1000".
func (b Bytes) String() string {
	for _, unit := range binaryUnits() {
		if b != 0 && b%(1<<unit.shift) == 0 {
			return fmt.Sprintf("%d%s", b>>unit.shift, unit.name)
		}
	}
	return strconv.FormatInt(int64(b), 10)
}

// Go is the size as a Go expression: "4 << 20", "1000".
func (b Bytes) Go() string {
	for _, unit := range binaryUnits() {
		if b != 0 && b%(1<<unit.shift) == 0 {
			return fmt.Sprintf("%d << %d", b>>unit.shift, unit.shift)
		}
	}
	return strconv.FormatInt(int64(b), 10)
}

func parseBytes(text string) (Bytes, bool) {
	shift := 0
	for _, unit := range binaryUnits() {
		if number, ok := strings.CutSuffix(text, unit.name); ok {
			text, shift = number, unit.shift
			break
		}
	}
	n, ok := parseInt(text)
	size := int64(n) << shift
	return Bytes(size), ok && size>>shift == int64(n)
}

// mendBytes guesses the size that was meant: "4mb" and "4 M" are 4MiB.
func mendBytes(text string) string {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	text = strings.TrimSuffix(strings.TrimSuffix(text, "B"), "I")
	for _, unit := range binaryUnits() {
		if number, ok := strings.CutSuffix(text, unit.name[:1]); ok {
			text = number + unit.name
			break
		}
	}
	if size, ok := parseBytes(text); ok {
		return size.String()
	}
	return ""
}
