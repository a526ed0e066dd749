package messages

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/card/virtual"
	"simscope/fs"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	centre  = "07 91 447700099999"
	sender  = "0C 91 447700091032" // +447700900123
	other   = "0C 91 447700091042" // +447700900124
	theTime = "52 11 22 41 53 00 23"
	later   = "52 11 22 51 53 00 23"
	nextDay = "52 11 42 51 53 00 23"
	how     = "0C C8F71D14969741F977FD07" // How are you?
)

// part is a received part in UCS2: reference, total, sequence, one character.
func part(status, from, when string, ref, total, seq int, char rune) string {
	return fmt.Sprintf("%s%s44%s00 08%s08 050003%02X%02X%02X %04X", status, centre, from, when, ref, total, seq, char)
}

// cardWith makes a 2G card with the records in EF.SMS and EF.SMSR.
func cardWith(t testing.TB, sms, smsr []string) *fs.Card {
	t.Helper()
	pad := func(list []string, n int) []string {
		var out []string
		for _, s := range list {
			b := unhex(t, s)
			out = append(out, strings.ToUpper(hex.EncodeToString(append(b, bytes.Repeat([]byte{0xFF}, n-len(b))...))))
		}
		return out
	}
	file := func(fid string, n int, list []string) map[string]any {
		return map[string]any{
			"fid": fid, "kind": "linear-fixed", "record_length": n, "record_count": len(list), "records": pad(list, n), "gsm": "00FF44",
		}
	}
	children := []any{file("6F3C", 176, sms)}
	if len(smsr) > 0 {
		children = append(children, file("6F47", 30, smsr))
	}
	image, err := json.Marshal(map[string]any{
		"format": "simscope-card-image", "version": 1, "mode": "gsm", "atr": "3B00",
		"mf": map[string]any{"fid": "3F00", "kind": "df", "children": []any{
			map[string]any{"fid": "2FE2", "kind": "transparent", "size": 10, "data": "98999900210343658709", "gsm": "0FFF44"},
			map[string]any{"fid": "7F10", "kind": "df", "children": children},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	img, err := virtual.ReadImage(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}
	c := cardOf(t, img)
	if err := Load(context.Background(), c, false); err != nil {
		t.Fatal(err)
	}
	return c
}

// cardOf opens a card and finds its applications.
func cardOf(t testing.TB, img *virtual.Image) *fs.Card {
	t.Helper()
	p, err := virtual.NewProvider(virtual.Slot{Name: "test", Image: img})
	if err != nil {
		t.Fatal(err)
	}
	list, err := p.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	tr, err := p.Open(context.Background(), list[0].ID, card.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := card.Open(context.Background(), tr, card.Options{Recorder: &card.MemoryRecorder{}, Mode: card.WriteArmed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	c := fs.New(s, nil)
	if err := c.Discover(context.Background()); err != nil {
		t.Fatal(err)
	}
	return c
}

// shown is a message in a line: box, party, text, missing parts, records.
func shown(m Message) string {
	var recs []string
	for _, p := range m.Parts {
		recs = append(recs, fmt.Sprint(p.Record))
	}
	s := fmt.Sprintf("%s %s %q %s", m.Box, m.Party, m.Text, strings.Join(recs, ","))
	if len(m.Missing) > 0 {
		s += fmt.Sprint(" missing ", m.Missing)
	}
	if m.Deleted {
		s += " deleted"
	}
	return s
}

func TestBuild(t *testing.T) {
	c := cardWith(t, []string{
		part("01", sender, theTime, 7, 3, 3, '三'), // 1
		"00", // 2 free
		part("01", sender, theTime, 7, 3, 1, '一'),                 // 3
		part("03", other, theTime, 7, 2, 1, 'A'),                  // 4 of somebody else
		part("01", sender, theTime, 7, 3, 2, '二'),                 // 5
		part("01", sender, later, 7, 3, 1, '又'),                   // 6 the reference again
		part("01", sender, nextDay, 7, 3, 2, '晚'),                 // 7 and again, too late
		"0D 00 31 05" + sender + "00 00 AA" + how,                 // 8 sent
		"1D 00 31 06" + sender + "00 00 AA" + how,                 // 9 sent, report kept
		"07 00 01 00" + sender + "00 00" + how,                    // 10 draft
		"00" + centre + "04" + other + "00 00" + later + how,      // 11 deleted
		"01" + centre + "06 2A" + sender + theTime + later + "00", // 12 report
		part("00", sender, theTime, 9, 2, 2, '尾'),                 // 13 deleted part
		"01 00 07 00", // 14 reserved kind
	}, []string{"00", "09 06 06" + sender + theTime + later + "00"})
	names := func(n string) string {
		return map[string]string{"+447700900123": "Ada"}[n]
	}
	l := Build(c, names)
	got := map[string]Message{}
	for i, m := range l.Messages {
		got[shown(m)] = m
		if m.N != i+1 {
			t.Error(m.N, "stands at", i+1)
		}
	}
	for _, want := range []string{
		`inbox +447700900123 "一二三" 3,5,1`,
		`inbox +447700900124 "A…" 4 missing [2]`,
		`inbox +447700900123 "又…" 6 missing [2 3]`,
		`inbox +447700900123 "…晚…" 7 missing [1 3]`,
		`sent +447700900123 "How are you?" 8`,
		`sent +447700900123 "How are you?" 9`,
		`drafts +447700900123 "How are you?" 10`,
		`inbox +447700900124 "How are you?" 11 deleted`,
		`reports +447700900123 "" 12`,
		`inbox +447700900123 "…尾" 13 missing [1] deleted`,
		`other  "" 14`,
	} {
		if _, ok := got[want]; !ok {
			t.Errorf("no message %s", want)
		}
		delete(got, want)
	}
	for s := range got {
		t.Errorf("a message too many: %s", s)
	}
	if l.Messages[0].Time != "2025-11-24T15:35:00+08:00" || l.Messages[len(l.Messages)-1].Time != "" {
		t.Error("the newest message is not first, or those without a time not last")
	}
	if n := l.Deleted(); n != 2 {
		t.Errorf("%d deleted messages, want 2", n)
	}
	f := l.Files[0]
	if f.Slots != 14 || f.Free != 3 || f.Deleted != 2 {
		t.Errorf("%+v", f)
	}
	for _, m := range l.Messages {
		if m.Party == "+447700900123" && m.Name != "Ada" {
			t.Errorf("%s is not named", shown(m))
		}
		if m.Parts[0].Record == 9 && (m.Report == nil || m.Report.Status != 0 || m.Report.Time != "2025-11-22T15:35:00+08:00" || m.Report.Record != 2) {
			t.Errorf("the report of the sent message is %+v", m.Report)
		}
	}
}

// What is deleted is written over, reports too, and nothing else changes.
func TestDelete(t *testing.T) {
	c := cardWith(t, []string{
		part("01", sender, theTime, 7, 2, 2, '二'), part("01", sender, theTime, 7, 2, 1, '一'),
		"1D 00 31 06" + sender + "00 00 AA" + how, "00" + centre + "04" + other + "00 00" + later + how, "03" + centre + "04" + other + "00 00" + later + how,
	}, []string{"03 06 06" + sender + theTime + later + "00"})
	number := func(record int) int {
		for _, m := range Build(c, nil).Messages {
			for _, p := range m.Parts {
				if p.Record == record {
					return m.N
				}
			}
		}
		return 0
	}
	apply := func(p *fs.Plan, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if r, err := c.Apply(context.Background(), p, nil); err != nil || !r.Done() {
			t.Fatal(r, err)
		}
	}
	l := Build(c, nil)
	apply(l.MarkRead(number(5)))
	apply(Build(c, nil).Delete(number(1), number(3)))
	n, _ := c.Tree().Get(card.PathOf("", 0x7F10, fidSMS))
	free := append([]byte{0}, bytes.Repeat([]byte{0xFF}, 175)...)
	for i, want := range []bool{true, true, true, false, false} {
		if bytes.Equal(n.Content.Records[i], free) != want {
			t.Errorf("record %d: %X", i+1, n.Content.Records[i])
		}
	}
	if n.Content.Records[4][0] != 1 {
		t.Error("the new message was not marked as read")
	}
	r, _ := c.Tree().Get(card.PathOf("", 0x7F10, fidSMSR))
	if r.Content.Records[0][0] != 0 || r.Content.Records[0][1] != 0xFF {
		t.Errorf("the report stayed: %X", r.Content.Records[0])
	}
	apply(Build(c, nil).Wipe())
	left := Build(c, nil)
	if len(left.Messages) != 1 || left.Deleted() != 0 || left.Files[0].Free != 4 {
		t.Errorf("%+v", left)
	}
	if p, err := left.Wipe(); err != nil || len(p.Steps) > 0 {
		t.Error("there is something to wipe", p, err)
	}
	if _, err := left.Delete(9); err == nil {
		t.Error("a message that is not there was deleted")
	}
}

func TestExport(t *testing.T) {
	c := cardWith(t, []string{
		"01" + centre + "04" + sender + "00 08" + theTime + "0C 003D 0031 000A 001B 005B 0041",
		"01" + centre + "04" + sender + "00 04" + later + "03 01FF02",
	}, nil)
	l := Build(c, func(string) string { return "=Ada" })
	var text, table, doc bytes.Buffer
	for f, w := range map[Format]*bytes.Buffer{Text: &text, CSV: &table, JSON: &doc} {
		if err := Write(w, f, l.Messages); err != nil {
			t.Fatal(f, err)
		}
	}
	if err := Write(&text, "pdf", nil); err == nil {
		t.Error("a format that is not there was written")
	}
	want := "1  received  2025-11-22T15:35:00+08:00  =Ada (+447700900123)\n01FF02\n\n" +
		"2  received  2025-11-22T14:35:00+08:00  =Ada (+447700900123)\n=1\n␛[A\n"
	if text.String() != want {
		t.Errorf("%q", text.String())
	}
	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil || len(rows) != 3 || rows[2][7] != "'=1\n␛[A" || rows[2][6] != "'=Ada" || rows[2][5] != "+447700900123" {
		t.Errorf("%q, %v", rows, err)
	}
	var back []Message
	if err := json.Unmarshal(doc.Bytes(), &back); err != nil || len(back) != 2 || back[1].Text != "=1\n\x1b[A" {
		t.Errorf("%+v, %v", back, err)
	}
	if bytes.ContainsAny(doc.Bytes(), "\x1b") {
		t.Error("formats")
	}
}

func TestMatches(t *testing.T) {
	m := Message{Text: "How ARE you?", Party: "+447700900123", Name: "Ada Lovelace", Time: "2025-11-22T14:35:00+08:00"}
	for s, want := range map[string]bool{"": true, "are you": true, "lovelace": true, "7700 900": true, "2025-11": true, "x": false, "12": true, "99": false} {
		if m.Matches(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

// Whatever the records hold: no panic, every part stands in one message.
func FuzzBuild(f *testing.F) {
	f.Add(unhex(f, part("01", sender, theTime, 7, 3, 3, 'x')), unhex(f, part("01", sender, theTime, 7, 3, 1, 'y')))
	f.Add(unhex(f, "00"), unhex(f, "1D 00 31 06"+sender+"00 00 AA"+how))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if len(a) > 176 || len(b) > 176 {
			return
		}
		c := cardWith(t, []string{hex.EncodeToString(a), hex.EncodeToString(b), hex.EncodeToString(a)}, nil)
		seen := map[int]bool{}
		l := Build(c, nil)
		for _, m := range l.Messages {
			for _, p := range m.Parts {
				if seen[p.Record] {
					t.Errorf("record %d stands in two messages", p.Record)
				}
				seen[p.Record] = true
			}
			for _, n := range m.Missing {
				if n < 1 || n > m.Total {
					t.Error("missing", n)
				}
			}
		}
		for _, x := range []Format{Text, CSV, JSON} {
			var out bytes.Buffer
			if err := Write(&out, x, l.Messages); err != nil {
				t.Error(err)
			}
			if bytes.ContainsAny(out.Bytes(), "\x1b\x07\x00") {
				t.Errorf("%s holds a control character", x)
			}
		}
	})
}

// A file that was found and not read when the tree was looked at, and that was
// read by the time it is decoded, is in the list like others.
func TestBuildWhileTheCardIsRead(t *testing.T) {
	c := cardWith(t, []string{part("01", sender, theTime, 7, 1, 1, '一')}, nil)
	nodes := c.Tree().All()
	for i := range nodes {
		if nodes[i].Content != nil {
			nodes[i].State, nodes[i].Content = fs.Present, nil
		}
	}
	l := build(c, nodes, nil)
	if len(l.Messages) != 1 || len(l.Files) != 1 || len(l.Closed) != 0 {
		t.Errorf("%+v", l)
	}
}

// words are the essence of a message and its details in one line.
func words(m Message) string {
	s := m.Essence()
	for _, d := range m.Details() {
		if d.Label != "Service centre" {
			s += "; " + d.Label + ": " + d.Value
		}
	}
	return s
}

// What a message is besides its text is said in words.
func TestKindsInWords(t *testing.T) {
	received := func(first, pid, dcs, ud string) string {
		return "01 " + centre + first + sender + pid + dcs + theTime + ud
	}
	submit := func(first, mr, vp string) string { return "05 " + centre + first + mr + sender + "00 00" + vp + how }
	report := func(mr, st string) string { return "01 " + centre + "06" + mr + sender + theTime + later + st }
	for _, c := range []struct{ record, want string }{
		{received("04", "00", "00", how), "How are you?; Coding: 7-bit text"},
		{received("44", "00", "04", "0B 0605040B8423F0 DEADBEEF"), "DEADBEEF; Coding: 8-bit data; Header: to port 2948, from port 9200"},
		{received("44", "00", "04", "06 0404020A09 CA"), "CA; Coding: 8-bit data; Header: to port 10, from port 9"},
		{received("44", "00", "08", "07 0401020003 0041"), "A; Coding: UCS2 text; Header: voice mail waits: 3"},
		{received("44", "00", "08", "07 0401020100 0041"), "A; Coding: UCS2 text; Header: no fax waits any more"},
		{received("44", "00", "08", "06 03250101 0041"), "A; Coding: UCS2 text; Header: national alphabet: Turkish"},
		{received("44", "00", "08", "0D 0A2208"+sender+"0041"), "A; Coding: UCS2 text; Header: reply address: +447700900123"},
		{received("04", "00", "C8", how), "How are you?; Coding: 7-bit text, voice mail waits"},
		{received("04", "00", "C0", how), "How are you?; Coding: 7-bit text, no voice mail waits any more"},
		{received("04", "00", "10", how), "How are you?; Coding: 7-bit text, shown at once and not kept"},
		{received("04", "43", "00", how), "How are you?; Coding: 7-bit text; Protocol: 43  replaces an earlier one of its kind"},
		{received("04", "40", "00", "00"), "A phone acknowledges it and shows nothing.; Coding: 7-bit text; Protocol: 40  silent: the phone acknowledges it and shows nothing; Note: A phone acknowledges it and shows nothing."},
		{received("04", "00", "20", "02 AABB"), "AABB; Coding: compressed"},
		{submit("11", "05", "A7"), "How are you?; Coding: 7-bit text; Validity: 1 day"},
		{submit("09", "05", "01A70000000000"), "How are you?; Coding: 7-bit text; Validity: 1 day"},
		{submit("09", "05", "42 1E 0000000000"), "How are you?; Coding: 7-bit text; Validity: 30 seconds, tried once"},
		{submit("09", "05", "03 102000 000000"), "How are you?; Coding: 7-bit text; Validity: 01:02:00"},
		{submit("09", "05", "0FA70000000000"), "How are you?; Coding: 7-bit text; Validity: 0FA70000000000"},
		{submit("19", "05", theTime), "How are you?; Coding: 7-bit text; Validity: 2025-11-22 14:35:00 +08:00"},
		{"05 " + centre + "02 07 00 00 05" + sender + "00", "is there news of the message? (message 5); Command: is there news of the message? (message 5)"},
		{report("05", "46"), "not delivered; Report: not delivered  2025-11-22T15:35:00+08:00"},
	} {
		l := Build(cardWith(t, []string{c.record}, nil), nil)
		if len(l.Messages) != 1 || words(l.Messages[0]) != c.want {
			t.Errorf("%s: %d messages\n     %s\nnot: %s", c.record, len(l.Messages), words(l.Messages[0]), c.want)
		}
	}
}

// A status report that is kept as a message is put beside the message it is
// about, where only one can be meant; removing that one leaves the report.
func TestKeptReports(t *testing.T) {
	submit := func(mr, to string) string { return "05 " + centre + "31" + mr + to + "00 00 A7" + how }
	report := func(mr, from, st string) string { return "01 " + centre + "06" + mr + from + theTime + later + st }
	c := cardWith(t, []string{
		submit("05", sender), submit("06", sender), submit("06", sender), submit("07", other),
		report("05", sender, "00"), report("06", sender, "46"), report("07", sender, "00"),
	}, nil)
	l := Build(c, nil)
	about := map[string]string{}
	for _, m := range l.Messages {
		record := fmt.Sprint(m.Parts[0].Record)
		if m.Report != nil {
			about[record] = fmt.Sprint("report of record ", m.Report.Record, " at ", m.Report.Time)
			p, err := l.Delete(m.N)
			if err != nil || len(p.Steps) != 1 || p.Steps[0].Record != 1 {
				t.Errorf("%+v %v", p, err)
			}
		}
		if m.ReportOn > 0 {
			on, _ := l.Get(m.ReportOn)
			about[record] = fmt.Sprint("on record ", on.Parts[0].Record)
		}
	}
	if want := fmt.Sprint(map[string]string{"1": "report of record 5 at 2025-11-22T15:35:00+08:00", "5": "on record 1"}); fmt.Sprint(about) != want {
		t.Errorf("%v\nnot %s", about, want)
	}
}
