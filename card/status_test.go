package card_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"simscope/card"
)

func TestSWOK(t *testing.T) {
	for sw, want := range map[card.SW]bool{
		0x9000: true, 0x9001: false, 0x9180: true, 0x9100: true, 0x9200: true, 0x920F: true, 0x9240: false,
		0x6110: true, 0x6100: true, 0x9F16: true, 0x6283: true, 0x6282: true, 0x62F1: true,
		0x63C0: false, 0x63C3: false, 0x6300: false, 0x6C10: false, 0x6982: false, 0x6A82: false,
		0x9300: false, 0x9404: false, 0x9804: false, 0x9E10: false, 0x6D00: false, 0x0000: false,
	} {
		if sw.OK() != want {
			t.Errorf("%s: OK is %v", sw, !want)
		}
	}
}

func TestSWCounter(t *testing.T) {
	for sw, want := range map[card.SW]int{0x63C0: 0, 0x63C3: 3, 0x63CF: 15, 0x6300: -1, 0x63B3: -1, 0x6983: -1} {
		n, ok := sw.Counter()
		if ok != (want >= 0) || ok && n != want {
			t.Errorf("%s: %d, %v", sw, n, ok)
		}
	}
}

func TestSWMeaning(t *testing.T) {
	for _, tt := range []struct {
		sw             card.SW
		pattern, class string
	}{
		{0x9000, "9000", "ok"},
		{0x6114, "61xx", "ok"},
		{0x63C2, "63cx", "warning"},
		{0x6282, "6282", "warning"},
		{0x6215, "6202-6280", "warning"},
		{0x6281, "6281", "warning"},
		{0x6402, "6402-6480", "error"},
		{0x6480, "6402-6480", "error"},
		{0x9202, "920x", "ok"},
		{0x9212, "92xx", "ok"},
		{0x9240, "9240", "error"},
		{0x6E00, "6e00", "checking"},
		{0x6E01, "6exx", "checking"},
		{0x9862, "9862", "security"},
	} {
		m, ok := tt.sw.Meaning()
		if !ok || m.Pattern != tt.pattern || m.Class != tt.class || m.Text == "" || m.Spec == "" {
			t.Errorf("%s: %+v, %v; want %s", tt.sw, m, ok, tt.pattern)
		}
	}
	for _, sw := range []card.SW{0, 0x1234, 0x6481, 0x9999} {
		if m, ok := sw.Meaning(); ok {
			t.Errorf("%s means %+v", sw, m)
		}
	}
}

func TestStatusError(t *testing.T) {
	e := fmt.Errorf("reading: %w", &card.StatusError{Op: "SELECT", File: card.PathOf("", 0x7F10, 0x6F3A), HasFile: true, SW: 0x6A82})
	for _, part := range []string{"SELECT", "3F00/7F10/6F3A", "6A82", "not found"} {
		if !strings.Contains(e.Error(), part) {
			t.Errorf("%q lacks %q", e, part)
		}
	}
	if !errors.Is(e, &card.StatusError{SW: 0x6A82}) || errors.Is(e, &card.StatusError{SW: 0x6982}) {
		t.Error("Is compares other things than status words")
	}
	if !card.Absent(e) || card.Denied(e) || !card.Refused(e) || card.SWOf(e) != 0x6A82 {
		t.Error("6A82 is not sorted as absent")
	}
	if d := error(&card.StatusError{SW: 0x6982}); !card.Denied(d) || card.Absent(d) {
		t.Error("6982 is not sorted as denied")
	}
	if g := error(&card.TransportError{Kind: card.KindGone, Op: "x"}); card.Refused(g) || card.Denied(g) || card.Absent(g) {
		t.Error("a transport error is taken for an answer")
	}
	if p := error(&card.PINError{SW: 0x63C2}); !card.Refused(p) {
		t.Error("a wrong PIN is no answer of the card")
	}
}

func TestTransportError(t *testing.T) {
	e := fmt.Errorf("x: %w", &card.TransportError{Kind: card.KindReset, Op: "transmit", Code: 0x80100068, Err: errors.New("was reset")})
	if !errors.Is(e, &card.TransportError{Kind: card.KindReset}) || errors.Is(e, &card.TransportError{Kind: card.KindGone}) {
		t.Error("Is compares other things than kinds")
	}
	for _, part := range []string{"transmit", "reset", "0x80100068", "was reset"} {
		if !strings.Contains(e.Error(), part) {
			t.Errorf("%q lacks %q", e, part)
		}
	}
}

func TestNextID(t *testing.T) {
	for _, tt := range []struct {
		ins  byte
		data bool
		sw   card.SW
		want string
	}{
		{0x20, false, 0x63C3, ""},
		{0x20, true, 0x63C2, "pin_wrong"},
		{0x20, true, 0x63C0, "pin_wrong_blocked"},
		{0x2C, true, 0x63C0, "puk_blocked"},
		{0x2C, false, 0x63CA, ""},
		{0x2C, true, 0x6983, "puk_blocked"},
		{0x2C, true, 0x9840, "puk_blocked"},
		{0x20, true, 0x6983, "pin_blocked"},
		{0x20, false, 0x9000, ""},
		{0x2C, false, 0x9000, ""},
		{0x20, true, 0x9000, ""},
		{0x20, true, 0x6F00, "pin_unusable"},
		{0x26, true, 0x6984, "pin_unusable"},
		{0x20, false, 0x6A88, "pin_absent"},
		{0x20, true, 0x9804, "chv_wrong"},
		{0xB0, false, 0x9804, "right_missing"},
		{0xD6, true, 0x63C1, ""},
		{0xA4, true, 0x6A82, "not_found"},
		{0xB2, false, 0x6A83, "no_record"},
		{0x88, true, 0x9862, ""},
		{0xB0, false, 0x6F12, ""},
	} {
		if got := card.NextID([4]byte{0, tt.ins, 0, 1}, tt.data, tt.sw); got != tt.want {
			t.Errorf("INS %02X data %v SW %s: %q, want %q", tt.ins, tt.data, tt.sw, got, tt.want)
		}
	}
}

func TestInsName(t *testing.T) {
	for _, tt := range []struct {
		cla, ins byte
		want     string
	}{
		{0x00, 0xA4, "SELECT"},
		{0x03, 0xB0, "READ BINARY"},
		{0x41, 0xB2, "READ RECORD"},
		{0xA0, 0x88, "RUN GSM ALGORITHM"},
		{0x00, 0x88, "AUTHENTICATE"},
		{0x80, 0xE6, "INSTALL"},
		{0x00, 0xE6, "TERMINATE DF"},
		{0xC0, 0xF2, "GET STATUS"},
		{0x84, 0xE2, "STORE DATA"},
		{0x00, 0xFF, "command 00 FF"},
	} {
		if got := card.InsName(card.Command{CLA: tt.cla, INS: tt.ins}); got != tt.want {
			t.Errorf("%02X %02X: %q, want %q", tt.cla, tt.ins, got, tt.want)
		}
	}
}
