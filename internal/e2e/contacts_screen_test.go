//go:build linux && cgo

package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// contacts goes to the phone book.
func (x *screen) contacts() {
	x.s.t.Helper()
	x.Keys("C")
	x.see(`╭ Contacts ─`)
}

// apply leads a plan that stands on the screen to its result: permitted for
// once, seen, carried out.
func (x *screen) apply(shows string, before func()) {
	x.s.t.Helper()
	x.see(`Permit this one change\?`)
	x.see(`(?s)leave and\s.*press\s.*w\.`)
	x.Keys("Tab", "Enter")
	x.see(shows)
	x.gone(`Looking at what the card has there`)
	before()
	x.Keys("Tab")
	x.see(`▌ Change 8999`)
	x.Keys("Enter")
	x.see(`Done, and read back from the card`)
}

// A person verifies PIN1, looks for a contact, writes a new one, sees what
// that means, has it done, sees it, and takes it back.
func TestContactsOnTheScreen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := newStack(t)
			_, sent := s.deviant(deviant{})
			nothing := func() {
				t.Helper()
				if n := changing(sent()); n != 0 {
					t.Fatalf("%d commands that write were sent before the plan was agreed to", n)
				}
			}
			x := s.screen(size[0], size[1])
			x.opened()
			x.Keys("C")
			x.see(`The card does not show its contacts`)
			x.verified(canaryPIN)
			x.gone(`reading .*\d+ ?%`)
			x.contacts()
			x.see(`21 contacts, 29 places free`)
			x.Keys("/")
			x.Type("Alice")
			x.see(` 1 found`)
			if got := x.see(`Alice Example`); strings.Contains(got, "Bob Muster") {
				t.Errorf("Bob is no Alice:\n%s", got)
			}
			x.Keys("Enter")
			// Not by Esc, whose first press ends the reading that goes on behind.
			x.Keys("/", "C-u", "Enter")
			x.gone(` 1 found`)
			x.Keys("n")
			x.see(`╭ New contact`)
			x.Type("一个太长的名字一个太长的名字")
			x.see(`29 of 18 bytes`)
			x.Keys("Enter")
			x.see(`there is room for 18`)
			x.Keys("C-u")
			x.Type("Neu 新")
			x.Keys("Down")
			x.Type("+44 7700 900199")
			x.see(`12 of \d+ digits`)
			x.Keys("Enter")
			x.apply(`Neu 新`, nothing)
			if n := count(sent(), "00DC", 6); n != 2 {
				t.Errorf("EF.UID and EF.ADN took %d UPDATE RECORD", n)
			}
			x.Keys("Enter")
			x.see(`22 contacts, 28 places free`)
			neu := "8105CB4E657520B0" + ff(10) + "0791447700091099" + ff(6)
			o := s.connected()
			if got := o.record("7F106F3A", 22, 32); got != neu {
				t.Errorf("EF.ADN record 22 is %s, want %s", got, neu)
			}
			// Deleted, and taken back from the result.
			x.Keys("/")
			x.Type("900199")
			x.see(` 1 found`)
			x.Keys("Enter")
			x.Keys("d")
			x.apply(`Neu 新`, func() {})
			if got := o.record("7F106F3A", 22, 32); got != ff(32) {
				t.Errorf("deleted, EF.ADN record 22 is %s", got)
			}
			x.Keys("u")
			x.see(`Take back:`)
			x.apply(`Neu 新`, func() {})
			x.Keys("Enter")
			x.gone(`read back from the card`)
			if got := o.record("7F106F3A", 22, 32); got != neu {
				t.Errorf("taken back, EF.ADN record 22 is %s, want %s", got, neu)
			}
			x.see(`READ-ONLY`) // the change was permitted, not the rest
			x.quit()
			s.wantPIN1("on", 3, 10)
		})
	}
}

// With --read-only the screens offer no way to change anything.
func TestReadOnlyScreensChangeNothing(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{Image: s.image("everyday", withSecrets, off)})
	x := s.screen(100, 30, "--read-only")
	x.opened()
	x.contacts()
	x.see(`21 contacts`)
	for _, key := range []string{"n", "e", "d", "i"} {
		x.Keys(key)
		x.see(`started with --read-only`)
		x.Keys("Down", "Up")
	}
	x.Keys("w")
	x.see(`started with --read-only`)
	x.Keys("2")
	x.see(`╭ Files ─`)
	x.choose("EF.ICCID")
	x.Keys("e")
	x.see(`started with --read-only`)
	x.quit()
	if n := changing(sent()); n != 0 {
		t.Errorf("%d commands that write were sent", n)
	}
}
