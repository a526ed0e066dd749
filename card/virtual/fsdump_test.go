package virtual

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
)

// dumped is a dump as pySim writes one: its own fields beside ours, an ADF
// under its name, files that could not be selected or read.
const dumped = `{
 "name": "UICC", "atr": "3B9F96801FC78031E073FE21136753434F5045303193", "eid": null, "iccid": "8999990012345678901",
 "aids": {"a0000000871002": {}},
 "files": {
  "MF/ADF.USIM/EF.IMSI": {"path": ["MF", "ADF.USIM", "EF.IMSI"],
   "fcp_raw": "62__8202412183026F07A5038001718A01058B036F060280020009880138",
   "fcp": {"file_identifier": "6f07"}, "body": "089999991032547698"},
  "MF": {"path": ["MF"], "fcp_raw": "62__8202782183023F008A01058B032F0601C60990014083010183018A",
   "fcp": {}},
  "MF/EF.ARR": {"path": ["MF", "EF.ARR"], "fcp_raw": "62__82054221000C0283022F068A01058B032F060180020018880130",
   "body": ["8001019000", "800101A40683010195 0108"]},
  "MF/EF.ICCID": {"fcp_raw": "62__8202412183022FE28A01058B032F06018002000A880110", "body": "98999900214365870931"},
  "MF/ADF.USIM": {"fcp_raw": "62__8202782183027FFF8407A00000008710028A01058B032F0601C609900180830101830181"},
  "MF/ADF.USIM/EF.Keys": {"fcp_raw": "62__8202412183026F088A01058B036F060280020021880140",
   "error": {"sw_actual": "6982", "sw_expected": "9000", "message": "Security status not satisfied"}},
  "MF/ADF.USIM/EF.EHPLMN": {"fcp_raw": "62__8202412183026FD98A01058002000C8801E8", "body": ""},
  "MF/ADF.USIM/EF.GID2": {"error": {"sw_actual": "6a82", "sw_expected": "9000", "message": "File not found"}},
  "MF/ADF.USIM/EF.OCT": {"fcp_hex": "62__8205462100030383026F838A01058B036F060280020009", "body": ["000005", "000003", "ffffff"]},
  "MF/ADF.USIM/EF.URSP": {"fcp_raw": "62__8202792183024F0B8A0105800200048800", "body": {"129": "aabb", "128": ""}},
  "MF/ADF.USIM/EF.MSISDN": {"fcp_raw": "62__8205422100040283026F408A0104800200088800", "body": ["01020304", null]},
  "MF/DF.GONE/EF.X": {"fcp_raw": "62__8202412183024F018A0105800200018800", "body": "00"}
 }
}`

// tidy takes the blanks out of the hex of the dump above, and writes the
// length of an FCP where it says 62__.
func tidy(s string) string {
	var out strings.Builder
	quoted := strings.Split(s, `"`)
	for i, part := range quoted {
		if i > 0 {
			out.WriteByte('"')
		}
		if i%2 == 1 && strings.Trim(part, "0123456789ABCDEFabcdef _") == "" {
			part = strings.ReplaceAll(part, " ", "")
			if rest, ok := strings.CutPrefix(part, "62__"); ok {
				part = fmt.Sprintf("62%02X%s", len(rest)/2, rest)
			}
		}
		out.WriteString(part)
	}
	return out.String()
}

func openDump(t *testing.T, s string) *rig {
	t.Helper()
	img, err := ReadImage(strings.NewReader(tidy(s)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(img, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.PowerOn()
	return &rig{t, c}
}

func TestDumpOfPySim(t *testing.T) {
	r := openDump(t, dumped)
	if atr := r.card.ATR(); len(atr) != 22 || atr[0] != 0x3B {
		t.Errorf("ATR % X", atr)
	}
	mf := r.template(r.ok("00A40004023F00"))
	if tag(mf, 0xC6) != "83010183018A" {
		t.Errorf("PINs of the MF: %s", tag(mf, 0xC6))
	}
	// Nothing is known of the PINs, and none is taken.
	r.want("0020000100", "6D00")
	r.want("0020000108 31323334FFFFFFFF", "6D00")
	r.want("002C000100", "6D00")
	r.ok("00A40004022FE2")
	r.want("00B000000A", "98999900214365870931 9000")
	r.want("00B202340C", "800101A406830101950108FF 9000") // EF.ARR by SFI
}

func TestDumpedFiles(t *testing.T) {
	r := openDump(t, dumped)
	adf := r.template(r.ok("00A4040407A0000000871002"))
	if tag(adf, 0x84) != "A0000000871002" {
		t.Errorf("application: %v", adf)
	}
	imsi := r.template(r.ok("00A40004026F07"))
	if tag(imsi, 0x8B) != "6F0602" || tag(imsi, 0x88) != "38" || tag(imsi, 0xA5) != "800171" || tag(imsi, 0x80) != "0009" {
		t.Errorf("EF.IMSI: %v", imsi)
	}
	r.want("00B0000009", "089999991032547698 9000")
	r.want("00D6000001 09", "6982") // the dump says who may write
	r.want("00B0870009", "089999991032547698 9000")
	r.ok("00A40004026F08")
	r.want("00B0000021", "6982")
	r.ok("00A40004026FD9") // no content and no reason
	r.want("00B000000C", "6982")
	r.want("00A4000C026F3F", "6A82")
	r.ok("00A40004026F83")
	r.want("00B2010403", "000005 9000")
	r.want("00B2030403", "FFFFFF 9000")
	r.want("00B2040403", "6A83")
	r.ok("00A40004024F0B")
	r.gives("80CB008001 5C", "5C02 80 81")
	r.gives("80CB008001 81", "8102AABB")
	if _, sw := r.do("00A40004026F40"); sw != card.SWDeactivated {
		t.Errorf("a deactivated file is selected with %s", sw)
	}
	r.want("00A4000C024F01", "6A82") // in a directory the dump does not have
	// It can be saved and read back as an image.
	var out bytes.Buffer
	if err := WriteImage(&out, r.card.Image()); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadImage(&out); err != nil {
		t.Error(err)
	}
}

func TestDumpOf2GCard(t *testing.T) {
	r := openDump(t, `{"atr": "3B16 11 53494D3247 01", "files": {
	 "MF": {"fcp_raw": "00001C003F00010000000000090B0205040083 8A838A"},
	 "MF/DF.GSM": {"fcp_raw": "00001C007F2002000000000009130205040083 8A838A"},
	 "MF/DF.GSM/EF.SPN": {"fcp_raw": "000000116F46040004FF44010200 00", "body": "0153746172FFFFFFFFFFFFFFFFFFFFFFFF"},
	 "MF/DF.GSM/EF.ACM": {"fcp_raw": "000000096F39040011FF4401020303", "body": ["000002", "000001", "000000"]},
	 "MF/DF.GSM/EF.Kc": {"fcp_raw": "000000096F20040011FF44000200 00", "error": {"sw_actual": "9804"}}
	}}`)
	r.want("00A4000C023F00", "6E00")
	if df := r.ok("A0A40000027F20"); len(df) < 22 || df[18]&0x80 != 0 || df[20]&0x80 != 0 {
		t.Errorf("the PINs are told: % X", df)
	}
	r.want("A020000108 31323334FFFFFFFF", "9802")
	header := r.ok("A0A40000026F46")
	if len(header) != 15 || !bytes.Equal(header[8:11], []byte{0x04, 0xFF, 0x44}) {
		t.Errorf("header of EF.SPN: % X", header)
	}
	r.want("A0B0000005", "0153746172 9000")
	r.ok("A0A40000026F39")
	r.want("A0B2020403", "000001 9000")
	r.ok("A0A40000026F20")
	r.want("A0B0000009", "9804")
}

func TestHostileDumps(t *testing.T) {
	const (
		mf = `"MF": {"fcp_raw": "62__8202782183023F008A01058800"}`
		ef = "62__8202412183022FE28A0105800200028800"
	)
	file := func(entry string) string { return `{"files": {` + mf + `, "MF/EF.X": ` + entry + `}}` }
	many := new(strings.Builder)
	for i := range MaxFiles + 1 {
		fmt.Fprintf(many, `"f%d": {}, `, i)
	}
	for _, c := range []struct{ name, dump, says string }{
		{"no files", `{"files": {}}`, "no directory"},
		{"only files that were not found", `{"files": {"MF": {"error": {"sw_actual": "6a82"}}}}`, "no directory"},
		{"too many", `{"files": {` + many.String() + mf + `}}`, "more than 4096"},
		{"files of another type", `{"files": {"MF": 3}}`, "wrong type"},
		{"ATR", `{"atr": "3Bx", "files": {` + mf + `}}`, "ATR"},
		{"a long ATR", `{"atr": "` + strings.Repeat("3B", 40) + `", "files": {` + mf + `}}`, "ATR"},
		{"no hex", file(`{"fcp_raw": "62zz"}`), "not hex"},
		{"two descriptions", file(`{"fcp_raw": "62", "fcp_hex": "00"}`), "not hex"},
		{"no TLV", file(`{"fcp_raw": "6205820241"}`), "BER-TLV"},
		{"no descriptor", file(`{"fcp_raw": "62__83022FE2"}`), "file descriptor"},
		{"of no kind", file(`{"fcp_raw": "62__8202402183022FE2"}`), "no kind"},
		{"records untold", file(`{"fcp_raw": "62__8202422183022FE2"}`), "records"},
		{"no identifier", file(`{"fcp_raw": "62__82024121"}`), "identifier"},
		{"short header", file(`{"fcp_raw": "0000"}`), "neither an FCP"},
		{"odd header", file(`{"fcp_raw": "000000096F20090011FF440002000000"}`), "no kind"},
		{"header without structure", file(`{"fcp_raw": "000000096F20040011FF440002070000"}`), "structure"},
		{"header without record length", file(`{"fcp_raw": "000000096F20040011FF4400020100"}`), "record length"},
		{"two MFs", `{"files": {` + mf + `, "MF/MF": {"fcp_raw": "62__8202782183023F008A01058800"}}}`, "two MFs"},
		{"application's name", file(`{"fcp_raw": "62__820278218404A0000000"}`), "5 to 16"},
		{"decoded content", file(`{"fcp_raw": "` + ef + `", "body": {"imsi": "1"}}`), "--json"},
		{"content no hex", file(`{"fcp_raw": "` + ef + `", "body": "0g"}`), "--json"},
		{"a number", file(`{"fcp_raw": "` + ef + `", "body": 12}`), "--json"},
		{"records no list", file(`{"fcp_raw": "62__8205422100020283022FE28A0105", "body": "0102"}`), "--json"},
		{"long record", file(`{"fcp_raw": "62__8205422100020283022FE28A0105", "body": ["010203"]}`), "record 1 is longer"},
		{"records without length", file(`{"fcp_raw": "62__8205422100000283022FE28A0105", "body": [""]}`), "records are 1 to 255"},
		{"odd tag", file(`{"fcp_raw": "62__8202792183022FE28A0105", "body": {"x": ""}}`), "no tag"},
		{"tag list as an object", file(`{"fcp_raw": "62__8202792183022FE28A0105", "body": {"92": "80"}}`), "data objects"},
		{"deep", `{"files": {"MF": {"fcp": ` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `}}}`, "nested"},
		{"a name with controls", `{"files": {` + mf + `, "MF/\u001b[2J` + strings.Repeat("x", 500) + `": {"fcp_raw": "6"}}}`, "not hex"},
	} {
		_, err := ReadImage(strings.NewReader(tidy(c.dump)))
		if !errors.Is(err, ErrImage) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
			continue
		}
		if len(err.Error()) > 300 || strings.ContainsRune(err.Error(), 0x1B) {
			t.Errorf("%s: the error repeats the input: %q", c.name, err)
		}
	}
}

// What a card of ours cannot have is left out rather than refused: doubled
// identifiers and SFIs, rules it does not understand, keys nobody knows.
func TestDumpsThatDoNotFit(t *testing.T) {
	r := openDump(t, `{"files": {
	 "MF": {"fcp_raw": "62__8202782183023F008A0105C6089001808301018000"},
	 "MF/EF.A": {"fcp_raw": "62__8202412183022FE28A010580020001880110", "body": "01"},
	 "MF/EF.B": {"fcp_raw": "62__8202412183022FE28A010580020001880110", "body": "02"},
	 "MF/EF.C": {"fcp_raw": "62__8202412183022F058A0105800200018801108B022F06", "body": "03"}
	}}`)
	r.ok("00A40004022FE2")
	r.want("00B0000001", "01 9000")
	c := r.template(r.ok("00A40004022F05"))
	if tag(c, 0x88) != "" || tag(c, 0x8B) != "-" {
		t.Errorf("EF.C: %v", c)
	}
	r.want("00B0000001", "03 9000")
}

func TestRefusedAndReadable(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*File)
		ok     bool
	}{
		{"refuse", func(f *File) { f.Refuse = Hex{0x69, 0x85} }, true},
		{"success", func(f *File) { f.Refuse = Hex{0x90, 0x00} }, false},
		{"another length", func(f *File) { f.Refuse = Hex{0x6C, 0x04} }, false},
		{"half a status word", func(f *File) { f.Refuse = Hex{0x69} }, false},
		{"both", func(f *File) { f.Refuse, f.Readable = Hex{0x69, 0x82}, true }, false},
	} {
		img, err := OpenBuiltin("everyday")
		if err != nil {
			t.Fatal(err)
		}
		c.change(img.MF.Children[1])
		if err := img.Validate(); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	r := plug(t, "everyday", func(i *Image) { i.MF.Children[1].Refuse = Hex{0x69, 0x85} }, Options{})
	r.ok("00A40004022F05")
	r.want("00B0000004", "6985")
}
