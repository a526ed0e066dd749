package scp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseResponse(t *testing.T) {
	for _, c := range []struct {
		hex                  string
		version, protocol, i byte
		seq, challenge, card string
	}{
		{"00000000000000000000700200016b4524abee7cf32ea3838bc148f3", 0x70, 2, 0, "0001", "6b4524abee7c", "f32ea3838bc148f3"},
		{"000000000000000000003003703eb51047495b249f66c484c1d2ef1948000002", 0x30, 3, 0x70, "000002", "3eb51047495b249f", "66c484c1d2ef1948"},
		{"0102030405060708090a300300" + "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb", 0x30, 3, 0, "", "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"},
		{"0102030405060708090a300371" + "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf" + "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf" + "000102", 0x30, 3, 0x71, "000102", "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf", "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"},
	} {
		b := unhex(t, c.hex)
		r, err := ParseResponse(b)
		if err != nil {
			t.Fatalf("%s: %v", c.hex, err)
		}
		if r.KeyVersion != c.version || r.Protocol != c.protocol || r.I != c.i || hex.EncodeToString(r.Sequence) != c.seq ||
			hex.EncodeToString(r.Challenge) != c.challenge || hex.EncodeToString(r.Cryptogram) != c.card {
			t.Errorf("%s: %+v", c.hex, r)
		}
		if !bytes.Equal(r.Bytes(), b) {
			t.Errorf("%s is written as %x", c.hex, r.Bytes())
		}
		for n := range b { // too short, one by one
			if r, err := ParseResponse(b[:n]); err == nil {
				t.Errorf("%d bytes of %s: %+v", n, c.hex, r)
			}
		}
		if _, err := ParseResponse(append(bytes.Clone(b), 0)); !errors.Is(err, ErrResponse) {
			t.Errorf("one byte more than %s: %v", c.hex, err)
		}
	}
	if _, err := ParseResponse(append(bytes.Repeat([]byte{0}, 11), 0x01)); !errors.Is(err, ErrResponse) {
		t.Errorf("protocol 01: %v", err)
	}
}

func TestSplitAndJoin(t *testing.T) {
	for _, s := range []string{"80f22002", "80ca006600", "80f220020a4f0212345c054f9f70c5", "80f28002024f0000", "00a4040005a00000000100"} {
		p, err := Split(unhex(t, s))
		if err != nil || hex.EncodeToString(p.Join()) != s {
			t.Errorf("%s becomes %x, %v", s, p.Join(), err)
		}
	}
	for _, s := range []string{"", "80", "80f220", "80f2200203aa", "80f2200201aabbcc", "80f220020000", "80f2200200000102"} {
		if p, err := Split(unhex(t, s)); !errors.Is(err, ErrCommand) {
			t.Errorf("%s: %+v, %v", s, p, err)
		}
	}
}

func TestClasses(t *testing.T) {
	for _, c := range []struct{ plain, secure, mac byte }{
		{0x80, 0x84, 0x84}, {0x00, 0x04, 0x04}, {0x81, 0x85, 0x84}, {0x83, 0x87, 0x84}, {0xC0, 0xE0, 0x84}, {0xCF, 0xEF, 0x84}, {0x40, 0x60, 0x04},
	} {
		if got := Secure(c.plain); got != c.secure {
			t.Errorf("%02X is made %02X, want %02X", c.plain, got, c.secure)
		}
		if got := Insecure(c.secure); got != c.plain {
			t.Errorf("%02X comes from %02X, want %02X", c.secure, got, c.plain)
		}
		if got := Unchanneled(c.secure); got != c.mac {
			t.Errorf("%02X has the MAC of %02X, want %02X", c.secure, got, c.mac)
		}
	}
}

func TestLevels(t *testing.T) {
	good := map[Level]string{
		0x00: "no secure messaging", 0x01: "C-MAC", 0x03: "C-MAC, C-DECRYPTION", 0x10: "R-MAC", 0x11: "C-MAC, R-MAC",
		0x13: "C-MAC, C-DECRYPTION, R-MAC", 0x33: "C-MAC, C-DECRYPTION, R-MAC, R-ENCRYPTION",
	}
	for n := range 256 {
		l := Level(n)
		name, exists := good[l]
		if err := l.Check(); (err == nil) != exists {
			t.Errorf("%02X: %v", n, err)
		}
		if exists && l.String() != name {
			t.Errorf("%02X is %q, want %q", n, l, name)
		}
	}
}

func TestPadding(t *testing.T) {
	for n := range 40 {
		b := bytes.Repeat([]byte{0x80}, n)
		p := Pad(b, 16)
		if len(p)%16 != 0 || len(p) <= n {
			t.Errorf("%d bytes become %d", n, len(p))
		}
		if got, err := Unpad(p); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%d bytes come back as %x, %v", n, got, err)
		}
	}
	for _, s := range []string{"", "00", "8001", "0000"} {
		if got, err := Unpad(unhex(t, s)); !errors.Is(err, ErrPadding) {
			t.Errorf("%s: %x, %v", s, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(unhex(f, "000000000000000000003003703eb51047495b249f66c484c1d2ef1948000002"))
	f.Add(unhex(f, "00000000000000000000700200016b4524abee7cf32ea3838bc148f3"))
	f.Add(unhex(f, "80f220020a4f0212345c054f9f70c5"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseResponse(b); err == nil && !bytes.Equal(r.Bytes(), b) {
			t.Errorf("%x is written as %x", b, r.Bytes())
		}
		if p, err := Split(b); err == nil && !bytes.Equal(p.Join(), b) {
			t.Errorf("%x is joined as %x", b, p.Join())
		}
		if u, err := Unpad(b); err == nil && len(u) >= len(b) {
			t.Errorf("%x unpadded is %x", b, u)
		}
	})
}
