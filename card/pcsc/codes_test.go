package pcsc

import (
	"errors"
	"testing"

	"simscope/card"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		err       error
		use, open card.TransportKind
		text      string
	}{
		{code(0x8010001D), card.KindServiceDown, card.KindServiceDown, "op: service_down (0x8010001D): SCARD_E_NO_SERVICE"},
		{code(0x8010001E), card.KindServiceDown, card.KindServiceDown, ""},
		{code(0x80100013), card.KindServiceDown, card.KindServiceDown, ""},
		{code(0x80100003), card.KindServiceDown, card.KindServiceDown, ""},
		{code(0x8010006A), card.KindDenied, card.KindDenied, ""},
		{code(0x8010000B), card.KindBusy, card.KindBusy, ""},
		{code(0x80100009), card.KindGone, card.KindNoReader, ""},
		{code(0x8010000C), card.KindGone, card.KindNoCard, ""},
		{code(0x8010002E), card.KindGone, card.KindNoReader, ""},
		{code(0x80100017), card.KindGone, card.KindNoReader, ""},
		{code(0x80100069), card.KindGone, card.KindNoCard, "op: gone (0x80100069): SCARD_W_REMOVED_CARD"},
		{code(0x80100068), card.KindReset, card.KindReset, ""},
		{code(0x80100067), card.KindReset, card.KindMute, ""},
		{code(0x80100066), card.KindMute, card.KindMute, ""},
		{code(0x80100016), card.KindProtocol, card.KindMute, ""},
		{code(0x8010000F), card.KindProtocol, card.KindProtocol, ""},
		{code(0x8010001F), card.KindUnknown, card.KindUnknown, ""},
		{code(0x80100022), card.KindUnknown, card.KindUnknown, ""},
		{code(6), card.KindServiceDown, card.KindServiceDown, ""},
		{code(1167), card.KindGone, card.KindNoReader, ""},
		{code(0x53204253), card.KindUnknown, card.KindUnknown, "op: unknown (0x53204253): 0x53204253"},
		{&crashError{"SCardConnect"}, card.KindProtocol, card.KindProtocol, ""},
		{ErrUnavailable, card.KindServiceDown, card.KindServiceDown, ""},
		{errors.New("something else"), card.KindUnknown, card.KindUnknown, ""},
	} {
		use, open := classify("op", c.err, false), classify("op", c.err, true)
		if use.Kind != c.use || open.Kind != c.open {
			t.Errorf("%v: %s in use, %s while opening, want %s and %s", c.err, use.Kind.ID(), open.Kind.ID(), c.use.ID(), c.open.ID())
		}
		if !errors.Is(use, c.err) {
			t.Errorf("%v is lost in %v", c.err, use)
		}
		if c.text != "" && use.Error() != c.text {
			t.Errorf("text %q, want %q", use.Error(), c.text)
		}
	}
}

func TestCodeTable(t *testing.T) {
	seen := map[code]bool{}
	for _, r := range codeTable {
		if seen[r.code] || r.name == "" {
			t.Errorf("row %08X %q is double or has no name", uint32(r.code), r.name)
		}
		seen[r.code] = true
	}
	if got := CodeName(0x8010006A); got != "SCARD_W_SECURITY_VIOLATION" {
		t.Error(got)
	}
}
