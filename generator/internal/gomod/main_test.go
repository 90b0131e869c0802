package gomod

import "flag"

var update = flag.Bool("update", false, "rewrite table.txt from pins.txt, and fail")
