package envconfig

import (
	"errors"
	"math"
	"strconv"
)

// PositiveNumber is above zero.
func PositiveNumber(text string) (float64, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || f <= 0 {
		return 0, errors.New(`a number above zero such as "0.5" or "100"`)
	}
	return f, nil
}
