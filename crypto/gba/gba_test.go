package gba

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/crypto/kdf"
)

// No public test vector for TS 33.220 annex B.3 was found, neither in the
// specifications nor in the programs that derive these keys; of those, two open
// ones (a BSF in Go, a client of IMS in Python) join the same bytes in the same
// order. The values are computed from the layout in the clause by another
// program (Python's hmac), so they are independent of this code but not of how
// the clause was read. TestInputOfTheDerivation holds the bytes themselves.
func TestKeysOfAServer(t *testing.T) {
	var rand [RANDSize]byte
	var ks Ks
	for i := range ks {
		ks[i] = byte(i)
	}
	for i := range rand {
		rand[i] = 0x20 + byte(i)
	}
	const impi = "999990123456789@ims.mnc099.mcc999.3gppnetwork.org"
	for _, c := range []struct {
		name     string
		f        func(Ks, [RANDSize]byte, string, []byte) (kdf.Key, error)
		protocol Protocol
		want     string
	}{
		{"Ks_NAF", KsNAF, HTTPDigest, "04e25e5816c4a881838c3e9db6004c71a519ff3f456222991233662833684936"},
		{"Ks_int_NAF", KsIntNAF, HTTPDigest, "f57917b6f1c601847c195e2b6803c2b8db418569d73fdadd1b3fdb38cbc3b666"},
		{"Ks_NAF with TLS", KsNAF, TLS(0xC02B), "9e5336188d85b81de7b85af294c64a0ecaab7778cd45edbb396713cac65f4f3e"},
	} {
		id, err := NAFID("naf.example.org", c.protocol)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.f(ks, rand, impi, id)
		if g := hex.EncodeToString(got[:]); err != nil || g != c.want {
			t.Errorf("%s is %s (%v), want %s", c.name, g, err, c.want)
		}
	}
	if ks == (Ks{}) {
		t.Error("the caller's Ks was cleared")
	}
}

// TestInputOfTheDerivation writes out what is hashed, byte by byte as annex B.3
// lists it: FC 01, then "gba-me", RAND, IMPI and NAF_ID, each with its length
// behind it.
func TestInputOfTheDerivation(t *testing.T) {
	var rand [RANDSize]byte
	rand[0], rand[15] = 0xAA, 0xBB
	id, err := NAFID("n.example", HTTPDigest)
	if err != nil {
		t.Fatal(err)
	}
	got, err := KsNAF(Ks{}, rand, "u@x", id)
	if err != nil {
		t.Fatal(err)
	}
	input, err := hex.DecodeString("01" + "6762612d6d65" + "0006" +
		"aa0000000000000000000000000000bb" + "0010" + "754078" + "0003" +
		"6e2e6578616d706c65" + "0100000002" + "000e")
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, make([]byte, KsSize))
	mac.Write(input)
	if want := mac.Sum(nil); !bytes.Equal(got[:], want) {
		t.Errorf("Ks_NAF is %x, want %x", got[:], want)
	}
}

func TestKs(t *testing.T) {
	ck, ik := []byte("0123456789abcdef"), []byte("ABCDEFGHIJKLMNOP")
	ks, err := NewKs(ck, ik)
	if err != nil || string(ks[:]) != string(ck)+string(ik) {
		t.Fatalf("%x %v", ks[:], err)
	}
	if s := fmt.Sprintf("%v %x %s %+v", ks, ks, ks, &ks); strings.Contains(s, "3031") || strings.Contains(s, "0123") {
		t.Errorf("Ks prints as %s", s)
	}
	ks.Clear()
	if ks != (Ks{}) {
		t.Error("Ks is there after Clear")
	}
	for _, bad := range [][2]int{{15, 16}, {16, 0}, {17, 16}, {32, 16}} {
		if _, err := NewKs(make([]byte, bad[0]), make([]byte, bad[1])); !errors.Is(err, ErrKeySize) {
			t.Errorf("CK and IK of %v bytes: %v", bad, err)
		}
	}
	if _, err := NAFID("", HTTPDigest); !errors.Is(err, ErrNAF) {
		t.Errorf("no name: %v", err)
	}
	if _, err := KsNAF(Ks{}, [16]byte{}, strings.Repeat("i", 1<<16), nil); !errors.Is(err, kdf.ErrParam) {
		t.Errorf("an identity of 65536 bytes: %v", err)
	}
}

func BenchmarkKsNAF(b *testing.B) {
	id, err := NAFID("naf.example.org", HTTPDigest)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := KsNAF(Ks{}, [16]byte{}, "999990123456789@ims.mnc099.mcc999.3gppnetwork.org", id); err != nil {
			b.Fatal(err)
		}
	}
}
