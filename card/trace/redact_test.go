package trace

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"simscope/card"
)

// canaries are exchanges whose secret bytes were not zeroed by whoever made
// them: DEADBEEF0123 must not come out anywhere.
func canaries(t testing.TB) []card.Exchange {
	const secret = "DE AD BE EF 01 23"
	hide := func(e card.Exchange, s ...card.Span) card.Exchange {
		e.Hidden = s
		return e
	}
	return []card.Exchange{
		hide(apdu(t, "00 D6 00 00 06"+secret, "", 0x9000), card.Span{Off: 5, Len: 6, Word: "key"}),
		hide(apdu(t, "00 B0 00 00 06", secret, 0x9000), card.Span{Response: true, Len: 6, Word: "key"}),
		hide(apdu(t, "80 E2 00 00 08 D1 06"+secret, secret, 0x6F00), card.Span{Off: 7, Len: 99, Word: "key\x1b[2J"},
			card.Span{Response: true, Off: -3, Len: math.MaxInt, Word: "key"}),
		hide(apdu(t, "00 A4 04 04 06"+secret, "62 06"+secret, 0x9000), card.Span{Off: 9, Len: 2, Word: "b"},
			card.Span{Off: 5, Len: 5, Word: "a"}, card.Span{Response: true, Off: 0, Len: 8, Word: "c"}),
		// No span at all, as from a trace of another program.
		apdu(t, "00 20 00 01 06"+secret, "", 0x9000),
		apdu(t, "00 24 00 01 0C"+secret+secret, "", 0x63C2),
		apdu(t, "A0 2C 00 00 0C"+secret+secret, "", 0x9804),
		apdu(t, "00 20 00 01 00 00 06"+secret, "", 0x9000),
		apdu(t, "00 20 00 01 99"+secret, "", 0x6700),
		apdu(t, "80 D8 01 81 06"+secret, "", 0x9000),
		apdu(t, "00 88 00 81 00", "DB 06"+secret, 0x9000),
		hide(apdu(t, "00 24 00 01 0C"+secret+secret, "", 0x9000), card.Span{Off: 5, Len: 6, Word: "PIN"}),
	}
}

func TestCanary(t *testing.T) {
	es := canaries(t)
	l := logOf(es...)
	var out bytes.Buffer
	for _, f := range []Format{FormatText, FormatJSON, FormatHex} {
		if err := Export(context.Background(), &out, f, slices.Values(es), testNames); err != nil {
			t.Fatal(err)
		}
	}
	raw := recordingOf(t, es...)
	out.Write(raw)
	for _, e := range es {
		fmt.Fprintf(&out, "%+v\n%v\n", Explain(e, testNames), Redact(e))
	}
	rec, err := ReadRecording(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, lg := range []*Log{l, rec.Log} {
		if lg.Len() != len(es) {
			t.Fatalf("%d rows, want %d", lg.Len(), len(es))
		}
		for _, e := range lg.View().All() {
			fmt.Fprintf(&out, "%X %X %v\n", e.Command, e.Response, e)
			if len(e.Hidden) == 0 {
				t.Errorf("%X says nothing of what is withheld", e.Command)
			}
		}
		for _, b := range append(slices.Clone(lg.blocks), &lg.open) {
			out.Write(b.arena)
		}
	}
	for _, secret := range []string{"DEADBEEF", "DE AD BE", "AD BE", "BE EF", "EF 01", "[222 173", "222 173", "190 239", "\xDE\xAD", "\xBE\xEF", "\x1b"} {
		if i := strings.Index(out.String(), secret); i >= 0 {
			s := out.String()
			t.Errorf("%q comes out: …%q", secret, s[max(i-80, 0):min(i+40, len(s))])
		}
	}
	if !strings.Contains(out.String(), dots) || !strings.Contains(out.String(), stars) {
		t.Error("nothing in the output marks withheld bytes")
	}
	for _, word := range []string{"DEADBEEF0123", `"de ad be ef"`, "BEEF", "ADBEE"} {
		f, err := ParseFilter(word)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := f.Matcher(nil).Run(context.Background(), l.View(), 0); len(got) != 0 {
			t.Errorf("a filter finds withheld bytes: %s in rows %v", word, got)
		}
	}
}

func TestRedactKeepsCaller(t *testing.T) {
	e := apdu(t, "00 20 00 01 04 31 32 33 34", "", 0x9000)
	r := Redact(e)
	if !bytes.Equal(r.Command, unhex(t, "00 20 00 01 04 00 00 00 00")) {
		t.Errorf("got % X", r.Command)
	}
	if e.Command[5] != 0x31 {
		t.Error("the caller's bytes were written to")
	}
	if want := (card.Span{Off: 5, Len: 4, Word: "PIN"}); len(r.Hidden) != 1 || r.Hidden[0] != want {
		t.Errorf("spans %v, want %v", r.Hidden, want)
	}
	for _, cmd := range []string{"00 20 00 01 00", "00 20 00 01", "80 F2 00 00 02 01 02", "00 D8"} {
		if r := Redact(apdu(t, cmd, "", 0x9000)); len(r.Hidden) != 0 {
			t.Errorf("%s: withheld %v, but it holds no secret", cmd, r.Hidden)
		}
	}
	if r := Redact(apdu(t, "00 88 00 81 00", "DC 02 AA BB", 0x9000)); len(r.Hidden) != 0 {
		t.Error("AUTS is withheld, which is no secret")
	}
}
