package fs

import (
	"context"
	"slices"
	"strings"
	"testing"

	"simscope/card"
	"simscope/fs/ef"
	"simscope/texts"
)

const testCSIM = "A0000003431002F310FFFF89020000FF"

// cdmaBodies are transparent files that an R-UIM and a CSIM share.
var cdmaBodies = map[uint16]string{
	0x6F22: "", // the encoder makes it
	0x6F24: "000000000000000000FFFFFFFF000000",
	0x6F2C: "05",
	0x6F30: "001200000000400121000280005000006EDB",
	0x6F31: "0430201080000000",
	0x6F33: "123456",
	0x6F41: "010401" + "0053007400610072" + "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
	0x6F43: "000000",
	0x6F4C: "0D100B6162634078797A2E636F6D1000",
	0x6F50: "0410055A5AFF",
}

// cdmaFiles puts the files of a CDMA subscription below dir.
func cdmaFiles(t *testing.T, f *fakeCard, dir string) {
	t.Helper()
	imsi, ok := ef.Lookup("ADF.CSIM/EF.IMSI_M")
	if !ok {
		t.Fatal("EF.IMSI_M has no decoder")
	}
	body, err := imsi.Encode(ef.CDMAIMSI{Programmed: true, MCC: "999", D11D12: "99", S2: "012", S1: "3456789"}, 10)
	if err != nil {
		t.Fatal(err)
	}
	for fid, in := range cdmaBodies {
		b := unhex(in)
		if fid == 0x6F22 {
			b = body
		}
		f.files[dir+"/"+hexFID(fid)] = binaryFile(fid, b, "6F0601")
	}
	f.files[dir+"/6F28"] = recordFile(0x6F28, "6F0601", unhex("6100FFFF00"), unhex("0000000000"))
	f.files[dir+"/6F44"] = recordFile(0x6F44, "6F0601", unhex("0B51551AAA41F2FFFF0900"), unhex("FFFFFFFFFFFFFFFFFFFFFF"))
}

func hexFID(fid uint16) string { return strings.ToUpper(card.FID(fid).String()) }

// csimCard is a UICC whose only application is a CSIM.
func csimCard(t *testing.T) *fakeCard {
	f := usimCard()
	for p := range f.files {
		if strings.HasPrefix(p, testUSIM) {
			delete(f.files, p)
		}
	}
	f.files["3F00/2F00"] = recordFile(0x2F00, "2F0601", pad(unhex("61184F10"+testCSIM+"50044353494D"), 32))
	f.files[testCSIM] = &fakeFile{info: fcp("7821", 0x7FC0, -1, "8410"+testCSIM+"C6099001C0830101830181"), dir: true}
	f.files[testCSIM+"/6F32"] = binaryFile(0x6F32, unhex("F8F2009C03"), "6F0601")
	cdmaFiles(t, f, testCSIM)
	return f
}

// Every file of a CSIM is found, read and decoded; the code and the passwords
// are not read.
func TestWalkCSIM(t *testing.T) {
	c := discovered(t, csimCard(t))
	if err := c.Walk(context.Background(), WalkOptions{}); err != nil {
		t.Fatal(err)
	}
	checkCDMA(t, c, "ADF.CSIM", card.PathOf(card.AID(unhex(testCSIM))))
	if n, _ := c.Tree().Get(card.PathOf(card.AID(unhex(testCSIM)), 0x6F3B)); n.State != ServiceOff {
		t.Errorf("EF.FDN is %v where EF.CST has its service off", n.State)
	}
}

// An R-UIM has the same files in DF.CDMA.
func TestWalkRUIM(t *testing.T) {
	f := usimCard()
	for p := range f.files {
		if strings.HasPrefix(p, testUSIM) {
			delete(f.files, p)
		}
	}
	delete(f.files, "3F00/2F00")
	f.files["3F00/7F25"] = &fakeFile{info: fcp("7821", 0x7F25, -1, ""), dir: true}
	cdmaFiles(t, f, "3F00/7F25")
	c := discovered(t, f)
	if err := c.Walk(context.Background(), WalkOptions{}); err != nil {
		t.Fatal(err)
	}
	checkCDMA(t, c, "MF/DF.CDMA", card.PathOf("", fidCDMA))
}

func checkCDMA(t *testing.T, c *Card, home string, dir card.Path) {
	t.Helper()
	for fid := range cdmaBodies {
		p := dir.Child(card.FID(fid))
		n, ok := c.Tree().Get(p)
		if !ok || !n.State.Exists() || !strings.HasPrefix(n.Catalogue, home+"/") {
			t.Errorf("%v is %+v", p, n)
			continue
		}
		secret := fid == 0x6F33 || fid == 0x6F50
		if secret == (n.State == Read) || secret != card.SecretFile(p) {
			t.Errorf("%s is %v, secret %v", n.Catalogue, n.State, card.SecretFile(p))
		}
		if d, ok := c.Decode(p); !secret && (!ok || len(d.Parts) == 0) {
			t.Errorf("%s is not decoded", n.Catalogue)
		}
	}
	id, err := c.Identify(context.Background())
	if err != nil || id.IMSI != "999990123456789" || id.MCC != "999" || id.SPN != "Star" || !slices.Equal(id.Numbers, []string{"15550100142"}) {
		t.Errorf("identity %+v, %v", id, err)
	}
	if got, ok := c.Subscriber(); !ok || got != dir {
		t.Errorf("the subscriber is %v", got)
	}
	if _, err := c.HomeDir(""); err == nil {
		t.Error("files of 3GPP are looked for in a CDMA subscription")
	}
}

// A USIM comes before a CSIM beside it.
func TestUSIMBeforeCSIM(t *testing.T) {
	f := usimCard()
	with := csimCard(t)
	for p, file := range with.files {
		if strings.HasPrefix(p, testCSIM) {
			f.files[p] = file
		}
	}
	f.files["3F00/2F00"].recs = append(f.files["3F00/2F00"].recs, with.files["3F00/2F00"].recs...)
	f.files["3F00/2F00"].info = recordFile(0x2F00, "2F0601", f.files["3F00/2F00"].recs...).info
	c := discovered(t, f)
	if dir, ok := c.Subscriber(); !ok || KindOf(dir.App) != AppUSIM || len(c.Applications()) != 2 {
		t.Errorf("subscriber %v of %d applications", dir, len(c.Applications()))
	}
}

// The access class of a CSIM has the identifier of a USIM's file of keys.
func TestSecretsOfCSIM(t *testing.T) {
	csim, usim := card.AID(unhex(testCSIM)), card.AID(unhex(testUSIM))
	for _, c := range []struct {
		app    card.AID
		fid    card.FID
		secret bool
	}{
		{csim, 0x6F2C, false},
		{usim, 0x6F2C, true},
		{csim, 0x6F33, true},
		{csim, 0x6F6B, true},
		{csim, 0x6F6C, true},
		{usim, 0x6F50, false},
		{csim, 0x6F50, true},
		{csim, 0x6F69, true},
	} {
		if got := card.SecretFile(card.PathOf(c.app, c.fid)); got != c.secret {
			t.Errorf("%v of %v is secret: %v", c.fid, c.app, got)
		}
	}
}

// Every file of the two homes has a sentence of its own; those with the ends of
// long numbers have none anywhere.
func TestAboutCDMA(t *testing.T) {
	n := 0
	for _, e := range Files().All() {
		if e.Structure.IsDir() || !strings.HasPrefix(e.Path, "ADF.CSIM/") && !strings.HasPrefix(e.Path, "MF/DF.CDMA/") {
			continue
		}
		n++
		if !texts.Has("file."+e.Name) && !strings.HasPrefix(e.Name, "EF.EXT") {
			t.Errorf("%s has no sentence", e.Path)
		}
	}
	if n < 140 {
		t.Errorf("%d files of CDMA", n)
	}
}

// A card whose EF.IMSI_M is not programmed says who it is by EF.IMSI_T; one
// with both is not asked for the second.
func TestIdentityFromTrueIMSI(t *testing.T) {
	dir := card.PathOf(card.AID(unhex(testCSIM)))
	d, _ := ef.Lookup("ADF.CSIM/EF.IMSI_T")
	body := func(v ef.CDMAIMSI) []byte {
		b, err := d.Encode(v, 10)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	second := body(ef.CDMAIMSI{Programmed: true, MCC: "001", D11D12: "01", S2: "987", S1: "6543210"})
	for name, tc := range map[string]struct {
		first []byte // of EF.IMSI_M; nil: not there
		want  string
		from  card.FID
	}{
		"both":           {body(ef.CDMAIMSI{Programmed: true, MCC: "999", D11D12: "99", S2: "012", S1: "3456789"}), "999990123456789", fidIMSIM},
		"not programmed": {body(ef.CDMAIMSI{MCC: "999", D11D12: "99", S2: "012", S1: "3456789"}), "001019876543210", fidIMSIT},
		"erased":         {slices.Repeat([]byte{0xFF}, 10), "001019876543210", fidIMSIT},
		"absent":         {nil, "001019876543210", fidIMSIT},
	} {
		f := csimCard(t)
		delete(f.files, testCSIM+"/6F22")
		if tc.first != nil {
			f.files[testCSIM+"/6F22"] = binaryFile(0x6F22, tc.first, "6F0601")
		}
		f.files[testCSIM+"/6F23"] = binaryFile(0x6F23, second, "6F0601")
		c := discovered(t, f)
		id, err := c.Identify(context.Background())
		if err != nil || id.IMSI != tc.want || id.MCC != tc.want[:3] {
			t.Errorf("%s: %+v (%v), want %s", name, id, err, tc.want)
		}
		if p := c.IMSIFile(dir); p != dir.Child(tc.from) {
			t.Errorf("%s: the IMSI is from %s", name, p)
		}
		if n, ok := c.Tree().Get(dir.Child(fidIMSIT)); ok != (tc.from == fidIMSIT) {
			t.Errorf("%s: EF.IMSI_T is %v", name, n.State)
		}
	}
}
