package auth

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/crypto/suci"
)

// Keys of 3GPP TS 33.501 annex C.4.
const (
	publicA  = "5a8d38864820197c3394b92613b20b91633cbd897119273bf8e4a6f4eec0a650"
	privateA = "c53c22208b61860b06c62e5406a7b330c2b577aa5558981510d128247d38bd1d"
	publicB  = "0272da71976234ce833a6907425867b82e074d44ef907dfb4b3e21c1c2256ebcd1"
	privateB = "f1ab1074477ebcc7f554ea1c5fc368b1616730155e0041ac447d6301975fecda"
	ephA     = "c80949f13ebe61af4ebdbd293ea4f942696b9e815d7e8f0096bbf6ed7de62256"
	outputA  = "b2e92f836055a255837debf850b528997ce0201cb82adfe4be1f587d07d8457dcb02352410cddd9e730ef3fa87"
	imsi     = "274012001002086"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func calc(t testing.TB) *IdentityCalc {
	t.Helper()
	return &IdentityCalc{
		Schemes: []IdentityScheme{{suci.ProfileA, 1}, {suci.ProfileB, 2}},
		Keys:    []IdentityKey{{27, unhex(t, publicA)}, {30, unhex(t, publicB)}},
	}
}

// The SUCI of the specification's example, computed from what the files say.
func TestIdentityComputeVector(t *testing.T) {
	s, skipped, err := identityCompute(IdentityFiles{IMSI: imsi, MNCLength: 3, Routing: "678", Calc: calc(t)}, bytes.NewReader(unhex(t, ephA)))
	if want := "suci-0-274-012-678-1-27-" + outputA; err != nil || s.String() != want || len(skipped) != 0 {
		t.Errorf("%s %v %v, want %s", s, skipped, err, want)
	}
}

func TestIdentityComputeChoice(t *testing.T) {
	a, b := IdentityKey{27, unhex(t, publicA)}, IdentityKey{30, unhex(t, publicB)}
	for name, c := range map[string]struct {
		calc    *IdentityCalc
		scheme  suci.Scheme
		key     byte
		skipped []IdentitySkipped
	}{
		"no file":       {nil, suci.Null, 0, nil},
		"an empty file": {&IdentityCalc{}, suci.Null, 0, nil},
		"null first":    {&IdentityCalc{[]IdentityScheme{{suci.Null, 0}, {suci.ProfileA, 1}}, []IdentityKey{a}}, suci.Null, 0, nil},
		"B first":       {&IdentityCalc{[]IdentityScheme{{suci.ProfileB, 2}, {suci.ProfileA, 1}}, []IdentityKey{a, b}}, suci.ProfileB, 30, nil},
		"no such key":   {&IdentityCalc{[]IdentityScheme{{suci.ProfileA, 3}}, []IdentityKey{a}}, suci.Null, 0, []IdentitySkipped{{IdentityScheme{suci.ProfileA, 3}, IdentityNoKey, 0}}},
		"key of the other": {
			&IdentityCalc{[]IdentityScheme{{suci.ProfileA, 1}, {suci.ProfileB, 1}}, []IdentityKey{b}}, suci.ProfileB, 30,
			[]IdentitySkipped{{IdentityScheme{suci.ProfileA, 1}, IdentityBadKey, 30}},
		},
		"an operator's": {
			&IdentityCalc{[]IdentityScheme{{0xC, 1}, {suci.ProfileA, 1}}, []IdentityKey{a}}, suci.ProfileA, 27,
			[]IdentitySkipped{{IdentityScheme{0xC, 1}, IdentityForeign, 0}},
		},
	} {
		s, skipped, err := IdentityCompute(IdentityFiles{IMSI: "999990123456789", MNCLength: 2, Calc: c.calc})
		if err != nil || s.Scheme != c.scheme || s.KeyID != c.key || len(skipped) != len(c.skipped) {
			t.Errorf("%s: %s, skipped %v, %v", name, s, skipped, err)
			continue
		}
		for i := range skipped {
			if skipped[i] != c.skipped[i] {
				t.Errorf("%s: skipped %v, want %v", name, skipped[i], c.skipped[i])
			}
		}
	}
}

func TestIdentityComputeName(t *testing.T) {
	s, _, err := IdentityCompute(IdentityFiles{Type: suci.TypeNSI, NAI: "name@example.org", Calc: calc(t)})
	if err != nil || s.Realm != "example.org" || s.Scheme != suci.ProfileA {
		t.Fatalf("%s, %v", s, err)
	}
	if p := IdentityProve(s, key(t, suci.ProfileA, privateA), "name@example.org", calc(t)); !p.Works() {
		t.Errorf("%+v", p)
	}
	if _, _, err := IdentityCompute(IdentityFiles{Type: suci.TypeNSI, NAI: "name"}); err == nil {
		t.Error("a name without a realm was taken")
	}
}

func TestIdentityComputeNeeds(t *testing.T) {
	for _, c := range []struct {
		f    IdentityFiles
		want error
	}{
		{IdentityFiles{MNCLength: 2}, ErrIdentityIMSI},
		{IdentityFiles{IMSI: "999990123456789"}, ErrIdentityNetwork},
		{IdentityFiles{IMSI: "999990123456789", MNCLength: 4}, ErrIdentityNetwork},
		{IdentityFiles{IMSI: "99999", MNCLength: 2}, ErrIdentityNetwork},
	} {
		if _, _, err := IdentityCompute(c.f); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.f, err, c.want)
		}
	}
	if _, _, err := IdentityCompute(IdentityFiles{IMSI: "99999x", MNCLength: 2}); err == nil {
		t.Error("an IMSI of letters was taken")
	}
	if _, _, err := IdentityCompute(IdentityFiles{IMSI: "999991", MNCLength: 2, Routing: "12345"}); err == nil {
		t.Error("a routing indicator of five digits was taken")
	}
}

func key(t *testing.T, s suci.Scheme, text string) suci.PrivateKey {
	t.Helper()
	k, err := suci.NewPrivateKey(s, unhex(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func parsed(t *testing.T, text string) suci.SUCI {
	t.Helper()
	s, err := suci.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each mistake is made once and must be named.
func TestIdentityProve(t *testing.T) {
	good := "suci-0-274-012-678-1-27-" + outputA
	changed := outputA[:len(outputA)-1] + "6"
	other := strings.Repeat("42", 32)
	for name, c := range map[string]struct {
		suci string
		key  suci.PrivateKey
		own  string
		calc *IdentityCalc
		want IdentityVerdict
		fits int // -1: none
	}{
		"all is well":                     {good, key(t, suci.ProfileA, privateA), imsi, calc(t), IdentityProved, 27},
		"with a key of no profile":        {good, key(t, suci.Null, privateA), imsi, calc(t), IdentityProved, 27},
		"the IMSI is not known":           {good, key(t, suci.ProfileA, privateA), "", calc(t), IdentityOpened, 27},
		"another card's":                  {good, key(t, suci.ProfileA, privateA), "274012001002087", calc(t), IdentityOther, 27},
		"the other profile's key":         {good, key(t, suci.ProfileB, privateB), imsi, calc(t), IdentityWrongCurve, 30},
		"the other profile's, in hex":     {good, key(t, suci.Null, privateB), imsi, calc(t), IdentityWrongCurve, 30},
		"another identifier's":            {"suci-0-274-012-678-1-9-" + changed, key(t, suci.ProfileA, privateA), imsi, calc(t), IdentityWrongKey, 27},
		"a key nobody knows":              {good, key(t, suci.ProfileA, other), imsi, calc(t), IdentityUnknownKey, -1},
		"a key, the card's are not known": {good, key(t, suci.ProfileA, other), imsi, nil, IdentityTag, -1},
		"changed on the way":              {"suci-0-274-012-678-1-27-" + changed, key(t, suci.ProfileA, privateA), imsi, calc(t), IdentityBroken, 27},
		"no point":                        {"suci-0-274-012-678-1-27-" + strings.Repeat("00", 45), key(t, suci.ProfileA, privateA), imsi, calc(t), IdentityBadPoint, 27},
		"null scheme":                     {"suci-0-274-012-678-0-0-001002086", suci.PrivateKey{}, imsi, nil, IdentityClear, -1},
		"null scheme, another's":          {"suci-0-274-012-678-0-0-1", suci.PrivateKey{}, imsi, nil, IdentityClearOther, -1},
		"an operator's scheme":            {"suci-0-274-012-678-c-27-00", key(t, suci.ProfileA, privateA), imsi, calc(t), IdentityForeignOnly, 27},
		"no key":                          {good, suci.PrivateKey{}, imsi, calc(t), IdentityUnreadable, -1},
	} {
		p := IdentityProve(parsed(t, c.suci), c.key, c.own, c.calc)
		if p.Verdict != c.want || p.Works() != (c.want == IdentityProved) {
			t.Errorf("%s: %s, want %s", name, p.Verdict, c.want)
		}
		if fits := p.Fits; (fits == nil) != (c.fits < 0) || fits != nil && int(*fits) != c.fits {
			t.Errorf("%s: the key fits %v, want %d", name, fits, c.fits)
		}
		if told := p.Identity != ""; told != (c.want == IdentityProved || c.want == IdentityOpened || c.want == IdentityOther || c.want == IdentityClear || c.want == IdentityClearOther) {
			t.Errorf("%s: tells %q", name, p.Identity)
		}
	}
}

// A hidden identity whose digits are none is not told.
func TestIdentityProveNoDigits(t *testing.T) {
	pub, err := suci.NewPublicKey(suci.ProfileA, unhex(t, publicA))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := pub.Conceal([]byte{0xAB}, bytes.NewReader(unhex(t, ephA)))
	if err != nil {
		t.Fatal(err)
	}
	s := suci.SUCI{MCC: "274", MNC: "012", Routing: "0", Scheme: suci.ProfileA, KeyID: 27, Output: sealed.Bytes()}
	if p := IdentityProve(s, key(t, suci.ProfileA, privateA), imsi, calc(t)); p.Verdict != IdentityUnreadable || p.Identity != "" {
		t.Errorf("%+v", p)
	}
}

const usim = card.AID("\xA0\x00\x00\x00\x87\x10\x02")

// get asks a scripted card.
func get(t *testing.T, answers ...string) (suci.SUCI, error) {
	t.Helper()
	script := cardtest.Script{
		{"begin", ""},
		{"00A4 0004 02 3F00", "6207 8202 7821 8301 00 9000"},
		{"end", ""},
		{"begin", ""},
		{"00A4 0404 07 A0000000871002", "6207 8202 7821 8301 00 9000"},
	}
	for i, a := range answers {
		apdu := "8078 0001 00"
		if i > 0 {
			apdu = "00C0*"
		}
		script = append(script, cardtest.Script{{apdu, a}}...)
	}
	script = append(script, cardtest.Script{{"end", ""}}...)
	s, err := card.Open(context.Background(), cardtest.New(t, script), card.Options{Recorder: &card.MemoryRecorder{}})
	if err != nil {
		t.Fatal(err)
	}
	var got suci.SUCI
	err = s.Read(context.Background(), "suci", func(x *card.Tx) (err error) {
		got, err = IdentityGet(x, usim, IdentityContextSUCI)
		return err
	})
	return got, err
}

func TestIdentityGet(t *testing.T) {
	s, err := get(t, "A1 0D 01 99F999 F0FF 00 00 1032547698 9000")
	if err != nil || s.String() != "suci-0-999-99-0-0-0-0123456789" {
		t.Errorf("%s, %v", s, err)
	}
	if s, err = get(t, "610F", "A1 0D 01 99F999 F0FF 00 00 1032547698 9000"); err != nil || s.MNC != "99" {
		t.Errorf("in two parts: %s, %v", s, err)
	}
}

func TestIdentityGetRefused(t *testing.T) {
	for _, sw := range []string{"6D00", "6A81", "6982", "6985", "6A86", "6F00"} {
		if _, err := get(t, sw); !card.Refused(err) || card.SWOf(err) != card.SW(unhex(t, sw)[0])<<8|card.SW(unhex(t, sw)[1]) {
			t.Errorf("%s: %v", sw, err)
		}
	}
}

func TestIdentityAnswersThatAreNone(t *testing.T) {
	for name, b := range map[string]string{
		"nothing": "", "another tag": "A00D0199F999F0FF00001032547698", "cut": "A10D0199F999F0FF0000103254", "empty": "A100",
		"more behind": "A10D0199F999F0FF00001032547698 8000", "a GUTI": "A10B02 99F999 01 0041 D0112233", "sealed too short": "A10D0199F999F0FF011B1032547698",
		"an endless length": "A184FFFFFFFF01", "controls": "A1 05 11 1B5B324A",
	} {
		s, err := IdentityParse(unhex(t, b))
		var ae *IdentityAnswerError
		if !errors.As(err, &ae) || ae.Len != len(unhex(t, b)) || s.MCC != "" {
			t.Errorf("%s: %s, %v", name, s, err)
		}
	}
	if s, err := IdentityParse(append([]byte{0xA1, 0x44}, "type0.rid0.schid0.userid0123456789@5gc.mnc099.mcc999.3gppnetwork.org"...)); err != nil || s.MNC != "99" {
		t.Errorf("a NAI alone: %s, %v", s, err)
	}
}

func FuzzIdentityParse(f *testing.F) {
	f.Add([]byte{0xA1, 0x0D, 1, 0x99, 0xF9, 0x99, 0xF0, 0xFF, 0, 0, 0x10, 0x32, 0x54, 0x76, 0x98})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := IdentityParse(b)
		if err == nil {
			if err := s.Check(); err != nil {
				t.Errorf("%X gives %s: %v", b, s, err)
			}
			_ = IdentityProve(s, suci.PrivateKey{}, "", nil)
		}
	})
}
