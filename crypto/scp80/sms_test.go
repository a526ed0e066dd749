package scp80

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

func TestMessages(t *testing.T) {
	for _, n := range []int{1, 137, 138, 260, 500, 1000} {
		packet := bytes.Repeat([]byte{0xAB}, n)
		packet[0], packet[n-1] = 1, 2
		uds, err := Split(packet, 0x42)
		if err != nil {
			t.Fatal(err)
		}
		var parts []UserData
		for i, ud := range uds {
			u, err := ParseUserData(ud)
			if err != nil || u.Parts != len(uds) || u.Part != i+1 || u.Command != (i == 0) || len(ud) > 140 {
				t.Fatalf("%d bytes, part %d: %+v, %v", n, i, u, err)
			}
			parts = append([]UserData{u}, parts...) // the last first
		}
		got, err := Join(parts)
		if err != nil || !bytes.Equal(got, packet) {
			t.Errorf("%d bytes: %x, %v", n, got, err)
		}
		if len(parts) > 1 {
			if _, err := Join(parts[1:]); !errors.Is(err, ErrSMS) {
				t.Errorf("without a part: %v", err)
			}
			if _, err := Join(append(parts, parts[0])); !errors.Is(err, ErrSMS) {
				t.Errorf("with one twice: %v", err)
			}
		}
	}
	if one, _ := Split(make([]byte, 137), 0); len(one) != 1 {
		t.Error("137 bytes fit one message")
	}
	if two, _ := Split(make([]byte, 138), 0); len(two) != 2 {
		t.Error("138 bytes do not")
	}
}

func TestAddress(t *testing.T) {
	for digits, want := range map[string]string{"12345678": "088121436587", "+447700900123": "0c91447700091032", "123": "038121f3"} {
		got, err := Address(digits)
		if err != nil || hex.EncodeToString(got) != want {
			t.Errorf("%s is %x, %v, want %s", digits, got, err, want)
		}
	}
	for _, bad := range []string{"", "+", "12a", "a1", "123456789012345678901"} {
		if got, err := Address(bad); !errors.Is(err, ErrAddress) {
			t.Errorf("%q is %x, %v", bad, got, err)
		}
	}
}

func TestEnvelope(t *testing.T) {
	for _, n := range []int{10, 120, 170} {
		tpdu := bytes.Repeat([]byte{0x40}, n)
		for _, smsc := range [][]byte{nil, {0x91, 0x44, 0x77}} {
			b := Envelope(tpdu, smsc)
			gotT, gotS, err := ParseEnvelope(b)
			if err != nil || !bytes.Equal(gotT, tpdu) || !bytes.Equal(gotS, smsc) {
				t.Errorf("%x, %x, %v", gotT, gotS, err)
			}
		}
	}
	check(t, "the data of ENVELOPE", Envelope([]byte{0x40}, nil), "d10782028381"+"8b0140")
	for _, bad := range []string{"", "d1", "d103820283", "d10482028381", "d00782028381" + "8b0140", "d10782028381" + "8b014000", "d180"} {
		if _, _, err := ParseEnvelope(unhex(t, bad)); !errors.Is(err, ErrEnvelope) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
