package virtual

import (
	"errors"
	"strings"
	"testing"

	"simscope/card"
)

const openPGP = "D2760001240103 04FF005C0E01020000"

func TestOtherCard(t *testing.T) {
	r := plug(t, "other", nil, Options{})
	r.want("00A40004023F00", "6A82")
	r.want("A0A40000023F00", "6E00")
	if got := r.ok("80CA9F7F2D"); len(got) != 45 || got[0] != 0x9F || got[2] != 42 {
		t.Errorf("CPLC: % X", got)
	}
	r.want("00CA9F7F00", "6C2D")
	r.want("00CA004F00", "6A88") // no application yet
	r.gives("00A4040006 D27600012401", "6F12 8410"+openPGP)
	r.gives("00CA004F10", openPGP)
	r.gives("00CA00C407", "007F7F7F030003")
	if got := r.ok("80CA9F7F2D"); len(got) != 45 {
		t.Errorf("the card's object beside an application: % X", got)
	}
	ppse := r.ok("00A404000E 325041592E5359532E4444463031")
	if !strings.Contains(string(ppse), "SPECIMEN") {
		t.Errorf("payment directory: % X", ppse)
	}
	r.want("00CA004F00", "6A88") // another application's
	r.want("00A4040C07 F053434F504501", "9000")
	r.want("00A4040207 F053434F504501", "6A82") // no next one
	for _, c := range [][2]string{
		{"00A4040005 A000000003", "6A82"},
		{"00A40400", "6700"},
		{"00A4044005 F053434F50", "6A86"},
		{"00A4040011 0102030405060708090A0B0C0D0E0F1011", "6700"},
		{"00CA9F7F01 00", "6700"},
		{"00B0000001", "6D00"},
		{"0020000108 3132333435363738", "6D00"},
		{"80F2000000", "6D00"},
		{"80A4040005 F053434F50", "6E00"},
		{"01A4040005 F053434F50", "6881"},
		{"10A4040005 F053434F50", "6884"},
		{"04A4040005 F053434F50", "6882"},
		{"FFA40400", "6E00"},
	} {
		r.want(c[0], c[1])
	}
	r.card.Reset()
	r.want("00CA004F00", "6A88")
}

func TestOtherCardInASession(t *testing.T) {
	img, err := OpenBuiltin("other")
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewProvider(Slot{Name: "r", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := p.Open(t.Context(), card.ReaderID{Provider: ProviderName, Name: "r"}, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := card.Open(t.Context(), tr, card.Options{})
	if err != nil || s.Kind() != card.KindOther {
		t.Fatalf("opened as %s, %v", s.Kind(), err)
	}
	err = s.Read(t.Context(), "test", func(x *card.Tx) error {
		sel, err := x.SelectAID("\xD2\x76\x00\x01\x24\x01", false)
		if len(sel.Path.App) != 16 {
			t.Errorf("selected %s", sel.Path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOtherImages(t *testing.T) {
	object := DataObject{Hex{0x9F, 0x7F}, Hex{1}}
	for _, c := range []struct {
		name   string
		change func(*Image)
	}{
		{"files", func(i *Image) { i.MF = &File{FID: 0x3F00, Kind: KindDF} }},
		{"an ADF", func(i *Image) { i.Apps[0].ADF = &File{FID: 0x7FFF, Kind: KindDF} }},
		{"a long answer", func(i *Image) { i.Apps[0].FCI = make(Hex, 257) }},
		{"the same name twice", func(i *Image) { i.Apps[1].AID = i.Apps[0].AID }},
		{"an object twice", func(i *Image) { i.Objects = []DataObject{object, object} }},
		{"a short tag", func(i *Image) { i.Objects = []DataObject{{Hex{0x9F}, Hex{1}}} }},
		{"no data", func(i *Image) { i.Apps[0].Objects = []DataObject{{Hex{0, 1}, nil}} }},
		{"too many objects", func(i *Image) {
			i.Objects = nil
			for n := range maxObjects + 1 {
				i.Objects = append(i.Objects, DataObject{Hex{0, byte(n)}, Hex{1}})
			}
		}},
		{"another mode", func(i *Image) { i.Mode = "none" }},
		{"a UICC without files", func(i *Image) { i.Mode = ModeUICC }},
	} {
		img, err := OpenBuiltin("other")
		if err != nil {
			t.Fatal(err)
		}
		c.change(img)
		if err := img.Validate(); !errors.Is(err, ErrImage) {
			t.Errorf("%s: %v", c.name, err)
		}
		img, err = OpenBuiltin("everyday")
		if err != nil {
			t.Fatal(err)
		}
		img.Objects = []DataObject{object}
		if img.Validate() == nil {
			t.Error("a UICC has data objects of its own")
		}
	}
}

// The card with two subscriptions has two of everything that tells them
// apart.
func TestDualCard(t *testing.T) {
	r := plug(t, "dual", nil, Options{})
	r.ok(verify(0x01, "1234"))
	r.ok(verify(0x02, "2580"))
	r.ok("00A4040407A0000000871002")
	r.want("00B0870009", "089999995055001010 9000")
	r.want("00B08D0003", "00F110 9000")
	r.ok("00A4040607A0000000871002")
	r.want("00B0870009", "080910105055002020 9000")
	r.want("00B08D0003", "99F999 9000")
	r.want("00A4040607A0000000871002", "6A82")
}
