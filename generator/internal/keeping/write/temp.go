package write

import (
	"crypto/rand"
	"regexp"
	"strings"
)

// The temporary files' names begin and end so that a later run recognises what a killed run has left.
const (
	tempPrefix = ".msgen-"
	tempSuffix = ".tmp"
)

var temps = regexp.MustCompile(`^\.msgen-[a-z2-7]{12}\.tmp$`)

func tempName() string { return tempPrefix + strings.ToLower(rand.Text()[:12]) + tempSuffix }

// isTemp reports whether a name is one that [tempName] may have made: all files of such a name are msgen's.
func isTemp(name string) bool { return temps.MatchString(name) }
