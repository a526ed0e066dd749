package kdf

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// From syc2012/3gpp, 5g/keys/k_ausf.c and k_seaf.c: the result of the first is
// the input of the second.
const (
	inKey  = "0102030405060708090a0b0c0d0e0f0002030405060708090a0b0c0d0e0f0001"
	outKey = "20de4eb2b75c8dac301ad52773e2e37bd7b4b0c2fdb1c3751b98dd0df846aed5"
)

func TestDerive(t *testing.T) {
	key, err := hex.DecodeString(inKey)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Derive(key, 0x6A, []byte("5G:mnc001.mcc001.3gppnetwork.org"), []byte{3, 4, 5, 6, 7, 0xF7})
	if err != nil {
		t.Fatal(err)
	}
	if g := hex.EncodeToString(got[:]); g != outKey {
		t.Errorf("derived %s, want %s", g, outKey)
	}
}

func TestParameterTooLong(t *testing.T) {
	if _, err := Derive(nil, 1, make([]byte, 1<<16-1)); err != nil {
		t.Errorf("65535 bytes: %v", err)
	}
	if k, err := Derive(nil, 1, make([]byte, 1<<16)); !errors.Is(err, ErrParam) || k != (Key{}) {
		t.Errorf("65536 bytes: %v", err)
	}
}

func TestKeyIsNotPrinted(t *testing.T) {
	k, err := Derive([]byte("k"), 1)
	if err != nil {
		t.Fatal(err)
	}
	type holder struct{ K Key }
	b, err := json.Marshal(holder{k})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %x %s %d %v %x", k, k, k, k, k, k, holder{k}, &k) + string(b)
	for _, leak := range []string{hex.EncodeToString(k[:2]), fmt.Sprint(k[:2])[1:4]} {
		if strings.Contains(strings.ToLower(all), leak) {
			t.Errorf("%q holds %q", all, leak)
		}
	}
	if other := k; !k.Equal(other) || k.Equal(Key{}) {
		t.Error("Equal")
	}
	k.Clear()
	if k != (Key{}) {
		t.Error("the key is there after Clear")
	}
}

func BenchmarkDerive(b *testing.B) {
	key, name, sqn := make([]byte, 32), make([]byte, 32), make([]byte, 6)
	for b.Loop() {
		if _, err := Derive(key, 0x6A, name, sqn); err != nil {
			b.Fatal(err)
		}
	}
}
