package suci

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

const sealedA = "b2e92f836055a255837debf850b528997ce0201cb82adfe4be1f587d07d8457dcb02352410cddd9e730ef3fa87"

func TestParseAndPrint(t *testing.T) {
	for _, c := range []struct {
		text, nai, octets string
	}{
		// The forms of TS 29.571 and TS 23.003 clause 28.7.3; coded by TS 24.501
		// clause 9.11.3.4.
		{
			"suci-0-274-012-678-1-27-" + sealedA,
			"type0.rid678.schid1.hnkey27.ecckey" + sealedA[:64] + ".cipcb02352410.maccddd9e730ef3fa87@5gc.mnc012.mcc274.3gppnetwork.org",
			"01722410" + "76f8" + "011b" + sealedA,
		},
		{
			"suci-0-999-99-0-0-0-0123456789",
			"type0.rid0.schid0.userid0123456789@5gc.mnc099.mcc999.3gppnetwork.org",
			"0199f999" + "f0ff" + "0000" + "1032547698",
		},
		{
			"suci-1-example.com-12-0-0-useridverylong.name1",
			"type1.rid12.schid0.useriduseridverylong.name1@example.com", "",
		},
		{
			"suci-1-some-realm.org-1234-c-255-0102",
			"type1.rid1234.schidc.hnkey255.out0102@some-realm.org", "",
		},
	} {
		s, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if s.String() != c.text || s.NAI() != c.nai {
			t.Errorf("%s prints as %s and %s, want %s", c.text, s, s.NAI(), c.nai)
		}
		if back, err := Parse(s.NAI()); err != nil || back.NAI() != s.NAI() || back.Scheme != s.Scheme || !bytes.Equal(back.Output, s.Output) {
			t.Errorf("%s reads as %+v, %v", s.NAI(), back, err)
		}
		octets, err := s.Octets()
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
		if c.octets != "" && !bytes.Equal(octets, bin(t, c.octets)) {
			t.Errorf("%s is coded %x, want %s", c.text, octets, c.octets)
		}
		if back, err := ParseOctets(octets); err != nil || back.String() != c.text {
			t.Errorf("%x reads as %s, %v", octets, back, err)
		}
	}
	if s, err := Parse(" SUCI-0-001-01-0-0-0-1 "); err != nil || s.MNC != "01" {
		t.Errorf("capitals and blanks: %v, %v", s, err)
	}
}

func TestNotASUCI(t *testing.T) {
	for text, want := range map[string]FormError{
		"":                                           {Part: PartForm, Fault: FaultUnknown},
		"999990123456789":                            {Part: PartForm, Fault: FaultUnknown},
		"suci-":                                      {Part: PartForm, Fault: FaultMissing},
		"suci-0-999-99-0-1-1":                        {Part: PartForm, Fault: FaultMissing},
		"suci-0-999-99-0-1-1-":                       {Part: PartOutput, Fault: FaultMissing},
		"suci-0-999-99-0-1-1-00":                     {Part: PartOutput, Fault: FaultLength, Got: 1},
		"suci-0-999-99-0-1-1-" + sealedA[:80]:        {Part: PartOutput, Fault: FaultLength, Got: 40},
		"suci-0-999-99-0-2-1-" + sealedA[:2*41]:      {Part: PartOutput, Fault: FaultLength, Got: 41},
		"suci-0-999-99-0-1-1-0g":                     {Part: PartOutput, Fault: FaultHex},
		"suci-0-999-99-0-1-256-00":                   {Part: PartKeyID, Fault: FaultRange},
		"suci-0-999-99-0-1--00":                      {Part: PartKeyID, Fault: FaultMissing},
		"suci-0-999-99-0-1-x-00":                     {Part: PartKeyID, Fault: FaultDigits},
		"suci-0-999-99-0-10-1-00":                    {Part: PartScheme, Fault: FaultRange},
		"suci-0-999-99--1-1-" + sealedA:              {Part: PartRouting, Fault: FaultMissing},
		"suci-0-999-99-12345-1-1-" + sealedA:         {Part: PartRouting, Fault: FaultLength, Got: 5},
		"suci-0-999-99-a-1-1-" + sealedA:             {Part: PartRouting, Fault: FaultDigits},
		"suci-0-99-99-0-1-1-" + sealedA:              {Part: PartMCC, Fault: FaultLength, Got: 2},
		"suci-0-99x-99-0-1-1-" + sealedA:             {Part: PartMCC, Fault: FaultDigits},
		"suci-0-999-9-0-1-1-" + sealedA:              {Part: PartMNC, Fault: FaultLength, Got: 1},
		"suci-0-999-9y-0-1-1-" + sealedA:             {Part: PartMNC, Fault: FaultDigits},
		"suci-4-999-99-0-1-1-" + sealedA:             {Part: PartSUPIType, Fault: FaultRange},
		"suci-1-a\x1b[2J-0-0-0-name":                 {Part: PartRealm, Fault: FaultUnknown},
		"suci-1-a@b-0-0-0-name":                      {Part: PartRealm, Fault: FaultUnknown},
		"suci-1-a-0-0-0-na me":                       {Part: PartOutput, Fault: FaultUnknown},
		"suci-1-a-0-0-0-\xff":                        {Part: PartOutput, Fault: FaultUnknown},
		"suci-1--0-0-0-name":                         {Part: PartRealm, Fault: FaultMissing},
		"suci-0-999-99-0-0-0-12345678901":            {Part: PartMSIN, Fault: FaultLength, Got: 11},
		"suci-0-999-99-0-0-0-12a":                    {Part: PartMSIN, Fault: FaultDigits},
		"suci-0-999-0-0-0-12":                        {Part: PartForm, Fault: FaultMissing},
		"type0.rid0.schid0.userid1@x":                {Part: PartRealm, Fault: FaultUnknown},
		"type0.rid0.rid1.schid0@x":                   {Part: PartForm, Fault: FaultUnknown},
		"type0.colour1@x":                            {Part: PartForm, Fault: FaultUnknown},
		"type1.rid0.schid1.hnkey1.cip00@example.org": {Part: PartOutput, Fault: FaultLength, Got: 1},
		"type1.rid0@example.org":                     {Part: PartScheme, Fault: FaultMissing},
		strings.Repeat("x", MaxText+1):               {Part: PartForm, Fault: FaultLength, Got: MaxText + 1},
	} {
		_, err := Parse(text)
		var got *FormError
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%.60q: %v, want %v", text, err, &want)
		}
	}
}

func TestNotAnIdentity(t *testing.T) {
	for name, b := range map[string]string{
		"empty": "", "a GUTI": "02", "spare bits": "8999f999f0ff00001032", "no output": "0199f999f0ff0000",
		"cut": "0199f9", "a letter in the network": "01a9f999f0ff000010", "a filler in the routing": "0199f9990fff000010",
		"scheme of 8 bits": "0199f999f0ff100010", "sealed too short": "0199f999f0ff010010", "letters in the MSIN": "0199f999f0ff00001a",
		"type 4": "4199", "NAI without sense": "1141", "NAI of another type": "11" + "74797065302e726964302e7363686964302e757365726964314035",
	} {
		if s, err := ParseOctets(bin(t, b)); err == nil {
			t.Errorf("%s reads as %s", name, s)
		}
	}
}

func TestOpen(t *testing.T) {
	for text, want := range map[string]string{
		"suci-0-999-99-0-0-0-0123456789": "999990123456789",
		"suci-0-310-410-0-0-0-123456789": "310410123456789",
		"suci-1-example.org-0-0-0-name":  "name@example.org",
	} {
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Open(); err != nil || got != want {
			t.Errorf("%s opens to %q (%v), want %q", text, got, err, want)
		}
		if _, err := s.Reveal(PrivateKey{}); !errors.Is(err, ErrScheme) {
			t.Errorf("%s revealed: %v", text, err)
		}
	}
	s, err := Parse("suci-0-274-012-678-1-27-" + sealedA)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(); !errors.Is(err, ErrScheme) {
		t.Errorf("a hidden one opened: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"suci-0-274-012-678-1-27-" + sealedA, "suci-1-a-b-0-0-0-x", "type0.rid0.schid0.userid1@5gc.mnc099.mcc999.3gppnetwork.org"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		back, err := Parse(s.String())
		if err != nil || back.String() != s.String() {
			t.Errorf("%q reads as %s, which reads as %s, %v", text, s, back, err)
		}
		_, _ = s.Octets()
		_, _ = s.Open()
	})
}

func FuzzParseOctets(f *testing.F) {
	f.Add([]byte{1, 0x99, 0xF9, 0x99, 0xF0, 0xFF, 0, 0, 0x10, 0x32})
	f.Add([]byte("\x11type1.rid0.schid0.useridx@y"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseOctets(b)
		if err != nil {
			return
		}
		again, err := s.Octets()
		if err != nil {
			t.Fatalf("%x reads as %s and cannot be coded: %v", b, s, err)
		}
		if back, err := ParseOctets(again); err != nil || back.String() != s.String() {
			t.Errorf("%x reads as %s, %x as %s (%v)", b, s, again, back, err)
		}
	})
}

func FuzzParsePrivateKey(f *testing.F) {
	f.Add([]byte(strings.Repeat("ab", 32)))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIA==\n-----END PRIVATE KEY-----\n"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		if k, err := ParsePrivateKey(b); err == nil {
			_, _ = k.Public(ProfileA)
			_, _ = k.Public(ProfileB)
			k.Clear()
		}
	})
}
