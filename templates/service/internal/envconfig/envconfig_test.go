package envconfig

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// parsers reads a text by each of the parsers, by name.
var parsers = map[string]func(string) (any, error){
	"Address":          anyOf(Address),
	"LoopbackAddress":  anyOf(LoopbackAddress),
	"Addresses":        anyOf(Addresses),
	"RemoteAddress":    anyOf(RemoteAddress),
	"LogLevel":         anyOf(LogLevel),
	"Duration":         anyOf(Duration),
	"PositiveDuration": anyOf(PositiveDuration),
	"PositiveBytes":    anyOf(PositiveBytes),
	"PositiveInt":      anyOf(PositiveInt),
	"PositiveNumber":   anyOf(PositiveNumber),
}

func anyOf[T any](parse func(string) (T, error)) func(string) (any, error) {
	return func(text string) (any, error) { return parse(text) }
}

func TestValuesAreRead(t *testing.T) {
	for _, right := range []struct {
		parser, text string
		want         any
	}{
		{"Address", ":8080", ":8080"},
		{"Address", "orders-1:80", "orders-1:80"},
		{"LoopbackAddress", "127.0.0.1:6060", "127.0.0.1:6060"},
		{"LoopbackAddress", "localhost:6060", "localhost:6060"},
		{"LoopbackAddress", "[::1]:6060", "[::1]:6060"},
		{"Addresses", "one:8080, [fd00::2]:8080", []string{"one:8080", "[fd00::2]:8080"}},
		{"RemoteAddress", "one:8080", "one:8080"},
		{"LogLevel", "debug", slog.LevelDebug},
		{"Duration", "0s", time.Duration(0)},
		{"Duration", "1m1s", 61 * time.Second},
		{"PositiveDuration", "300ms", 300 * time.Millisecond},
		{"PositiveBytes", "4294967296", int64(4294967296)},
		{"PositiveInt", "2147483647", 2147483647},
		{"PositiveNumber", "0.5", 0.5},
	} {
		if got, err := parsers[right.parser](right.text); err != nil || !reflect.DeepEqual(got, right.want) {
			t.Errorf("%s reads %q as %v (%v), want %v", right.parser, right.text, got, err, right.want)
		}
	}
}

func TestWrongValuesAreErrors(t *testing.T) {
	for parser, texts := range map[string][]string{
		"Address":          {"8080", ":http", ":65536"},
		"LoopbackAddress":  {":6060", "192.0.2.1:6060", "localhost:"},
		"Addresses":        {":8080", "one", "one:8080,", "one:grpc"},
		"RemoteAddress":    {":8080", "one", "one:8080,two:8080"},
		"LogLevel":         {"loud"},
		"Duration":         {"5", "-1s", "soon"},
		"PositiveDuration": {"5", "0s", "-1s", "9999999h"},
		"PositiveBytes":    {"128Mi", "0", "-1"},
		"PositiveInt":      {"-1", "0", "1e3", "2147483648"},
		"PositiveNumber":   {"0", "-1", "NaN", "Inf", "many"},
	} {
		for _, text := range texts {
			if got, err := parsers[parser](text); err == nil {
				t.Errorf("%s reads %q as %v, want an error", parser, text, got)
			}
		}
	}
}

func TestReadFallsBackAndReportsAll(t *testing.T) {
	env := New(func(name string) string { return map[string]string{"A": "loud", "B": "soon", "C": "warn"}[name] })
	a := Read(env, "A", slog.LevelError, LogLevel)
	b := Read(env, "B", time.Second, Duration)
	c := Read(env, "C", slog.LevelError, LogLevel)
	unset := Read(env, "D", 7, PositiveInt)
	if a != slog.LevelError || b != time.Second || c != slog.LevelWarn || unset != 7 {
		t.Errorf("Read returned %v, %v, %v and %v", a, b, c, unset)
	}
	want := `A: found "loud", want debug, info, warn or error` + "\n" + `B: found "soon", want a duration such as "3s", or "0s"`
	if err := env.Err(); err == nil || err.Error() != want {
		t.Errorf("Err is %v, want %s", err, want)
	}
	if err := New(os.Getenv).Err(); err != nil {
		t.Errorf("Err is %v before anything is read", err)
	}
}

func TestTogether(t *testing.T) {
	for _, tt := range []struct{ user, password, token, want string }{
		{"", "", "", ""},
		{"orders", "secret", "", ""},
		{"orders", "", "secret", ""},
		{"orders", "", "", "PASSWORD or TOKEN: missing, want it with USER"},
		{"", "secret", "", "USER: missing, want it with PASSWORD or TOKEN"},
		{"", "", "secret", "USER: missing, want it with PASSWORD or TOKEN"},
	} {
		variables := map[string]string{"USER": tt.user, "PASSWORD": tt.password, "TOKEN": tt.token}
		env := New(func(name string) string { return variables[name] })
		env.Together("USER", "PASSWORD", "TOKEN")
		if got := strings.TrimPrefix(fmt.Sprint(env.Err()), "<nil>"); got != tt.want {
			t.Errorf("%v: %s, want %s", variables, got, tt.want)
		}
	}
}

func TestSecretIsReadEachTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	env := New(func(name string) string { return map[string]string{"ONE": "plain", "TWO_FILE": path}[name] })
	one, two := env.Secret("ONE"), env.Secret("TWO")
	for _, want := range []string{"old", "new"} {
		if err := os.WriteFile(path, []byte(want+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := two.Read(); err != nil || got != want {
			t.Errorf("the file's secret is %q, %v, want %q", got, err, want)
		}
	}
	if got, err := one.Read(); err != nil || got != "plain" {
		t.Errorf("the variable's secret is %q, %v", got, err)
	}
	if err := env.Err(); err != nil {
		t.Error(err)
	}
	holder := struct{ S Secret }{one}
	if shown := fmt.Sprintf("%v %#v %+v %#v", one, one, holder, holder); strings.Contains(shown, "plain") {
		t.Errorf("%s shows the secret", shown)
	}
}

func TestLogin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, noFile := os.Stat("/no/such")
	for _, tt := range []struct{ user, password, file, want string }{
		{"", "", "", ""},
		{"a", "b", "", ""},
		{"a", "", path, ""},
		{"a", "", "", "DB_PASSWORD or DB_PASSWORD_FILE: missing, want it with DB_USERNAME"},
		{"", "", path, "DB_USERNAME: missing, want it with DB_PASSWORD or DB_PASSWORD_FILE"},
		{"a", "", "/no/such", `DB_PASSWORD_FILE: found "/no/such", want a file: ` + noFile.Error()},
		{"a", "b", path, "DB_PASSWORD and DB_PASSWORD_FILE: both are set, want one of them"},
	} {
		variables := map[string]string{"DB_USERNAME": tt.user, "DB_PASSWORD": tt.password, "DB_PASSWORD_FILE": tt.file}
		env := New(func(name string) string { return variables[name] })
		env.Login("DB")
		if got := strings.TrimPrefix(fmt.Sprint(env.Err()), "<nil>"); got != tt.want {
			t.Errorf("%v: %s, want %s", variables, got, tt.want)
		}
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if _, err := File(path); err == nil {
		t.Error("a file that is not there is none")
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := File(path); err != nil || got != path {
		t.Errorf("File returned %q, %v", got, err)
	}
}
