package toolkit

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"simscope/fs/ef/vectors"
)

// Every fact of the published objects is a value that is read from them.
func TestPublished(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range all {
		if !strings.HasPrefix(v.File, "TLV/cat/") {
			continue
		}
		n++
		raw, err := hex.DecodeString(v.Hex)
		if err != nil {
			t.Fatal(err)
		}
		o, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{}
		switch o := o.(type) {
		case BearerDescription:
			m["bearer_type"], m["bearer_parameters"] = o.Type, "hex:"+hex.EncodeToString(o.Parameters)
		case NetworkAccessName:
			m["value"] = "hex:" + hex.EncodeToString(o.Value)
		case TransportLevel:
			m["protocol_type"], m["port_number"] = o.Protocol, o.Port
		}
		for name, want := range v.Facts {
			if got, mapped := m[name]; !mapped || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %s = %v, want %v", v.File, name, got, want)
			}
		}
	}
	if n != 3 {
		t.Errorf("%d vectors, want 3", n)
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{"036E6161": "naa true", "0869 6E7465726E6574": "internet true", "03696D73076578616D706C65": "ims.example true", "056E": " false", "00": " false", "": " true"} {
		b, _ := hex.DecodeString(strings.ReplaceAll(in, " ", ""))
		name, ok := NetworkAccessName{b}.Name()
		if got := fmt.Sprint(name, " ", ok); got != want {
			t.Errorf("%s is %q, want %q", in, got, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	for _, b := range [][]byte{nil, {0x35, 0}, {0x3C, 2, 1, 1}, {0x01, 1, 1}, {0x35, 1, 1, 0x35, 1, 1}, {0x35, 5, 1}} {
		if o, err := Parse(b); err == nil {
			t.Errorf("%X was read as %v", b, o)
		}
	}
}
