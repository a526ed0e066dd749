package virtual

import (
	"bytes"
	"encoding/binary"
	"testing"

	"simscope/card"
)

// FuzzSession feeds a powered card with a session cut out of arbitrary bytes:
// a length byte, then so many bytes of APDU, again and again.
func FuzzSession(f *testing.F) {
	seed := func(apdus ...string) {
		var b []byte
		for _, a := range apdus {
			raw := mustHex(a)
			b = append(append(b, byte(len(raw))), raw...)
		}
		f.Add(byte(len(apdus)), b)
	}
	seed("00A4040407A0000000871002", "0020000108"+pinHex("1234"), "00B0870000", "80F2000000")
	seed("A0A40000027F20", "A0C0000017", "A020000108"+pinHex("1234"), "A088000010"+setRAND)
	seed("00A40804047F106F44", "00DC000320", "00B2010420", "0070000001", "01A4000C022FE2")
	seed("00A4040407A0000000871002", "0026910108"+pinHex("1234"), "002C000110", "0044000000", "0004000000")
	seed("00A40004022F79", "80CB0080015C", "80CB00800181", "80CB000010", "80CB004010", "80DB0080048105AAAA", "80DB000003BBBBBB", "80DB00800181")
	seed("00A2010402"+"0102", "00A201BE0404000102", "8032980001"+"01", "A0A2001002"+"0102")
	seed("00A4040006D27600012401", "00CA004F10", "00CA9F7F00", "00C0000000", "00A4040007F053434F504501")
	seed("00A4040407A0000000871002", "0088008424DD10"+setRAND+"10"+"55F328B43577B9B98C7F3F0D723FB244", "0088008406DE0241420143", "00A4000C026FDA", "00B2010460")
	seed(selectISD, "8050300008"+challenge8, "8482010010"+challenge16, "80CA00E000", "84F28002084F00AABBCCDDEE", "80F24003024F00")
	seed("00A4040009A00000015141434C00", "80CAFF4000", "80CAFF6000", "80E2900001AA")
	var images []*Image
	for _, b := range Builtin() {
		img, err := OpenBuiltin(b.ID)
		if err != nil {
			f.Fatal(err)
		}
		if img.MF != nil {
			withTable(nil)(img)
			withObjects(nil)(img)
		}
		images = append(images, img)
	}
	f.Fuzz(func(t *testing.T, kind byte, b []byte) {
		c, err := New(images[int(kind)%len(images)], Options{Direct: kind&0x10 != 0, Proactive: kind&0x20 != 0})
		if err != nil {
			t.Fatal(err)
		}
		c.PowerOn()
		for n := 0; len(b) > 0 && n < 200; n++ {
			size := min(int(b[0]), len(b)-1)
			apdu := bytes.Clone(b[1 : 1+size])
			b = b[1+size:]
			if size == 0 {
				c.Reset()
				continue
			}
			sent := bytes.Clone(apdu)
			if a := c.Process(apdu); len(a) < 2 || len(a) > card.MaxShortLe+2 || a[len(a)-2]>>4 != 6 && a[len(a)-2]>>4 != 9 {
				t.Fatalf("% X answers % X", sent, a)
			}
			if !bytes.Equal(sent, apdu) {
				t.Fatalf("% X was changed", sent)
			}
		}
		if err := c.Image().Validate(); err != nil {
			t.Fatalf("the card cannot be saved any more: %v", err)
		}
	})
}

func mustHex(s string) []byte {
	out := make([]byte, len(s)/2)
	for i := range out {
		out[i] = hexDigit(s[2*i])<<4 | hexDigit(s[2*i+1])
	}
	return out
}

func hexDigit(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// FuzzReadImage reads arbitrary files; what is accepted makes a card that
// answers and can be saved.
func FuzzReadImage(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"format":"simscope-card-image","version":1}`))
	f.Add([]byte(tidy(dumped)))
	f.Add(binary.BigEndian.AppendUint32(nil, 0x89504E47))
	f.Fuzz(func(t *testing.T, b []byte) {
		img, err := ReadImage(bytes.NewReader(b))
		if err != nil {
			return
		}
		c, err := New(img, Options{})
		if err != nil {
			return
		}
		c.PowerOn()
		for _, apdu := range []string{"00A4000C023F00", "80F2000000", "00A40004022FE2", "00B0000000", "00B2010400"} {
			if a := c.Process(mustHex(apdu)); len(a) < 2 {
				t.Fatalf("%s answers % X", apdu, a)
			}
		}
		var out bytes.Buffer
		if err := WriteImage(&out, c.Image()); err != nil {
			t.Fatalf("cannot be saved: %v", err)
		}
		if _, err := ReadImage(&out); err != nil {
			t.Fatalf("cannot be read back: %v", err)
		}
	})
}
