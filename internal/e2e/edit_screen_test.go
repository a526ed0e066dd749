//go:build linux && cgo

package e2e

import (
	"strings"
	"testing"

	"simscope/card/virtual"
)

// binary lets the other program read a file of the USIM, by the path below it.
func (c *client) binary(path string, length int) string {
	c.t.Helper()
	c.must("begin")
	defer c.must("end")
	if sw := c.must("apdu 00A4040010%s", usimAID); !strings.HasPrefix(sw, "61") {
		c.t.Fatalf("SELECT ADF.USIM: %s", sw)
	}
	if sw := c.must("apdu 00A4080C%02X7FFF%s", len(path)/2+2, path); sw != "9000" {
		c.t.Fatalf("SELECT %s: %s", path, sw)
	}
	return strings.TrimSuffix(c.must("apdu 00B00000%02X", length), "9000")
}

// file goes to the first file of the tree that a search finds.
func (x *screen) file(words, title string) {
	x.s.t.Helper()
	x.Keys("2")
	x.see(`╭ Files ─`)
	x.Keys("/", "C-u")
	x.Type(words)
	x.see(`found`)
	x.Keys("Enter")
	x.see(`╭ ` + title)
}

// A person verifies PIN1, reads a message, deletes it for good, and another
// program finds nothing of it in the record.
func TestMessagesOnTheScreen(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	record := 0
	for _, m := range into[struct{ Messages []messageDoc }](s, s.withPIN("messages", "list", "--json")).Messages {
		if strings.HasPrefix(m.Text, "Lunch at noon") {
			record = m.Parts[0].Record
		}
	}
	x := s.screen(110, 36)
	x.opened()
	x.Keys("M")
	x.see(`only after PIN1`)
	x.verified(canaryPIN)
	x.gone(`reading .*\d+ ?%`)
	x.Keys("M")
	x.see(`10 messages +2 new +2 deleted, still readable`)
	x.Keys("/")
	x.Type("usual place")
	x.see(` 1 found`)
	x.Keys("Enter", "Enter")
	x.see(`(?s)Alice Example.*Lunch at noon\? The usual place\..*Service centre`)
	x.Keys("d")
	x.see(`╭ Delete 1 message for good`)
	x.apply(`EF\.SMS, record `, func() {
		if n := changing(sent()); n != 0 {
			t.Fatalf("%d commands that write were sent before the plan was agreed to", n)
		}
	})
	if n := count(sent(), "00DC", 6); n != 1 {
		t.Errorf("UPDATE RECORD was sent %d times", n)
	}
	x.Keys("Enter")
	x.see(` 0 found`)
	o := s.connected()
	if got := o.record("7F106F3C", record, 176); got != wiped {
		t.Errorf("EF.SMS record %d is %s", record, got)
	}
	x.Keys("Escape")
	x.see(`9 messages`)
	x.quit()
	s.wantPIN1("on", 3, 10)
}

// A value is edited by its meaning, seen as a plan, written, read by another
// program, and taken back; then a network is added to a list, moved up and down, and another
// taken off.
func TestFilesEditorOnTheScreen(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{})
	nothing := func() {
		t.Helper()
		if n := changing(sent()); n != 0 {
			t.Fatalf("%d commands that write were sent before the plan was agreed to", n)
		}
	}
	x := s.screen(110, 36)
	x.opened()
	x.verified(canaryPIN)
	x.gone(`reading .*\d+ ?%`)
	x.file("EF.LI", `ADF\.USIM › EF\.LI `)
	x.Keys("e")
	x.see(`(?s)╭ Edit ADF\.USIM/EF\.LI.*"zh".*Nothing is changed yet`)
	x.Keys("Down", "Down", "End", "BSpace", "BSpace", "BSpace", "BSpace")
	x.see(`ctrl\+s`)
	x.Type(`de",`)
	x.see(`2 of 6 bytes differ`)
	x.Keys("C-s")
	x.apply(`7A 68 → 64 65`, nothing)
	o := s.connected()
	if got := o.binary("6F05", 6); got != "6465656EFFFF" {
		t.Errorf("EF.LI is %s", got)
	}
	x.Keys("u")
	x.see(`Take back:`)
	x.apply(`64 65 → 7A 68`, func() {})
	x.Keys("Enter")
	x.gone(`read back from the card`)
	if got := o.binary("6F05", 6); got != "7A68656EFFFF" {
		t.Errorf("taken back, EF.LI is %s", got)
	}

	x.file("PLMNwAcT", `ADF\.USIM › EF\.PLMNwAcT `)
	x.Keys("+")
	x.see(`╭ Add a network to ADF\.USIM/EF\.PLMNwAcT`)
	x.Type("234-15")
	x.see(`▌ 234 15`)
	x.Keys("Enter")
	x.see(`▌ +2 +234 15`)
	x.Keys("<")
	x.see(`▌ +1 +234 15`)
	x.Keys("Enter")
	x.apply(`234 15`, func() {})
	x.Keys("Enter")
	x.gone(`read back from the card`)
	if got := o.binary("6F60", 15); !strings.HasPrefix(got, "32F451") || got[10:16] != "99F999" || got[20:26] != "00F110" {
		t.Errorf("EF.PLMNwAcT begins with %s", got)
	}
	// One place down, then the one that stands first is taken off.
	x.Keys(">")
	x.see(`▌ +2 +234 15`)
	x.Keys("Enter")
	x.apply(`234 15`, func() {})
	x.Keys("Enter")
	x.gone(`read back from the card`)
	if got := o.binary("6F60", 15); !strings.HasPrefix(got, "99F999") || got[10:16] != "32F451" || got[20:26] != "00F110" {
		t.Errorf("moved down, EF.PLMNwAcT begins with %s", got)
	}
	x.Keys("-")
	x.see(`▌ +1 +234 15`)
	x.Keys("Enter")
	x.apply(`999 99`, func() {})
	x.Keys("Enter")
	x.gone(`read back from the card`)
	if got := o.binary("6F60", 15); !strings.HasPrefix(got, "32F451") || got[10:16] != "00F110" || got[20:26] != "FFFFFF" {
		t.Errorf("with one taken off, EF.PLMNwAcT begins with %s", got)
	}
	x.see(`READ-ONLY`)
	x.quit()
	s.wantPIN1("on", 3, 10)
}

// Another program selects another application while the person looks at a file
// of the first: read again, it is still the first one's.
func TestAnotherProgramSelectsWhileOneReads(t *testing.T) {
	s := newStack(t)
	_, sent := s.deviant(deviant{Image: s.image("everyday", withSecrets, off, func(img *virtual.Image) {
		fileOf(img, 0, 0x6F7B).Data, fileOf(img, 1, 0x6F7B).Data = virtual.Hex{0x00, 0xF1, 0x10}, virtual.Hex{0x32, 0xF4, 0x51}
	})})
	x := s.screen(140, 36)
	x.opened()
	x.file("EF.FPLMN", `MF › DF\.GSM › EF\.FPLMN `)
	x.Keys("n")
	x.see(`╭ ADF\.USIM › EF\.FPLMN `)
	again := func() {
		t.Helper()
		before := count(sent(), "00B0", 5)
		x.Keys("C-r")
		until(t, "the file is read again", func() bool { return count(sent(), "00B0", 5) > before })
		x.Keys("1")
		x.see(`ICCID +8999`)
		x.Keys("2")
		x.see(`╭ ADF\.USIM › EF\.FPLMN `)
	}
	again() // from here on the application is current
	o := s.connected()
	if sw := o.must("apdu 00A4040010A0000000871002FF86FFFF8900000200"); !strings.HasPrefix(sw, "61") {
		t.Fatalf("SELECT ADF.USIM#2: %s", sw)
	}
	again()
	if got := x.see(`0000 +[0-9A-F]{2} `); !strings.Contains(got, "00 F1 10 FF") || strings.Contains(got, "32 F4 51") {
		t.Errorf("the other application's file was read:\n%s", got)
	}
	x.quit()
}
