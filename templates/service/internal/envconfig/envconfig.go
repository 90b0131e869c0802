// Package envconfig reads settings from environment variables.
package envconfig

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"strconv"
	"strings"
	"time"
)

// Env reads variables and collects what is wrong with them. New makes it.
type Env struct {
	getenv func(string) string
	errs   []error
}

// New returns an Env that reads by getenv, usually os.Getenv.
func New(getenv func(string) string) *Env { return &Env{getenv: getenv} }

// Get returns the variable's value as it is; empty when it is not set.
func (e *Env) Get(name string) string { return e.getenv(name) }

// Fail adds an error about a variable.
func (e *Env) Fail(err error) { e.errs = append(e.errs, err) }

// Err names each variable that is wrong; nil: none is.
func (e *Env) Err() error { return errors.Join(e.errs...) }

// Read returns the variable's value, or fallback where it is empty or wrong. The error of parse says what is wanted.
func Read[T any](env *Env, name string, fallback T, parse func(string) (T, error)) T {
	text := env.getenv(name)
	if text == "" {
		return fallback
	}
	value, err := parse(text)
	if err != nil {
		env.Fail(fmt.Errorf("%s: found %q, want %w", name, text, err))
		return fallback
	}
	return value
}

// Address is host:port; an empty host means every interface.
func Address(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", errors.New(`host:port such as "127.0.0.1:8080" or ":8080"`)
	}
	return text, nil
}

// LoopbackAddress is an address that no other machine can reach.
func LoopbackAddress(text string) (string, error) {
	host, _, _ := net.SplitHostPort(text)
	if _, err := Address(text); err != nil || host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return "", errors.New(`a loopback host:port such as "127.0.0.1:6060"`)
	}
	return text, nil
}

// RemoteAddress is host:port of one other machine.
func RemoteAddress(text string) (string, error) {
	items, err := Addresses(text)
	if err != nil || len(items) > 1 {
		return "", errors.New(`host:port such as "one:8080"`)
	}
	return items[0], nil
}

// Addresses are host:port of other machines, separated by commas.
func Addresses(text string) ([]string, error) {
	items := List(text)
	for _, item := range items {
		host, _, _ := net.SplitHostPort(item)
		if _, err := Address(item); err != nil || host == "" {
			return nil, errors.New(`host:port, separated by commas, such as "one:8080,two:8080"`)
		}
	}
	return items, nil
}

// List returns the items that commas separate.
func List(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		items = append(items, strings.TrimSpace(item))
	}
	return items
}

// LogLevel is debug, info, warn or error.
func LogLevel(text string) (slog.Level, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return 0, errors.New("debug, info, warn or error")
	}
	return level, nil
}

// Duration may be zero.
func Duration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, errors.New(`a duration such as "3s", or "0s"`)
	}
	return d, nil
}

// PositiveDuration is above zero.
func PositiveDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, errors.New(`a duration above zero such as "5s" or "300ms"`)
	}
	return d, nil
}

// PositiveInt is a whole number above zero, and no more than 32 bits hold on any machine.
func PositiveInt(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("a whole number from 1 to %d", math.MaxInt32)
	}
	return int(n), nil
}

// PositiveBytes is a whole number above zero.
func PositiveBytes(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, errors.New(`a number of bytes such as "134217728"`)
	}
	return n, nil
}
