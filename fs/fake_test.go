package fs

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/tlv"
)

// fakeCard is a card for tests of protocol rules: files by path, class 00 with
// SELECT by path, or class A0 with SELECT by FID. hook may answer instead.
type fakeCard struct {
	gsm   bool
	atr   []byte
	files map[string]*fakeFile // "3F00/2FE2", "<AID>/6F07"
	hook  func(apdu []byte) []byte
	fail  func(apdu []byte) error
	gen   uint32

	app     string
	dir     string // 2G: current directory
	cur     *fakeFile
	pending []byte
	log     [][]byte
}

type fakeFile struct {
	info    []byte // FCP or header
	body    []byte
	recs    [][]byte
	readSW  uint16 // refusal of reads, 0: allowed
	writeSW uint16
	dir     bool
}

func (f *fakeCard) Info() card.Info {
	return card.Info{ATR: f.atr, Protocol: card.ProtocolT0, Generation: f.gen}
}
func (f *fakeCard) Begin(context.Context) error                 { return nil }
func (f *fakeCard) End(context.Context) error                   { return nil }
func (f *fakeCard) Close(context.Context, bool) error           { return nil }
func (f *fakeCard) Reset(context.Context, card.ResetKind) error { f.forget(); return nil }
func (f *fakeCard) forget()                                     { f.app, f.dir, f.cur, f.pending = "", "3F00", nil, nil }

func sw(v uint16) []byte { return []byte{byte(v >> 8), byte(v)} }

func (f *fakeCard) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.log = append(f.log, bytes.Clone(apdu))
	if f.fail != nil {
		if err := f.fail(apdu); err != nil {
			return nil, err
		}
	}
	if f.hook != nil {
		if r := f.hook(apdu); r != nil {
			return r, nil
		}
	}
	return f.answer(apdu), nil
}

func (f *fakeCard) answer(a []byte) []byte {
	want := byte(0x00)
	if f.gsm {
		want = 0xA0
	}
	if a[0]&0xF0 != want {
		return sw(0x6E00)
	}
	switch a[1] {
	case card.InsGetResponse:
		return append(f.pending, 0x90, 0)
	case card.InsSelect:
		return f.selectFile(a)
	case card.InsReadBinary:
		return f.readBinary(a)
	case card.InsReadRecord:
		return f.record(a, nil)
	case card.InsUpdateBinary:
		if f.cur.writeSW != 0 {
			return sw(f.cur.writeSW)
		}
		copy(f.cur.body[int(a[2])<<8|int(a[3]):], a[5:])
		return sw(0x9000)
	case card.InsUpdateRecord:
		return f.record(a, a[5:])
	}
	return sw(0x6D00)
}

func (f *fakeCard) selectFile(a []byte) []byte {
	data := strings.ToUpper(hex.EncodeToString(a[5 : 5+a[4]]))
	path := "3F00"
	switch {
	case f.gsm:
		switch {
		case data == "3F00":
		case f.files[f.dir+"/"+data] != nil:
			path = f.dir + "/" + data
		default:
			path = "3F00/" + data
			if i := strings.LastIndexByte(f.dir, '/'); i > 0 {
				path = f.dir[:i] + "/" + data
			}
		}
	case a[2] == 0x04:
		for p := range f.files {
			if !strings.Contains(p, "/") && p != "3F00" && strings.HasPrefix(p, data) {
				path, f.app = p, p
			}
		}
		if path == "3F00" {
			return sw(0x6A82)
		}
	case a[2] == 0x08:
		if strings.HasPrefix(data, "7FFF") {
			path, data = f.app, data[4:]
		}
		for i := 0; i+4 <= len(data); i += 4 {
			path += "/" + data[i:i+4]
		}
	}
	file := f.files[path]
	if file == nil {
		if f.gsm {
			return sw(0x9404)
		}
		return sw(0x6A82)
	}
	if file.dir {
		f.dir = path
	}
	f.cur, f.pending = file, file.info
	if len(file.info) == 0 {
		return sw(0x9000)
	}
	if f.gsm {
		return []byte{0x9F, byte(len(file.info))}
	}
	return []byte{0x61, byte(len(file.info))}
}

func (f *fakeCard) readBinary(a []byte) []byte {
	if f.cur.readSW != 0 {
		return sw(f.cur.readSW)
	}
	off, n := int(a[2])<<8|int(a[3]), int(a[4])
	if n == 0 {
		n = 256
	}
	if off > len(f.cur.body) {
		return sw(0x6B00)
	}
	b := f.cur.body[off:min(off+n, len(f.cur.body))]
	return append(bytes.Clone(b), 0x90, 0)
}

func (f *fakeCard) record(a, update []byte) []byte {
	n := int(a[2])
	switch {
	case update == nil && f.cur.readSW != 0:
		return sw(f.cur.readSW)
	case update != nil && f.cur.writeSW != 0:
		return sw(f.cur.writeSW)
	case n < 1 || n > len(f.cur.recs):
		return sw(0x6A83)
	case update != nil:
		f.cur.recs[n-1] = bytes.Clone(update)
		return sw(0x9000)
	}
	return append(bytes.Clone(f.cur.recs[n-1]), 0x90, 0)
}

// count is the number of commands of one instruction that were sent.
func (f *fakeCard) count(ins byte) int {
	n := 0
	for _, a := range f.log {
		if a[1] == ins {
			n++
		}
	}
	return n
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// fcp builds an FCP template: descriptor and FID, then what more says in hex.
func fcp(desc string, fid uint16, size int, more string) []byte {
	v := tlv.Append(nil, 0x82, unhex(desc))
	v = tlv.Append(v, 0x83, sw(fid))
	v = append(v, unhex(more)...)
	v = tlv.Append(v, 0x8A, []byte{5})
	if size >= 0 {
		v = tlv.Append(v, 0x80, sw(uint16(size)))
	}
	return tlv.Append(nil, 0x62, v)
}

const testUSIM = "A0000000871002FF44FF1289"

// binaryFile and recordFile make EFs whose rule is a record of the EF.ARR
// given (hex of the value of tag 8B).
func binaryFile(fid uint16, body []byte, rule string) *fakeFile {
	return &fakeFile{info: fcp("4121", fid, len(body), "8B"+fmt.Sprintf("%02X", len(rule)/2)+rule), body: body}
}

func recordFile(fid uint16, rule string, recs ...[]byte) *fakeFile {
	desc := fmt.Sprintf("4221%04X%02X", len(recs[0]), len(recs))
	return &fakeFile{info: fcp(desc, fid, len(recs)*len(recs[0]), "8B"+fmt.Sprintf("%02X", len(rule)/2)+rule), recs: recs}
}

func pad(b []byte, n int) []byte {
	for len(b) < n {
		b = append(b, 0xFF)
	}
	return b
}

// usimCard is a UICC with one USIM: PIN1 on, EF.Keys there, a phone book with
// a linked file, services 1 (phone book), 12 and 85 on.
func usimCard() *fakeCard {
	ust := make([]byte, 17)
	for _, n := range []int{1, 12, 19, 85} {
		ust[(n-1)/8] |= 1 << ((n - 1) % 8)
	}
	dirRec := pad(unhex("61144F0C"+testUSIM+"50045553494D"), 32)
	arr := [][]byte{
		unhex("8001019000800102A40683010A950108"),                                 // read always, update ADM1
		unhex("800103A406830101950108800118A40683010A950108"),                     // read and update PIN1, the rest ADM1
		unhex("800101A406830101950108800102A010A40683010A950108A40683010B950108"), // update ADM1 or ADM2
	}
	for i := range arr {
		arr[i] = pad(arr[i], 40)
	}
	c := func(a [][]byte) [][]byte { return append([][]byte(nil), a...) }
	f := &fakeCard{atr: unhex("3B9F96801FC78031A073BE21136743200718000001A5"), gen: 1}
	onPIN := "C6099001C0830101830181"
	f.files = map[string]*fakeFile{
		"3F00":      {info: fcp("7821", 0x3F00, -1, onPIN), dir: true},
		"3F00/2FE2": binaryFile(0x2FE2, unhex("98990921436587092143"), "2F0601"),
		"3F00/2F00": recordFile(0x2F00, "2F0601", dirRec),
		"3F00/2F06": recordFile(0x2F06, "2F0601", c(arr)...),
		testUSIM:    {info: fcp("7821", 0x7FF0, -1, "840C"+testUSIM+onPIN), dir: true},
	}
	usim := map[uint16]*fakeFile{
		0x6FAD: binaryFile(0x6FAD, unhex("00000002"), "6F0601"),
		0x6F38: binaryFile(0x6F38, ust, "6F0602"),
		0x6F07: binaryFile(0x6F07, unhex("089999991032547698"), "6F0603"),
		0x6F08: binaryFile(0x6F08, bytes.Repeat([]byte{0x5A}, 33), "6F0602"),
		0x6F46: binaryFile(0x6F46, pad([]byte("\x01Star Mobile"), 17), "6F0601"),
		0x6F7E: binaryFile(0x6F7E, unhex("FFFFFFFF99F9990000FF01"), "6F0602"),
		0x6F42: recordFile(0x6F42, "6F0602", bytes.Repeat([]byte{0xFF}, 28), bytes.Repeat([]byte{0xFF}, 28)),
		0x6F05: binaryFile(0x6F05, pad([]byte("en"), 600), "6F0601"),
		0x6F06: recordFile(0x6F06, "6F0601", c(arr)...),
	}
	for fid, file := range usim {
		f.files[fmt.Sprintf("%s/%04X", testUSIM, fid)] = file
	}
	pb := testUSIM + "/5F3A"
	f.files[pb] = &fakeFile{info: fcp("7821", 0x5F3A, -1, ""), dir: true}
	f.files[pb+"/4F30"] = recordFile(0x4F30, "6F0602", pad(unhex("A809C0034F3A01C5024F09"), 20))
	f.files[pb+"/4F3A"] = recordFile(0x4F3A, "6F0602", bytes.Repeat([]byte{0xFF}, 28))
	f.files[pb+"/4F09"] = recordFile(0x4F09, "6F0602", []byte{0, 0})
	f.forget()
	return f
}

func openFake(t testing.TB, f *fakeCard) *Card {
	t.Helper()
	s, err := card.Open(context.Background(), f, card.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(s, nil)
}

func discovered(t testing.TB, f *fakeCard) *Card {
	t.Helper()
	c := openFake(t, f)
	if err := c.Discover(context.Background()); err != nil {
		t.Fatal(err)
	}
	return c
}

func usimPath(fids ...card.FID) card.Path { return card.PathOf(card.AID(unhex(testUSIM)), fids...) }
