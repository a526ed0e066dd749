package virtual

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/tlv"
)

// long is an object of 309 bytes.
var long = tlv.Append(nil, 0x81, bytes.Repeat([]byte{0xA7}, 305))

func text(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

// withObjects adds the BER-TLV file 2F79, SFI 19, of 400 bytes to the MF: one
// short object and the long one.
func withObjects(change func(*File)) func(*Image) {
	return func(i *Image) {
		f := &File{
			FID: 0x2F79, Kind: KindBERTLV, SFI: 0x19, Access: Access{Expanded: Hex{0x80, 0x01, 0x1B, 0x90, 0x00}},
			GSM: Hex{0x00, 0x00, 0x00}, Size: 400, Data: append(Hex{0xBF, 0x21, 0x02, 0x80, 0x00}, long...),
		}
		if change != nil {
			change(f)
		}
		i.MF.Children = append(i.MF.Children, f)
	}
}

func TestRetrieveData(t *testing.T) {
	r := plug(t, "everyday", withObjects(nil), Options{})
	r.want("80CB008001 5C", "6986")
	fcp := r.template(r.ok("00A40004022F79"))
	if tag(fcp, 0x82) != "7921" || tag(fcp, 0x80) != "013A" || tag(fcp, 0xA5) != "840101"+"85020190"+"86020190" {
		t.Errorf("FCP: %v", fcp)
	}
	r.gives("80CB008001 5C", "5C03 BF21 81")
	r.gives("80CB008002 BF21", "BF21028000")
	first, sw := r.do("80CB008001 81")
	if sw != swMoreData || len(first) != 256 {
		t.Fatalf("first block: %d bytes, %s", len(first), sw)
	}
	r.want("80CB000000", "6C35") // strict about the length, and nothing lost
	r.want("80CB000010", text(long[256:272])+"62F1")
	r.want("80CB004010", text(long[256:272])+"62F1") // once more
	r.want("80CB000025", text(long[272:])+"9000")
	r.want("80CB000025", "6985")
	r.want("80CB004025", text(long[272:])+"9000")
	r.want("80CB009901 82", "6A88") // by SFI
	r.gives("80CB009902 BF21", "BF21028000")
}

func TestRetrieveDataRefused(t *testing.T) {
	r := plug(t, "everyday", withObjects(nil), Options{})
	r.ok("00A40004022F79")
	for _, c := range [][2]string{
		{"80CB018001 5C", "6A86"},
		{"80CB00A001 5C", "6A86"},
		{"80CB00C001 5C", "6A86"},
		{"80CB006000", "6A86"},
		{"80CB000000", "6985"},
		{"80CB004000", "6985"}, // nothing begun
		{"80CB0080", "6700"},
		{"80CB008001 BF", "6A80"},
		{"80CB008002 8181", "6A80"},
		{"80CB008001 80", "6A88"},
		{"80CB008301 5C", "6A82"},
		{"80CB008501 5C", "6981"},
		{"80CB009F01 5C", "6A82"},
		{"00CB008001 5C", "6E00"},
		{"00B0000001", "6981"},
		{"00B2010401", "6981"},
		{"80B0000001", "6E00"},
	} {
		r.want(c[0], c[1])
	}
	// Another command, another file or a reset in between ends the transfer.
	r.do("80CB008001 81")
	r.want("80F2000C00", "9000")
	r.want("80CB000000", "6985")
	r.do("80CB008001 81")
	r.want("80CB000001 81", "6700")
	r.do("80CB008001 81")
	r.want("80DB0000018A", "6985")
	r.ok("00A40004022F79")
	r.want("80CB000000", "6985")
	locked := plug(t, "everyday", withObjects(func(f *File) { f.Access.Expanded = Hex{0x80, 0x01, 0x02, 0x90, 0x00} }), Options{})
	locked.want("80CB009901 5C", "6982")
	shut := plug(t, "everyday", withObjects(func(f *File) { f.State = StateDeactivated }), Options{})
	shut.want("80CB009901 5C", "6984")
}

func TestRetrieveDataOfADirectCard(t *testing.T) {
	r := plug(t, "everyday", withObjects(nil), Options{Direct: true})
	r.raw("00A4000C022F79")
	r.want("80CB008001 8100", text(long[:256])+"62F1")
	r.want("80CB000000", text(long[256:])+"9000")
	r.want("80CB008001 8110", text(long[:16])+"62F1")
}

func TestSetData(t *testing.T) {
	r := plug(t, "everyday", withObjects(nil), Options{})
	r.ok("00A40004022F79")
	r.want("80DB008003 8001AA", "9000")
	r.gives("80CB008001 80", "8001AA")
	r.gives("80CB008001 5C", "5C04 BF21 81 80")
	r.want("80DB008004 8002BBCC", "9000") // in the place of the old one
	r.gives("80CB008001 80", "8002BBCC")
	r.want("80DB008002 8000", "9000") // empty is not deleted
	r.gives("80CB008001 80", "8000")
	r.want("80DB008001 80", "9000")
	r.want("80CB008001 80", "6A88")
	r.want("80DB008001 80", "6A88")

	other := tlv.Append(nil, 0x81, bytes.Repeat([]byte{0x5B}, 300))
	r.want("80DB0080FF"+text(other[:255]), "63F1")
	if got, _ := r.do("80CB008001 81"); text(got) != text(long[:256]) {
		t.Error("the old object is gone before the new one was whole")
	}
	r.want("80DB0000 31"+text(other[255:]), "6985") // the reading ended it
	r.want("80DB0080FF"+text(other[:255]), "63F1")
	r.want("80DB000010"+strings.Repeat("00", 16), "63F1")
	r.want("80DB004010"+text(other[255:271]), "63F1") // that block again
	r.want("80DB000021"+text(other[271:]), "9000")
	if got, _ := r.do("80CB008001 81"); text(got) != text(other[:256]) {
		t.Errorf("% X was written", got)
	}
	r.card.Reset()
	r.want("80DB000021"+text(other[271:]), "6986")
	r.gives("80CB009901 5C", "5C03 BF21 81")
}

func TestSetDataRefused(t *testing.T) {
	r := plug(t, "everyday", withObjects(nil), Options{})
	r.ok("00A40004022F79")
	before := r.card.Image()
	for _, c := range [][2]string{
		{"80DB0080", "6700"},
		{"80DB008001 5C", "6A80"},
		{"80DB008003 5C0180", "6A80"},
		{"80DB008001 BF", "6A80"},
		{"80DB008002 FF00", "6A80"},
		{"80DB008002 0000", "6A80"},
		{"80DB008002 8080", "6A80"},
		{"80DB008003 808201", "6A80"},
		{"80DB008006 808400000001", "6A80"},
		{"80DB008004 8001AABB", "6A80"},
		{"80DB008005 8083FFFFFF", "6A84"},
		{"80DB008003 828190", "6A84"},
		{"80DB008002 8255", "6A84"},
		{"80DB008002 8254", "63F1"},
		{"80DB018001 80", "6A86"},
		{"80DB00C001 80", "6A86"},
		{"00DB008001 80", "6E00"},
		{"80DB008501 80", "6981"},
	} {
		r.want(c[0], c[1])
	}
	r.want("80DB008002 8254", "63F1")
	r.want("80DB0000FF"+strings.Repeat("00", 255), "6A80") // more than announced
	r.want("80DB000001 00", "6985")
	var a, b bytes.Buffer
	if err := errors.Join(WriteImage(&a, before), WriteImage(&b, r.card.Image())); err != nil || a.String() != b.String() {
		t.Errorf("refused commands changed the card (%v)", err)
	}
	locked := plug(t, "everyday", withObjects(func(f *File) { f.Access.Expanded = Hex{0x80, 0x01, 0x01, 0x90, 0x00} }), Options{})
	locked.want("80DB009902 8000", "6982")
}

func TestImagesOfObjects(t *testing.T) {
	for _, c := range []struct {
		name string
		data Hex
		size int
		ok   bool
	}{
		{"empty", nil, 10, true},
		{"two objects", Hex{0x80, 0x00, 0x81, 0x01, 0xFF}, 0, true},
		{"padding", Hex{0x80, 0x00, 0xFF, 0xFF}, 10, false},
		{"cut short", Hex{0x80, 0x02, 0x01}, 10, false},
		{"a tag alone", Hex{0x80}, 10, false},
		{"the same tag twice", Hex{0x80, 0x00, 0x80, 0x00}, 10, false},
		{"a list of tags", Hex{0x5C, 0x00}, 10, false},
		{"larger than the file", Hex{0x80, 0x02, 0x01, 0x02}, 3, false},
	} {
		img, err := OpenBuiltin("everyday")
		if err != nil {
			t.Fatal(err)
		}
		withObjects(func(f *File) { f.Data, f.Size = c.data, c.size })(img)
		if err := img.Validate(); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The session's own commands and the card agree, over a real transport.
func TestObjectsOverASession(t *testing.T) {
	img, err := OpenBuiltin("everyday")
	if err != nil {
		t.Fatal(err)
	}
	withObjects(nil)(img)
	withTable(nil)(img)
	p, err := NewProvider(Slot{Name: "r", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := p.Open(t.Context(), card.ReaderID{Provider: ProviderName, Name: "r"}, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := card.Open(t.Context(), tr, card.Options{Mode: card.WriteArmed})
	if err != nil {
		t.Fatal(err)
	}
	value := bytes.Repeat([]byte{0x33}, 380)
	err = s.Read(t.Context(), "test", func(x *card.Tx) error {
		if _, err := x.Select(card.PathOf("", 0x2F79)); err != nil {
			return err
		}
		tags, err := x.DataTags()
		if len(tags) != 2 || tags[0] != 0xBF21 || err != nil {
			t.Errorf("tags %v, %v", tags, err)
		}
		if got, err := x.RetrieveData(0x81); !bytes.Equal(got, long) || err != nil {
			t.Errorf("% X, %v", got, err)
		}
		if err := x.SetData(0x82, value); card.SWOf(err) != swNoMemory {
			t.Errorf("no room: %v", err)
		}
		if err := errors.Join(x.DeleteData(0x81), x.SetData(0x82, value)); err != nil {
			t.Error(err)
		}
		if got, err := x.RetrieveData(0x82); !bytes.Equal(got, tlv.Append(nil, 0x82, value)) || err != nil {
			t.Errorf("% X, %v", got, err)
		}
		if _, err := x.Select(card.PathOf("", 0x2F77)); err != nil {
			return err
		}
		if got, err := x.SearchRecord(card.Search{Record: 2, Pattern: []byte{1, 2}}); len(got) != 3 || got[2] != 5 || err != nil {
			t.Errorf("%v, %v", got, err)
		}
		if _, err := x.Select(card.PathOf("", 0x2F78)); err != nil {
			return err
		}
		sum, err := x.Increase([]byte{5})
		if text(sum) != "000017" {
			t.Errorf("% X", sum)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
