//go:build linux && cgo

package e2e

import (
	"os"
	"strings"
	"testing"

	"simscope/card/virtual"
)

// withPasswords adds files of passwords: of the way to multimedia messages and
// of the server of settings (3GPP TS 31.102 clauses 4.2.69, 4.2.71, 4.2.92).
func withPasswords(img *virtual.Image) {
	like := *fileOf(img, 0, 0x6F08)
	adf := img.Apps[0].ADF
	for _, fid := range []virtual.FID{0x6FD0, 0x6FD2, 0x6FFC} {
		f := like
		f.FID, f.SFI, f.Name = fid, 0, ""
		f.Data = append(virtual.Hex{0xAB, byte(len(canaryPassword) + 2), 0x84, byte(len(canaryPassword))}, canaryPassword...)
		f.Size = 60
		adf.Children = append(adf.Children, &f)
	}
}

// Everything that contacts, messages, plans, finding, scanning and comparing
// say or write is searched for the PIN that was typed and for every key and
// password of the card: each run searches its own output, the end of the test
// all files.
func TestNoSecretInWhatIsNew(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets, withPasswords))
	for i, args := range [][]string{
		{"info"},
		{"ls", "--all"},
		{"dump"},
		{"pin", "status"},
		{"contacts", "list", "--all-books"},
		{"contacts", "show", "3"},
		{"contacts", "export", "-o", s.file("a.vcf")},
		{"contacts", "export", "-o", s.file("a.csv")},
		{"contacts", "import", s.file("a.csv"), "--dry-run"},
		{"contacts", "add", "--name", "Neu", "--number", "1", "--yes", "--undo", s.file("a.undo")},
		{"messages", "list"},
		{"messages", "show", "6"},
		{"messages", "export"},
		{"messages", "export", "-o", s.file("m.csv")},
		{"messages", "wipe", "--dry-run"},
		{"messages", "delete", "9", "--yes", "--undo", s.file("m.undo")},
		{"networks", "list"},
		{"networks", "move", "2", "1", "--yes"},
		{"clear", "fplmn", "--plan", s.file("f.plan")},
		{"clear", "location", "--yes", "--undo", s.file("l.undo")},
		{"plan", "apply", s.file("f.plan"), "--yes"},
		{"find", "999"},
		{"compare", "--all"},
		{"read", "ADF.USIM/EF.LI"},
	} {
		for _, more := range [][]string{{"--record", s.file("run") + string(rune('a'+i)) + ".jsonl"}, {"--json"}} {
			all := append(append([]string{"--verify", "pin1"}, args...), more...)
			if r := s.run(lines(canaryPIN), all...); r.code != 0 && r.code != 1 { // 1: the file is there, 13: no yes
				t.Error(r)
			}
		}
	}
	// What would show or write a key is refused, or shows dots.
	for _, path := range []string{"ADF.USIM/EF.Keys", "ADF.USIM/EF.KeysPS", "ADF.USIM/6FD0", "ADF.USIM/6FD2", "ADF.USIM/6FFC", "ADF.USIM/DF.5GS/EF.5GAUTHKEYS"} {
		s.fails(13, "secret_file", lines(canaryPIN), "--verify", "pin1", "read", path)
		for _, how := range [][]string{{"--dry-run"}, {"--plan", s.file("keys.plan")}, {"--yes", "--undo", s.file("keys.undo")}} {
			r := s.run(lines(canaryPIN), append([]string{"--verify", "pin1", "write", path, "00", "--json"}, how...)...)
			if r.code == 0 && !strings.Contains(r.out, "••••") {
				t.Errorf("a key is changed in the open: %v", r)
			}
		}
	}
	for _, name := range []string{"keys.plan", "keys.undo"} {
		if _, err := os.Stat(s.file(name)); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	// Asked for, they are there: the search for them proves something.
	found := strings.Join(leaks([]byte(s.runUnsearched(lines(canaryPIN), "--verify", "pin1", "dump", "--secrets").out)), "; ")
	for _, k := range builtinKeys {
		if !strings.Contains(found, k.name+" in hex") {
			t.Errorf("%s is not in a dump with secrets", k.name)
		}
	}
	if !strings.Contains(found, "a password in hex") {
		t.Error("the passwords are not in a dump with secrets")
	}
	s.wantPIN1("on", 3, 10)
}

// The screens of contacts and of files with keys, and the dialog of a plan,
// show no secret; the stream of the terminal is searched at the end.
func TestNoSecretOnTheNewScreens(t *testing.T) {
	s := newStack(t)
	s.card(0, "--image", s.image("everyday", withSecrets, withPasswords))
	x := s.screen(120, 40)
	x.opened()
	x.verified(canaryPIN)
	x.gone(`reading .*\d+ ?%`)
	x.contacts()
	x.see(`21 contacts`)
	x.Keys("d")
	x.see(`Permit this one change\?`)
	x.Keys("Tab", "Enter")
	x.see(`Change 8999…9013`) // the page before has a button to leave as well
	x.back(`Leave it as it is`)
	x.Keys("2")
	x.see(`╭ Files ─`)
	for _, name := range []string{"EF.Keys", "EF.KeysPS", "EF.EPSNSC"} {
		x.choose(name)
		x.see(`(?i)keys`)
		x.Keys("e")
		x.see(`holds keys|hold keys`)
	}
	x.quit()
}
