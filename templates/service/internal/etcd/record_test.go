package etcd

import (
	"maps"
	"testing"
)

func TestRecordIsThatOfNamingEndpoints(t *testing.T) {
	for want, stored := range map[string]record{
		`{"Op":0,"Addr":"10.0.0.7:8080","Metadata":{"zone":"a"}}`: {
			Addr: "10.0.0.7:8080", Metadata: map[string]string{"zone": "a"},
		},
		`{"Op":0,"Addr":"10.0.0.7:8080","Metadata":null}`: {Addr: "10.0.0.7:8080"},
	} {
		if got := stored.encode(); got != want {
			t.Errorf("stored as %s, want %s", got, want)
		}
		got, err := decode([]byte(want))
		if err != nil || got.Addr != stored.Addr || !maps.Equal(got.Metadata, stored.Metadata) {
			t.Errorf("%s is read as %+v, %v", want, got, err)
		}
	}
	if got := directory("/services", "orders"); got != "/services/orders/" {
		t.Errorf("the keys begin with %s", got)
	}
}

func TestRecordsOfOtherProgramsAreRead(t *testing.T) {
	for _, text := range []string{
		`{"Addr":"one:80"}`,
		`{"Op":0,"Addr":"one:80","Metadata":"a text"}`,
		`{"Op":0,"Addr":"one:80","Metadata":{"weight":3}}`,
	} {
		got, err := decode([]byte(text))
		if err != nil || got.Addr != "one:80" || len(got.Metadata) > 0 {
			t.Errorf("%s is read as %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "one:80", `{"Op":0}`} {
		if got, err := decode([]byte(text)); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}
