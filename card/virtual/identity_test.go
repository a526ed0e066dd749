package virtual

import (
	"bytes"
	"strings"
	"testing"

	"simscope/card"
	"simscope/crypto/suci"
)

const getSUCI = "8078000100"

// Home network keys of 3GPP TS 33.501 annex C.4.
const (
	publicA  = "5A8D38864820197C3394B92613B20B91633CBD897119273BF8E4A6F4EEC0A650"
	privateA = "C53C22208B61860B06C62E5406A7B330C2B577AA5558981510D128247D38BD1D"
	publicB  = "0272DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1"
	privateB = "F1AB1074477EBCC7F554EA1C5FC368B1616730155E0041AC447D6301975FECDA"
)

// computing turns the first USIM of everyday into one that computes its SUCI.
func computing(t *testing.T, info string, change func(adf *File)) *rig {
	t.Helper()
	return plug(t, "everyday", func(img *Image) {
		img.Apps[0].SUCI = unhex(t, info)
		ust := fileAt(t, img.Apps[0].ADF, 0x6F38)
		ust.Data = append(ust.Data, make([]byte, 16-min(len(ust.Data), 16))...)
		ust.Data[(serviceHiding-1)/8] |= 1 << ((serviceHiding - 1) % 8)
		ust.Data[(serviceByCard-1)/8] |= 1 << ((serviceByCard - 1) % 8)
		ust.Size = max(ust.Size, len(ust.Data))
		if change != nil {
			change(img.Apps[0].ADF)
		}
	}, Options{})
}

func fileAt(t *testing.T, dir *File, path ...FID) *File {
	t.Helper()
	for _, fid := range path {
		var next *File
		for _, c := range dir.Children {
			if c.FID == fid {
				next = c
			}
		}
		if next == nil {
			t.Fatalf("no file %04X", uint16(fid))
		}
		dir = next
	}
	return dir
}

func identityOf(t *testing.T, r *rig) suci.SUCI {
	t.Helper()
	answer := r.ok(getSUCI)
	if answer[0] != 0xA1 || int(answer[1]) != len(answer)-2 {
		t.Fatalf("the answer is %X", answer)
	}
	s, err := suci.ParseOctets(answer[2:])
	if err != nil {
		t.Fatalf("%X: %v", answer, err)
	}
	return s
}

func TestGetIdentity(t *testing.T) {
	for name, c := range map[string]struct {
		info, private string
		scheme        suci.Scheme
		key           byte
	}{
		"profile A":                {"A0020101 A125 80011B 8120" + publicA, privateA, suci.ProfileA, 27},
		"profile B":                {"A0020201 A126 80011E 8121" + publicB, privateB, suci.ProfileB, 30},
		"the first that is usable": {"A006 0C01 0109 0202 A14B 80011B 8120" + publicA + "80011E 8121" + publicB, privateB, suci.ProfileB, 30},
	} {
		r := computing(t, c.info, nil)
		r.usim()
		r.pin1()
		first, second := identityOf(t, r), identityOf(t, r)
		if bytes.Equal(first.Output, second.Output) {
			t.Errorf("%s: two answers are the same", name)
		}
		key, err := suci.NewPrivateKey(c.scheme, unhex(t, c.private))
		if err != nil {
			t.Fatal(err)
		}
		imsi, err := first.Reveal(key)
		if err != nil || imsi != "999990123456789" || first.KeyID != c.key || first.MCC+first.MNC != "99999" || first.Routing != "0" {
			t.Errorf("%s: %s is %q, %v", name, first, imsi, err)
		}
	}
}

func TestGetIdentityInTheClear(t *testing.T) {
	for name, info := range map[string]string{
		"the null scheme first": "A0040000 0101 A125 80011B 8120" + publicA,
		"nothing":               "",
		"no key":                "A0020101",
		"no point of the curve": "A0020201 A126 80011E 8121" + strings.Repeat("FF", 33),
		"no TLV":                "A0FF01",
	} {
		r := computing(t, info, nil)
		r.usim()
		r.pin1()
		s := identityOf(t, r)
		if imsi, err := s.Open(); err != nil || imsi != "999990123456789" || s.KeyID != 0 {
			t.Errorf("%s: %s is %q, %v", name, s, imsi, err)
		}
	}
}

func TestGetIdentityFromTheFolderOfTheProfile(t *testing.T) {
	r := computing(t, "", func(adf *File) {
		adf.Children = append(adf.Children, &File{FID: 0x5FD0, Kind: KindDF, Children: []*File{
			{FID: 0x4F01, Kind: KindTransparent, Size: 64, Data: unhex(t, "A0020101 A125 80011B 8120"+publicA)},
		}})
		fileAt(t, adf, 0x5FC0, 0x4F0A).Data = Hex{0x21, 0xF3, 0xFF, 0xFF}
	})
	r.usim()
	r.pin1()
	if s := identityOf(t, r); s.Scheme != suci.ProfileA || s.Routing != "123" {
		t.Errorf("it is %s", s)
	}
}

func TestGetIdentityRefusals(t *testing.T) {
	const info = "A0020101 A125 80011B 8120" + publicA
	r := everyday(t)
	r.fails(getSUCI, card.SWConditions) // no application
	r.usim()
	r.pin1()
	r.fails(getSUCI, swNotSupported) // the phone is to compute it
	r = computing(t, info, nil)
	r.usim()
	r.fails(getSUCI, card.SWNotSatisfied)
	r.pin1()
	r.fails("8078010100", card.SWWrongP1P2)
	r.fails("8078000200", card.SWWrongP1P2)
	r.fails("807800010100", card.SWWrongLength)
	for name, change := range map[string]func(adf *File){
		"IMSI erased":       func(adf *File) { fileAt(t, adf, 0x6F07).Data = nil },
		"IMSI of letters":   func(adf *File) { fileAt(t, adf, 0x6F07).Data = unhex(t, "08A99999103254AABB") },
		"IMSI too short":    func(adf *File) { fileAt(t, adf, 0x6F07).Data = unhex(t, "039999F9FFFFFFFFFF") },
		"length too large":  func(adf *File) { fileAt(t, adf, 0x6F07).Data = unhex(t, "0C9999991032547698") },
		"no network length": func(adf *File) { fileAt(t, adf, 0x6FAD).Data = unhex(t, "00000000"); fileAt(t, adf, 0x6FAD).Size = 4 },
	} {
		r := computing(t, info, change)
		r.usim()
		r.pin1()
		if data, sw := r.do(getSUCI); sw != card.SWConditions || len(data) != 0 {
			t.Errorf("%s: %X, %s", name, data, sw)
		}
	}
}

func TestImageKeepsSUCI(t *testing.T) {
	const info = "A0020101A12580011B8120" + publicA
	var b bytes.Buffer
	if err := WriteImage(&b, computing(t, info, nil).card.Image()); err != nil {
		t.Fatal(err)
	}
	img, err := ReadImage(&b)
	if err != nil || !bytes.Equal(img.Apps[0].SUCI, unhex(t, info)) {
		t.Errorf("%X, %v", img.Apps[0].SUCI, err)
	}
	img.Apps[0].SUCI = make([]byte, maxFileBytes+1)
	if err := img.Validate(); err == nil {
		t.Error("a list of 64 KiB was taken")
	}
}

func FuzzCalculation(f *testing.F) {
	f.Add([]byte{0xA0, 2, 1, 1, 0xA1, 5, 0x80, 1, 27, 0x81, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, _, key := calculation(b)
		if s.Hides() == (key.Bytes() == nil) {
			t.Errorf("%X: scheme %d with key %X", b, s, key.Bytes())
		}
		_ = routing(b)
	})
}
