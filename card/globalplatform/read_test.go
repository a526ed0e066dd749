package globalplatform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/cardtest"
	"simscope/card/tlv"
)

// fake is a card of applications, each with the answers to commands by their
// first bytes in hex; what is not there is refused with other, or 6A88.
type fake struct {
	apps  map[string]map[string]string
	other string
	app   string
	seen  []string
}

func (f *fake) answer(apdu []byte) ([]byte, error) {
	h := Hex(apdu).String()
	f.seen = append(f.seen, h)
	switch {
	case apdu[0] == 0xA0:
		return cardtest.Hex("6E00"), nil
	case apdu[1] == 0xA4 && apdu[2] == 0x04:
		name := dataOf(apdu)
		if _, ok := f.apps[name]; ok {
			f.app = name
			return cardtest.Hex("9000"), nil
		}
		return cardtest.Hex("6A82"), nil
	case apdu[1] == 0xA4 && dataOf(apdu) == "3F00":
		f.app = ""
		return cardtest.Hex("9000"), nil
	}
	best := ""
	for k := range f.apps[f.app] {
		if strings.HasPrefix(h, k) && len(k) > len(best) {
			best = k
		}
	}
	if best != "" {
		return cardtest.Hex(f.apps[f.app][best]), nil
	}
	if f.other != "" {
		return cardtest.Hex(f.other), nil
	}
	return cardtest.Hex("6A88"), nil
}

// dataOf is the data field of a short command in hex.
func dataOf(apdu []byte) string {
	if len(apdu) < 6 || len(apdu) < 5+int(apdu[4]) {
		return ""
	}
	return Hex(apdu[5 : 5+int(apdu[4])]).String()
}

func (f *fake) open(t *testing.T) *card.Session {
	t.Helper()
	c := cardtest.NewFunc(t, f.answer)
	c.SetInfo(func(i *card.Info) { i.Protocol = card.ProtocolT1 })
	s, err := card.Open(context.Background(), c, card.Options{Recorder: &card.MemoryRecorder{}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const isd, master, pkcs15 = "A000000151000000", "A00000015141434C00", "A000000063504B43532D3135"

func readISD(t *testing.T, f *fake) Info {
	t.Helper()
	var d Domain
	if err := f.open(t).Read(context.Background(), "test", func(x *card.Tx) (err error) {
		d, err = Candidates[0].ReadDomain(x)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return d.Info()
}

func TestReadDomain(t *testing.T) {
	i := readISD(t, &fake{apps: map[string]map[string]string{isd: {
		"80CA0066": "660B7309 06072A864886FC6B01 9000",
		"80CA00E0": "E00C C004 01 20 80 10 C004 02 01 80 08 9000",
		"80CA00C1": "C1020007 9000",
		"80CA00C2": "000102 9000",
		"80CA0042": "42039999F9 9000",
		"80CA0067": "6985",
		"80CA7F21": "7F2103930101 9000",
	}}})
	if !i.Selected || i.AID.String() != isd || !i.Recognition.GlobalPlatform || len(i.Keys) != 2 || !i.Weak() || *i.Sequence != 7 || *i.Confirmation != 258 {
		t.Errorf("%+v", i)
	}
	if i.IIN.String() != "9999F9" {
		t.Error(i.IIN)
	}
	for tag, want := range map[tlv.Tag]string{
		TagCardData: StateRead, TagCapabilities: StateRefused, TagCPLC: StateAbsent, TagCertificate: StateBroken, TagKeyInformation: StateRead, TagEID: "",
	} {
		if got := i.State(tag); got != want {
			t.Errorf("%s is %s, want %s", tag, got, want)
		}
	}
	if i.SWFor(TagCapabilities) != "6985" || i.SWFor(TagCardData) != "" || i.SWFor(TagEID) != "" {
		t.Error(i.Objects)
	}
}

// A card that knows class 00 only is asked with it; one that refuses both is
// told as refusing, not as having nothing.
func TestReadDomainByClass(t *testing.T) {
	f := &fake{apps: map[string]map[string]string{isd: {"80": "6E00", "00CA9F7F": "9F7F2A" + strings.Repeat("00", 42) + "9000"}}, other: "6A88"}
	if i := readISD(t, f); i.CPLC == nil || i.State(TagCardData) != StateAbsent {
		t.Errorf("%+v", i)
	}
	asked := 0
	for _, s := range f.seen {
		if strings.HasPrefix(s, "80CA") {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("class 80 was asked %d times", asked)
	}
	for _, sw := range []string{"6E00", "6985", "6982", "6D00"} {
		i := readISD(t, &fake{apps: map[string]map[string]string{isd: {"80": sw, "00CA": sw}}})
		for _, o := range i.Objects {
			if o.State != StateRefused || o.SW != sw {
				t.Errorf("%s: %+v", sw, o)
			}
		}
		if !i.Selected || i.Weak() {
			t.Errorf("%+v", i)
		}
	}
}

// Where no known name is selectable the application that the card selected is
// asked for little, and production data alone makes no security domain.
func TestReadDomainByItself(t *testing.T) {
	cplc := "9F7F2A" + strings.Repeat("00", 42) + "9000"
	i := readISD(t, &fake{apps: map[string]map[string]string{"": {"80CA9F7F": cplc}}})
	if i.Selected || i.CPLC == nil || i.SW != "6A82" {
		t.Errorf("%+v", i)
	}
	i = readISD(t, &fake{apps: map[string]map[string]string{"": {"80CA9F7F": cplc, "80CA00E0": "E006C00401018010 9000"}}})
	if !i.Selected || len(i.Keys) != 1 || len(i.AID) != 0 {
		t.Errorf("%+v", i)
	}
}

// A card that is locked says so when its domain is selected.
func TestReadDomainLocked(t *testing.T) {
	f := &fake{apps: map[string]map[string]string{isd: {"80CA00C1": "C1020007 9000"}}}
	c := cardtest.NewFunc(t, func(apdu []byte) ([]byte, error) {
		b, err := f.answer(apdu)
		if apdu[1] == 0xA4 && apdu[2] == 4 && len(b) == 2 && b[0] == 0x90 {
			return cardtest.Hex("6283"), nil
		}
		return b, err
	})
	c.SetInfo(func(i *card.Info) { i.Protocol = card.ProtocolT1 })
	s, err := card.Open(context.Background(), c, card.Options{Recorder: &card.MemoryRecorder{}})
	if err != nil {
		t.Fatal(err)
	}
	var d Domain
	if err := s.Read(context.Background(), "test", func(x *card.Tx) (err error) {
		d, err = Candidates[0].ReadDomain(x)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if i := d.Info(); !i.Locked || !i.Selected || i.SW != "" || *i.Sequence != 7 {
		t.Errorf("%+v", i)
	}
}

func readMaster(t *testing.T, answers map[string]string, more func(n int) string) (Master, int) {
	t.Helper()
	f := &fake{apps: map[string]map[string]string{master: answers}}
	parts := 0
	c := cardtest.NewFunc(t, func(apdu []byte) ([]byte, error) {
		if bytes.HasPrefix(apdu, []byte{0x80, 0xCA, 0xFF, 0x60}) && more != nil {
			parts++
			return cardtest.Hex(more(parts)), nil
		}
		return f.answer(apdu)
	})
	c.SetInfo(func(i *card.Info) { i.Protocol = card.ProtocolT1 })
	s, err := card.Open(context.Background(), c, card.Options{Recorder: &card.MemoryRecorder{}})
	if err != nil {
		t.Fatal(err)
	}
	var m Master
	if err := s.Read(context.Background(), "test", func(x *card.Tx) (err error) {
		m, err = ReadMaster(x)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return m, parts
}

// Rules may come in parts, up to the length that the first one states: no more
// is asked for then, and what differs from it is told.
func TestReadMaster(t *testing.T) {
	one := "E209E1024F00E303D00100"
	whole := "FF40" + fmt.Sprintf("%02X", 11*4) + strings.Repeat(one, 4)
	m, parts := readMaster(t, map[string]string{"80CAFF40": whole + "9000", "80CADF20": "DF200801020304050607089000"}, func(int) string { return "6A88" })
	if !m.Found || !m.Whole || m.Fault != nil || len(m.Rules) != 4 || parts != 0 || m.Refresh.String() != "0102030405060708" {
		t.Errorf("%+v after %d parts", m, parts)
	}
	cut := []string{whole[:20], whole[20:22], whole[22:40], whole[40:]}
	m, parts = readMaster(t, map[string]string{"80CAFF40": cut[0] + "9000"}, func(n int) string { return cut[n] + "9000" })
	if !m.Whole || m.Fault != nil || len(m.Rules) != 4 || parts != 3 {
		t.Errorf("%+v after %d parts", m, parts)
	}
	for name, c := range map[string]struct {
		first string
		more  func(int) string
		fault error
		rules int
	}{
		"refused in the middle": {cut[0] + "9000", func(int) string { return "6985" }, ErrShortRules, 0},
		"nothing more":          {cut[0] + "9000", func(int) string { return "9000" }, ErrShortRules, 0},
		"longer than stated":    {"FF400B" + one + "00009000", nil, ErrLongRules, 1},
		"longer in the last":    {cut[0] + "9000", func(int) string { return whole[20:] + "FFFF9000" }, ErrLongRules, 4},
		"a huge length":         {"FF4083FFFFFF" + strings.Repeat(one, 20) + "9000", func(int) string { return strings.Repeat(one, 20) + "9000" }, ErrHugeRules, 0},
		"a byte at a time":      {"FF40820FFF" + "9000", func(int) string { return "00" + "9000" }, ErrShortRules, 0},
	} {
		m, parts := readMaster(t, map[string]string{"80CAFF40": c.first}, c.more)
		if !errors.Is(m.Fault, c.fault) || m.Whole || len(m.Rules) < c.rules || len(m.Raw) > maxRules+256 || parts > maxParts+1 {
			t.Errorf("%s: %v, whole %v, %d rules, %d bytes, %d parts", name, m.Fault, m.Whole, len(m.Rules), len(m.Raw), parts)
		}
	}
	for _, sw := range []string{"6A88", "6985", "6E00"} {
		m, _ := readMaster(t, map[string]string{"80CA": sw, "00CA": sw}, nil)
		if !m.Found || m.SW.String() != sw || len(m.Rules) != 0 {
			t.Errorf("%s: %+v", sw, m)
		}
	}
	m, _ = readMaster(t, nil, nil)
	if len(m.Rules) != 0 || m.Whole && m.SW.OK() {
		t.Errorf("%+v", m)
	}
}

// files is a card of transparent files below the application of PKCS #15 or
// DF 7F50, by path in hex.
func files(t *testing.T, root string, content map[string]string, refuse string) (Files, error) {
	t.Helper()
	dir, current := "", ""
	c := cardtest.NewFunc(t, func(apdu []byte) ([]byte, error) {
		h := dataOf(apdu)
		sel := func(name string) ([]byte, error) {
			b, ok := content[name]
			if !ok {
				return cardtest.Hex("6A82"), nil
			}
			current = name
			n := len(cardtest.Hex(b))
			return append(tlv.Append(nil, 0x62, cardtest.Hex(fmt.Sprintf("82024121 8002%04X", n))), 0x90, 0), nil
		}
		switch {
		case apdu[0] == 0xA0:
			return cardtest.Hex("6E00"), nil
		case apdu[1] == 0xA4 && apdu[2] == 4:
			if root == pkcs15 && h == pkcs15 {
				dir = root
				return cardtest.Hex("9000"), nil
			}
			return cardtest.Hex("6A82"), nil
		case apdu[1] == 0xA4 && h == "3F00":
			dir = ""
			return cardtest.Hex("9000"), nil
		case apdu[1] == 0xA4 && strings.HasPrefix(h, root) && (root == "7F50" || root == "5F40"):
			dir = root
			if len(h) == 4 {
				return cardtest.Hex("62048202782190 00"), nil
			}
			return sel(h[4:])
		case apdu[1] == 0xA4 && h == "2F00" && root == "5F40":
			return cardtest.Hex("620A 82054221002102 8301009000"), nil
		case apdu[1] == 0xB2 && root == "5F40":
			dirs := []string{"61094F07A0000000871002", "61 14 4F0CA000000063504B43532D3135 5104 3F005F40"}
			if n := int(apdu[2]); n <= len(dirs) {
				return append(cardtest.Hex(dirs[n-1]), 0x90, 0), nil
			}
			return cardtest.Hex("6A83"), nil
		case apdu[1] == 0xA4 && strings.HasPrefix(h, "7FFF") && dir == pkcs15:
			if len(h) == 4 {
				return cardtest.Hex("9000"), nil
			}
			return sel(h[4:])
		case apdu[1] == 0xB0:
			if current == refuse {
				return cardtest.Hex("6982"), nil
			}
			b := cardtest.Hex(content[current])
			off := int(apdu[2])<<8 | int(apdu[3])
			if off > len(b) {
				return cardtest.Hex("6B00"), nil
			}
			n := int(apdu[4])
			return append(append([]byte{}, b[off:min(off+n, len(b))]...), 0x90, 0), nil
		}
		return cardtest.Hex("6A82"), nil
	})
	c.SetInfo(func(i *card.Info) { i.Protocol = card.ProtocolT1 })
	s, err := card.Open(context.Background(), c, card.Options{Recorder: &card.MemoryRecorder{}})
	if err != nil {
		t.Fatal(err)
	}
	var f Files
	err = s.Read(context.Background(), "test", func(x *card.Tx) (err error) {
		f, err = ReadFiles(x)
		return err
	})
	return f, err
}

func TestReadFiles(t *testing.T) {
	hash := strings.Repeat("61", 20)
	content := map[string]string{
		"5031": "A706 3004 0402 5207 FFFF",
		"5207": "A11A 3000 3000 A114 3012 060A2A864886FC6B81480101 3004 0402 4200",
		"4200": "3010 0408 0102030405060708 3004 0402 4300",
		"4300": "3010 A008 0406 FFFFFFFFFFFF 3004 0402 4310 3008 8200 3004 0402 4311 3008 8100 3004 0402 4310",
		"4310": "3016 0414" + hash,
		"4311": "",
	}
	for _, root := range []string{pkcs15, "7F50"} {
		f, err := files(t, root, content, "")
		if err != nil || !f.Found || !f.Whole || f.Stopped != "" || len(f.Rules) != 3 || f.Refresh.String() != "0102030405060708" {
			t.Fatalf("%s: %+v, %v", root, f, err)
		}
		if !f.Rules[0].Carrier || f.Rules[1].APDU != AccessNever || f.Rules[1].Target != TargetOthers || f.Rules[2].Device.String() != hash {
			t.Errorf("%s: %+v", root, f.Rules)
		}
		for _, refuse := range []string{"5031", "5207", "4200", "4300", "4310"} {
			f, err := files(t, root, content, refuse)
			if err != nil || !f.Found || f.Whole || f.Stopped == "" || f.SW != card.SWNotSatisfied {
				t.Errorf("%s, %s refused: %+v, %v", root, refuse, f, err)
			}
		}
	}
	// EF.DIR tells where they are: the application is not selectable, and 7F50
	// holds something else.
	f, err := files(t, "5F40", content, "")
	if err != nil || !f.Found || !f.Whole || len(f.Rules) != 3 || f.Base.String() != "3F00/5F40" {
		t.Errorf("by EF.DIR: %+v, %v", f, err)
	}
	f, err = files(t, "none", nil, "")
	if err != nil || f.Found || f.SW != card.SWNotFound {
		t.Errorf("%+v, %v", f, err)
	}
	// Two main files: a phone lets nobody in (clause 7.1.5), and so it is told.
	content["5207"] += content["5207"]
	if f, err := files(t, pkcs15, content, ""); err != nil || f.Whole || f.Stopped != "EF.DODF" || len(f.Rules) != 0 {
		t.Errorf("%+v, %v", f, err)
	}
	// A path that leads back to where it came from ends all the same.
	content["5207"] = "A11A 3000 3000 A114 3012 060A2A864886FC6B81480101 3004 0402 4300"
	content["4300"] = "3010 A008 0406 FFFFFFFFFFFF 3004 0402 4300"
	if f, err := files(t, pkcs15, content, ""); err != nil || f.Whole && f.Stopped == "" {
		t.Errorf("%+v, %v", f, err)
	}
}
