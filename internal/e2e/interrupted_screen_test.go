//go:build linux && cgo

package e2e

import (
	"strings"
	"testing"
)

// deletion leads to the plan that deletes the contact Bob.
func (x *screen) deletion() {
	x.s.t.Helper()
	x.opened()
	x.verified(canaryPIN)
	x.gone(`reading .*\d+ ?%`)
	x.contacts()
	x.see(`21 contacts`)
	x.Keys("/")
	x.Type("Bob")
	x.see(` 1 found`)
	x.Keys("Enter", "d")
	x.see(`Permit this one change\?`)
	x.Keys("Tab", "Enter")
	x.see(`Bob Muster → none|EF.CC, from byte 1`)
	x.gone(`Looking at what the card has there`)
}

// The card dies with a record in its hands, or its answer is broken: the
// screen says that this is not known, and sends nothing again by itself.
func TestAPlanBrokenOffOnTheScreen(t *testing.T) {
	record := []byte{0x00, 0xDC}
	t.Run("the card dies", func(t *testing.T) {
		s := newStack(t)
		kept := s.input + "/kept.json"
		p, sent := s.deviant(deviant{Rules: []deviation{{Prefix: record, After: true, Fault: "die"}}, Save: kept})
		x := s.screen(100, 36)
		x.deletion()
		x.Keys("Tab", "Enter")
		got := x.see(`It is not known what the card holds now`)
		if !strings.Contains(got, "done and read back") || !strings.Contains(got, "not begun") {
			t.Errorf("the steps are not told apart:\n%s", got)
		}
		until(t, "the card is gone", p.ended)
		if n := count(sent(), "00DC", 6); n != 1 {
			t.Errorf("UPDATE RECORD was sent %d times", n)
		}
		x.Keys("Enter")
		x.gone(`It is not known what the card holds now`)
		_, sent = s.deviant(deviant{Image: kept})
		x.see(`PIN1 on ✓ 3 left`)
		x.quit()
		if n := changing(sent()); n != 0 {
			t.Errorf("the card that came back was written %d times", n)
		}
		s.wantRaw(usimBook+"4F3A", 5, ff(32)) // it was done after all
	})
	t.Run("a broken answer", func(t *testing.T) {
		s := newStack(t)
		_, sent := s.deviant(deviant{Rules: []deviation{{Prefix: record, Answer: []byte{0x90}, After: true, Once: true}}})
		x := s.screen(100, 36)
		x.deletion()
		x.Keys("Tab", "Enter")
		x.see(`It is not known what the card holds now`)
		if n := count(sent(), "00DC", 6); n != 1 {
			t.Errorf("UPDATE RECORD was sent %d times", n)
		}
		x.Keys("a") // go on: what was done is passed over
		x.see(`Done, and read back from the card`)
		if n := count(sent(), "00DC", 6); n != 2 {
			t.Errorf("in all UPDATE RECORD was sent %d times, want 2", n)
		}
		x.Keys("Enter")
		x.see(`20 contacts, 30 places free .*0 found`)
		x.quit()
	})
	t.Run("another program resets the card", func(t *testing.T) {
		s := newStack(t)
		_, sent := s.deviant(deviant{})
		x := s.screen(100, 36)
		x.deletion()
		o := s.connected()
		o.must("reset")
		if got := o.imsi(); got != "6982" {
			t.Fatalf("the reset did not take: %s", got)
		}
		x.Keys("Tab", "Enter")
		got := x.see(`Nothing was changed|First verify PIN1`)
		if strings.Contains(got, "Done, and read back") || changing(sent()) != 0 {
			t.Errorf("%d commands that write after the right was gone:\n%s", changing(sent()), got)
		}
		x.back(`╭ Delete the contact`)
		x.quit()
		s.wantPIN1("on", 3, 10)
	})
}
