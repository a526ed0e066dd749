package scp80

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

func TestSubmit(t *testing.T) {
	da, err := Address("+447700900123")
	if err != nil {
		t.Fatal(err)
	}
	ud := append([]byte{2, 0x71, 0}, 1, 2, 3)
	b, err := Submit(da, ud)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "TPDU", b, "4100"+"0c91447700091032"+"00f606"+"027100010203")
	gotDA, gotUD, err := ParseSubmit(b)
	if err != nil || !bytes.Equal(gotDA, da) || !bytes.Equal(gotUD, ud) {
		t.Errorf("%x, %x, %v", gotDA, gotUD, err)
	}
	// With a validity period of one byte and of seven.
	for _, s := range []string{"5100" + "038121f3" + "00f6" + "a7" + "06" + "027100010203", "4900" + "038121f3" + "00f6" + "00000000000000" + "06" + "027100010203"} {
		if _, got, err := ParseSubmit(unhex(t, s)); err != nil || !bytes.Equal(got, ud) {
			t.Errorf("%s: %x, %v", s, got, err)
		}
	}
	for n := range b {
		if _, _, err := ParseSubmit(b[:n]); !errors.Is(err, ErrSMS) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, _, err := ParseSubmit(append([]byte{0x40}, b[1:]...)); !errors.Is(err, ErrSMS) {
		t.Errorf("an SMS-DELIVER: %v", err)
	}
	if _, err := Submit(da, make([]byte, 141)); !errors.Is(err, ErrTooLong) {
		t.Errorf("141 bytes: %v", err)
	}
}

func FuzzSubmit(f *testing.F) {
	b, _ := hex.DecodeString("41000c9144770009103200f606027100010203")
	f.Add(b)
	f.Fuzz(func(_ *testing.T, b []byte) {
		if _, ud, err := ParseSubmit(b); err == nil {
			_, _ = ParseReply(ud)
		}
	})
}
