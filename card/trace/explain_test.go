package trace

import (
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/fs/ef/vectors"
	"simscope/texts"
)

func TestTitles(t *testing.T) {
	for _, c := range []struct {
		cmd, want string
		file      *card.Path
	}{
		{"00 A4 08 04 04 7F FF 6F 07", "SELECT ADF.USIM/EF.IMSI", &pathIMSI},
		{"00 A4 08 04 04 7F 10 6F 3A", "SELECT 7F10/6F3A", nil},
		{"00 A4 04 04 05 A0 00 00 00 87", "SELECT A000000087", nil},
		{"01 A4 00 04 02 6F 07", "SELECT 6F07", nil},
		{"00 B0 00 00 09", "READ BINARY EF.IMSI", &pathIMSI},
		{"00 B0 01 00 09", "READ BINARY EF.IMSI at 256", &pathIMSI},
		{"00 B0 87 00 09", "READ BINARY ADF.USIM SFI 07", &card.Path{App: usimAID}},
		{"00 B2 03 04 1E", "READ RECORD EF.ADN record 3", &pathADN},
		{"A0 B2 00 02 1E", "READ RECORD EF.ADN next record", &pathADN},
		{"00 20 00 01 00", "VERIFY PIN1: tries?", nil},
		{"00 20 00 01 08 00 00 00 00 00 00 00 00", "VERIFY PIN1", nil},
		{"00 24 00 81 08 00 00 00 00 00 00 00 00", "CHANGE PIN2", nil},
		{"00 20 00 0A 08 00 00 00 00 00 00 00 00", "VERIFY ADM1", nil},
		{"00 2C 00 01 00", "UNBLOCK PIN1: tries?", nil},
		{"A0 2C 00 00 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "UNBLOCK CHV1", nil},
		{"A0 20 00 02 08 00 00 00 00 00 00 00 00", "VERIFY CHV2", nil},
		{"00 70 00 00 01", "MANAGE CHANNEL open", nil},
		{"00 70 80 02", "MANAGE CHANNEL close 2", nil},
		{"80 78 00 01 00", "GET IDENTITY SUCI", nil},
		{"80 78 00 02 00", "GET IDENTITY SUCI for Wi-Fi", nil},
		{"00 88 00 81 00", "AUTHENTICATE 3G", nil},
		{"A0 88 00 00 10", "RUN GSM ALGORITHM", nil},
		{"80 F2 00 00 00", "STATUS", nil},
		{"80 F2 40 02 02 4F 00", "GET STATUS", nil},
		{"84 F2 80 03 0A 4F 00 01 02 03 04 05 06 07 08", "GET STATUS", nil},
		{"C2 12 00 00 10", "FETCH", nil},
		{"90 60 00 00 00", "90 60", nil},
		{"00 FF 00 00", "00 FF", nil},
		{"00 B0", "2 bytes, too few for a command", nil},
	} {
		e := apdu(t, c.cmd, "", 0x9000)
		if c.file != nil {
			e = at(e, *c.file)
		}
		if got := Explain(e, testNames).Title; got != c.want {
			t.Errorf("%s: %q, want %q", c.cmd, got, c.want)
		}
	}
	if got := Summary(card.Exchange{Kind: card.ExchangeNote, Note: "x\x1b[2J"}, nil); strings.ContainsRune(got.Title, 0x1b) {
		t.Errorf("a note moves the cursor: %q", got.Title)
	}
}

func TestMeanings(t *testing.T) {
	const pin = "08 00 00 00 00 00 00 00 00"
	for _, c := range []struct {
		cmd   string
		sw    card.SW
		want  string
		class Class
	}{
		{"00 20 00 01 00", 0x63C2, "2 tries left", ClassOK},
		{"00 20 00 01", 0x63C2, "2 tries left", ClassOK},
		{"00 20 00 01 00", 0x63C0, "blocked: no tries left", ClassBad},
		{"00 20 00 01 00", 0x9000, "already open, or the PIN is off", ClassOK},
		{"00 20 00 01" + pin, 0x63C2, "wrong, 2 tries left", ClassBad},
		{"00 20 00 01" + pin, 0x63C0, "wrong, and now blocked", ClassBad},
		{"00 20 00 01" + pin, 0x6983, "blocked: nothing was tried", ClassBad},
		{"00 20 00 01" + pin, 0x9000, "right: now open", ClassOK},
		{"00 2C 00 01" + pin, 0x63C9, "wrong PUK, 9 tries left", ClassBad},
		{"00 2C 00 01" + pin, 0x9000, "right: new PIN set, and it is on", ClassOK},
		{"A0 20 00 01" + pin, 0x9840, "wrong, and now blocked", ClassBad},
		{"00 D6 00 00 01 00", 0x63C2, "written, after 2 retries in the card", ClassOK},
		{"00 D6 00 00 01 00", 0x63C0, "done", ClassOK},
		{"80 32 00 00 03 00 00 01", 0x63C1, "written, after 1 retry in the card", ClassOK},
		{"00 A4 00 04 02 6F 07", 0x6A82, "not found", ClassNone},
		{"00 A4 00 04 02 6F 07", 0x6283, "selected; the file is deactivated", ClassWarn},
		{"00 A4 00 04 02 6F 07", 0x6100, "done, 256 bytes wait", ClassOK},
		{"00 B0 00 00 09", 0x6982, "reading needs a right that is missing", ClassWarn},
		{"00 B0 00 00 09", 0x6C0A, "asks for length 10", ClassNone},
		{"00 88 00 81", 0x9862, "the network's proof (MAC) is wrong", ClassBad},
		{"80 AA 00 00 02 A9 00", 0x6D00, "the card does not take it, which means nothing", ClassWarn},
		{"80 F2 00 00 00", 0x9110, "done, a toolkit command waits", ClassOK},
		{"80 F2 00 00 00", 0x1234, "no specification names this answer", ClassBad},
	} {
		l := Summary(apdu(t, c.cmd, "", c.sw), nil)
		if l.SWText != c.want || l.Class != c.class || l.SW != c.sw.String() {
			t.Errorf("%s %s: %s %q %s, want %q %s", c.cmd, c.sw, l.SW, l.SWText, l.Class, c.want, c.class)
		}
		cmd, err := card.ParseCommand(unhex(t, c.cmd))
		if err != nil {
			t.Fatal(err)
		}
		if got := Meaning(cmd, c.sw); got.Text != c.want {
			t.Errorf("Meaning(%s, %s) = %q", c.cmd, c.sw, got.Text)
		}
	}
	lost := Summary(card.Exchange{Command: []byte{0, 0xB0, 0, 0}, Err: "gone"}, nil)
	if lost.Class != ClassBad || lost.SWText != "the card was taken away" || lost.SW != "" {
		t.Errorf("lost: %+v", lost)
	}
}

// flat lists fields as "name@side:off+len=value".
func flat(fs []Field) string {
	var b strings.Builder
	for _, f := range fs {
		side := "c"
		if f.Response {
			side = "r"
		}
		fmt.Fprintf(&b, "%s@%s%d+%d=%s\n%s", f.Name, side, f.Off, f.Len, f.Value, flat(f.Sub))
	}
	return b.String()
}

func TestDetails(t *testing.T) {
	for _, c := range []struct {
		e    card.Exchange
		want []string
	}{
		{at(apdu(t, "00 A4 04 04 07 A0 00 00 00 87 10 02 00", fcpADF, 0x9000), card.Path{App: usimAID}), []string{
			"CLA@c0+1=00  interindustry, channel 0", "P1@c2+1=04  by application identifier",
			"P2@c3+1=04  answer with FCP, first or only", "Lc@c4+1=7 bytes",
			"Application identifier@c5+7=A0 00 00 00 87 10 02", "Le@c12+1=up to 256 bytes", "File@c0+0=ADF.USIM",
			"62  FCP template@r0+36=\n", "82  File descriptor@r2+4=78 21  directory", "84  DF name@r6+14=A0",
			"8A  Life cycle status@r20+3=05  activated", "C6  PIN status template@r23+11=",
			"83  Key reference@r31+3=81  PIN2", "A5  Proprietary information@r34+2=", "Status@r36+2=9000  done",
		}},
		{apdu(t, "00 A4 00 04 02 6F 3A", "62 0B 82 05 42 21 00 1E 03 80 02 00 5A", 0x9000), []string{
			"82  File descriptor@r2+7=42 21 00 1E 03  linear fixed, 3 records of 30 bytes",
			"80  File size@r9+4=00 5A  90 bytes", "File identifier@c5+2=6F 3A",
		}},
		{apdu(t, "A0 C0 00 00 0F", "00 00 00 09 6F 07 04 00 14 00 14 01 02 00 00", 0x9000), []string{
			"CLA@c0+1=A0  2G SIM", "File size@r2+2=00 09  9 bytes", "File identifier@r4+2=6F 07", "Structure@r13+1=00  transparent",
		}},
		{apdu(t, "A0 F2 00 00 16", "00 00 12 34 7F 20 02 00 00 00 00 00 09 93 02 17 08 00 83 8A 83 0A", 0x9000), []string{
			"CHV1 switch@r13+1=93  off", "CHV1@r18+1=83  3 tries left", "UNBLOCK CHV2@r21+1=0A  not initialised",
		}},
		{apdu(t, "00 88 00 81 22 10 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 10 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10", "DC 01 AA", 0x9000), []string{
			"RAND@c6+16=01", "AUTN@c23+16=01", "AUTS@r2+1=AA",
		}},
		{apdu(t, "00 20 00 01 04 31 32 33 34", "", 0x9000), []string{"Data@c5+4=•••• PIN", "Lc@c4+1=4 bytes", "PIN1"}},
		{apdu(t, "00 B0 00 00 05 01", "", 0x6700), []string{"Malformed@c0+0=the length byte"}},
		{apdu(t, "00 A4 00 04 02 6F 3A", "62 05 82 09 42", 0x9000), []string{"Malformed@c0"}},
		{card.Exchange{Kind: card.ExchangeReset, Response: unhex(t, "3B9F96801FC78031A073BE21136743200718000001A5")}, []string{
			"TS@r0+1=3B", "TA1@r2+1=96", "TD1@r3+1=80", "TD2@r4+1=1F", "TA3@r5+1=C7", "Historical bytes@r6+15=80 31", "TCK@r21+1=A5",
		}},
	} {
		got := strings.ReplaceAll(flat(Explain(c.e, testNames).Detail), "Malformed@r", "Malformed@c")
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("% X: no %q in\n%s", c.e.Command, w, got)
			}
		}
		if strings.Contains(got, "<trace.") {
			t.Errorf("a sentence is missing:\n%s", got)
		}
	}
}

// Every identifier in the tables has its sentence.
func TestSentencesExist(t *testing.T) {
	for _, m := range meanings {
		if !texts.Has("trace.sw." + m.id) {
			t.Errorf("no sentence trace.sw.%s", m.id)
		}
	}
	for _, p := range [][]paramText{selectP1, selectP2, selectOccurrence, recordMode, searchMode, searchStart, seekMode, seekType, blockP2, statusP1, statusP2, channelP1, authP2, filesP1} {
		for _, x := range p {
			if !texts.Has("trace.p." + x.id) {
				t.Errorf("no sentence trace.p.%s", x.id)
			}
		}
	}
	for _, f := range append(gsmDFFields, gsmEFFields...) {
		if !texts.Has("trace." + f.id) {
			t.Errorf("no sentence trace.%s", f.id)
		}
	}
	for k := card.KindUnknown; k <= card.KindAbandoned; k++ {
		if !texts.Has("trace.err." + k.ID()) {
			t.Errorf("no sentence trace.err.%s", k.ID())
		}
	}
	for _, c := range conditions {
		if !texts.Has("trace.filter.about." + c.about) {
			t.Errorf("no sentence trace.filter.about.%s", c.about)
		}
	}
	if len(insNames()) < 80 || len(tagTable()) < 40 {
		t.Error("a table was not read")
	}
}

func FuzzExplain(f *testing.F) {
	for _, e := range append(session(f), canaries(f)...) {
		f.Add(e.Command, e.Response, uint16(e.SW), uint8(e.Kind), 3, 4)
	}
	f.Fuzz(func(t *testing.T, cmd, rsp []byte, sw uint16, kind uint8, off, n int) {
		e := card.Exchange{
			Command: cmd, Response: rsp, SW: card.SW(sw), Kind: card.ExchangeKind(kind % 4),
			Hidden: []card.Span{{Off: off, Len: n, Word: "key"}, {Response: true, Off: n, Len: off, Word: "key"}},
		}
		check(t, e, Explain(e, testNames).Detail)
	})
}

// check says that every field lies inside its bytes, the status word's two
// included.
func check(t *testing.T, e card.Exchange, fs []Field) {
	for _, f := range fs {
		limit := len(e.Command)
		if f.Response {
			limit = len(e.Response) + 2
		}
		if f.Off < 0 || f.Len < 0 || f.Off+f.Len > limit {
			t.Fatalf("%s lies at %d+%d of %d", f.Name, f.Off, f.Len, limit)
		}
		check(t, e, f.Sub)
	}
}

// The published AUTHENTICATE of a group call is taken apart to the facts that
// stand in its command; its answer is a key and is withheld. Its source wrote
// a class byte that 3GPP TS 31.102 clause 7.1.2 does not have.
func TestPublishedAuthenticate(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range all {
		if v.File != "APDU/AUTHENTICATE" {
			continue
		}
		n++
		key := v.Facts["vstk"].(string)
		e := apdu(t, "00"+v.Hex[2:], "DB10"+key, 0x9000)
		e.Hidden = append(e.Hidden, floorSpans(e)...)
		got := map[string]string{"context": Explain(e, nil).Title}
		for _, f := range details(e, nil) {
			for _, data := range f.Sub {
				for _, part := range data.Sub {
					got[part.Name] = strings.ToLower(strings.ReplaceAll(part.Value, " ", ""))
				}
			}
			if f.Response && !f.Hidden && strings.Contains(strings.ToLower(strings.ReplaceAll(f.Value, " ", "")), key) {
				t.Error("the key of the group is shown")
			}
		}
		want := map[string]string{
			"context": "AUTHENTICATE VGCS/VBS", "VService_Id": v.Facts["vservice_id"].(string),
			"VK_Id": v.Facts["vk_id"].(string), "VSTK_RAND": v.Facts["vstk_rand"].(string),
		}
		for name, s := range want {
			if got[name] != s {
				t.Errorf("%s is %q, want %q", name, got[name], s)
			}
		}
		if len(v.Facts) != len(want)+1 {
			t.Errorf("%d facts, %d are mapped", len(v.Facts), len(want)+1)
		}
	}
	if n != 1 {
		t.Errorf("%d vectors, want 1", n)
	}
}
