package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestArrange(t *testing.T) {
	for typed, want := range map[string]string{
		"msgen":                                 "msgen",
		"msgen --version":                       "msgen --version",
		"msgen nonsense -x":                     "msgen -- nonsense -x",
		"msgen generate":                        "msgen generate --",
		"msgen generate a.proto -o dir b.proto": "msgen generate --out=dir -- a.proto b.proto",
		"msgen generate -o=dir --out other a.proto":  "msgen generate --out=dir --out=other -- a.proto",
		"msgen generate -Ia=b,c -I d --proto-path=e": "msgen generate --proto-path=a=b,c --proto-path=d --proto-path=e --",
		"msgen generate a.proto --check -policy p":   "msgen generate --check --policy=p -- a.proto",
		"msgen generate --check=false a.proto":       "msgen generate --check=false -- a.proto",
		"msgen generate -o --check":                  "msgen generate --out=--check --",
		"msgen generate a.proto -- -o -- b":          "msgen generate -- a.proto -o -- b",
		"msgen check -":                              "msgen check -- -",
		"msgen --help":                               "msgen help --",
		"msgen -h check":                             "msgen help -- check",
		"msgen generate a.proto -o x --help":         "msgen help -- generate",
	} {
		got, err := arrange(newApp(nil, nil, nil), strings.Fields(typed))
		require.NoError(t, err, typed)
		assert.Equal(t, strings.Fields(want), got, typed)
	}
}
