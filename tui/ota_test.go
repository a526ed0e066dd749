package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/tui/app"
)

// The keys of the demonstration cards (card/virtual/IMAGE.md).
const (
	otaKIc = "404142434445464748494A4B4C4D4E4F"
	otaKID = "505152535455565758595A5B5C5D5E5F"
)

// otaRig opens the workbench of a card; its rows are target, security, KIc,
// KID, keys, counter, last, form and the script.
func otaRig(t *testing.T, w, h int, mode card.WriteMode) *rig {
	t.Helper()
	r := newRig(t, w, h, mode)
	r.open("1")
	r.press("O")
	if r.m.shown != app.ScreenOTA {
		t.Fatalf("on %s", r.m.shown)
	}
	return r
}

// press is keys, with names for those that move and edit.
func (r *rig) press(names ...string) {
	moves := map[string]tea.KeyPressMsg{
		"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete},
		"ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+a": {Code: 'a', Mod: tea.ModCtrl}, "ctrl+s": {Code: 's', Mod: tea.ModCtrl},
	}
	for _, n := range names {
		if k, ok := moves[n]; ok {
			r.send(k)
			continue
		}
		r.keys(n)
	}
}

// row goes to a row from the top and opens it.
func (r *rig) row(n int) {
	r.t.Helper()
	r.press("home")
	for range n {
		r.press("down")
	}
	r.press("enter")
}

// value sets the value of a row.
func (r *rig) value(n int, text string) {
	r.t.Helper()
	r.row(n)
	r.press("ctrl+u")
	r.send(tea.PasteMsg{Content: text})
	r.press("enter")
}

func (r *rig) otaKeys(kic, kid string) {
	r.t.Helper()
	r.press("p")
	r.send(tea.PasteMsg{Content: kic})
	r.press("enter")
	r.send(tea.PasteMsg{Content: kid})
	r.press("enter")
}

// sendOTA goes through the guided steps.
func (r *rig) sendOTA() string {
	r.t.Helper()
	r.press("S", "enter", "tab", "enter")
	r.until("close")
	return r.screen()
}

func TestOTAScreen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 15}} {
		name := fmt.Sprintf("%dx%d", size[0], size[1])
		r := otaRig(t, size[0], size[1], card.ReadOnly)
		golden(t, "ota-empty-"+name, r.screen())
		r.value(5, "2")
		r.otaKeys(otaKIc, otaKID)
		r.press("tab", "end")
		golden(t, "ota-bytes-"+name, r.screen())
		r.press("tab", "S", "enter")
		golden(t, "ota-check-"+name, r.screen())
		r.press("tab", "enter")
		r.until("close")
		golden(t, "ota-result-"+name, r.screen())
	}
}

// Nothing is sent without the guided steps, and nothing by leaving them.
func TestOTAIsSentOnlyByTheLastStep(t *testing.T) {
	r := otaRig(t, 120, 40, card.ReadOnly)
	r.press("S")
	if s := r.screen(); !strings.Contains(s, "counter is missing") {
		t.Errorf("without a counter:\n%s", s)
	}
	r.value(5, "2")
	r.press("S")
	if s := r.screen(); !strings.Contains(s, "keys are missing") {
		t.Errorf("without keys:\n%s", s)
	}
	r.otaKeys(otaKIc, otaKID)
	r.press("S", "enter", "enter") // the harmless button has the focus
	r.press("S", "enter", "tab", "esc")
	if n := r.envelopes(); n != 0 {
		t.Fatalf("%d messages were sent", n)
	}
	if s := r.sendOTA(); !strings.Contains(s, "8999 9900 1234 5678 9013") || !strings.Contains(s, "checksum is right") || r.envelopes() != 1 {
		t.Errorf("%d messages:\n%s", r.envelopes(), s)
	}
	r.press("enter")
	if s := r.screen(); !strings.Contains(s, "not above 2") {
		t.Errorf("the counter that was used is not told:\n%s", s)
	}
	if s := r.sendOTA(); !strings.Contains(s, "counter was too low") || r.envelopes() != 2 {
		t.Errorf("%d messages:\n%s", r.envelopes(), s)
	}
	// The next counter is proposed now that the last one is known.
	r.press("enter")
	r.row(5)
	r.press("enter")
	if s := r.sendOTA(); !strings.Contains(s, "checksum is right") || r.envelopes() != 3 {
		t.Errorf("%d messages:\n%s", r.envelopes(), s)
	}
}

// envelopes counts the messages that the log has.
func (r *rig) envelopes() int {
	n := 0
	for _, op := range r.m.env.Card.Ops.Rows() {
		if op.Op.Header[1] == card.InsEnvelope {
			n++
		}
	}
	return n
}

func TestOTAWithWrongKeysProvesNothing(t *testing.T) {
	r := otaRig(t, 120, 40, card.ReadOnly)
	r.value(5, "2")
	r.otaKeys(otaKIc, "00"+otaKID[2:])
	s := r.sendOTA()
	for _, want := range []string{"does not open", "status is 01", "proves nothing", "Look them up"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is not told:\n%s", want, s)
		}
	}
}

// A counter far ahead takes a typed word; any other word sends nothing.
func TestOTAFarCounter(t *testing.T) {
	r := otaRig(t, 120, 40, card.ReadOnly)
	r.value(5, "5000")
	r.value(6, "1")
	r.otaKeys(otaKIc, otaKID)
	r.press("S", "enter")
	if s := r.screen(); !strings.Contains(s, "leaves out 4998") || !strings.Contains(s, "Type send") {
		t.Fatalf("%s", s)
	}
	r.press("x", "enter", "tab", "enter", "ctrl+u", "enter")
	if r.envelopes() != 0 {
		t.Fatal("it was sent without the word")
	}
	r.press("S", "enter", "s", "e", "n", "d", "enter")
	r.until("close")
	if r.envelopes() != 1 || !strings.Contains(r.screen(), "done") {
		t.Errorf("%s", r.screen())
	}
}

func TestOTAReadOnlyForGood(t *testing.T) {
	r := otaRig(t, 120, 40, card.ReadOnlyLocked)
	r.value(5, "2")
	r.otaKeys(otaKIc, otaKID)
	r.press("S")
	if s := r.screen(); !strings.Contains(s, "--read-only") || r.m.dialogs.Len() != 0 {
		t.Errorf("%s", s)
	}
}

// What is typed wrongly is told, and the packet stays as it was.
func TestOTABadValues(t *testing.T) {
	for n, c := range map[int][2]string{
		0: {"B000", "three bytes"}, 1: {"moon", "words with commas"}, 2: {"moon:1", "Algorithms"}, 3: {"aes:16", "0 to 15"},
		5: {"1099511627776", "five bytes"}, 6: {"-1", "five bytes"},
	} {
		r := otaRig(t, 120, 40, card.ReadOnly)
		before := r.screen()
		r.value(n, c[0])
		if s := r.screen(); !strings.Contains(s, c[1]) {
			t.Errorf("%s: %q is not told:\n%s", c[0], c[1], s)
		}
		r.press("esc", "home")
		if s := r.screen(); s != before {
			t.Errorf("%s changed the packet:\n%s", c[0], s)
		}
	}
	r := otaRig(t, 120, 40, card.ReadOnly)
	for keys, want := range map[string]string{otaKIc + "0": "odd number", otaKIc[2:]: "32, 48, 64 hex digits; it has 30", "": "it has 0"} {
		r.otaKeys(keys, otaKID)
		if s := r.screen(); !strings.Contains(s, want) {
			t.Errorf("%q is not told:\n%s", want, s)
		}
		r.press("esc")
	}
	for script, want := range map[string]string{"00A4000402": "length byte", "002000010831323334FFFFFFFF": "PIN or a key", "00A40004026F08": "file of keys", "XX": "hex digits only"} {
		r.press("e", "ctrl+a")
		for range 60 {
			r.press("backspace", "delete")
		}
		r.send(tea.PasteMsg{Content: script})
		r.press("ctrl+s")
		if s := r.screen(); !strings.Contains(s, want) {
			t.Errorf("%q is not told:\n%s", want, s)
		}
		r.press("esc")
	}
}

// A file is read over the air by its name, with the target that reaches it.
func TestOTAReadsAFile(t *testing.T) {
	r := otaRig(t, 120, 40, card.ReadOnly)
	r.press("f")
	r.send(tea.PasteMsg{Content: "EF.IMSI"})
	r.press("enter")
	r.until("00B0000009")
	r.value(5, "2")
	r.otaKeys(otaKIc, otaKID)
	if s := r.sendOTA(); !strings.Contains(s, "999 99 0123456789") {
		t.Errorf("%s", s)
	}
	r.press("enter", "f")
	r.send(tea.PasteMsg{Content: "ADF.USIM/EF.Keys"})
	r.press("enter")
	r.until("file of keys")
}

// A packet from a log is shown in the place of our own and opened with the
// keys that are given; esc brings our own back.
func TestOTAFromALog(t *testing.T) {
	const vector = "400881214365877ff62270520000000024027000" + "00201506193535b00011ae733256918d050b87c94fbfe12e4dc402f262c41cf67f2f"
	r := otaRig(t, 120, 40, card.ReadOnly)
	r.press("d")
	r.send(tea.PasteMsg{Content: "zz"})
	r.press("enter")
	r.press("esc", "d")
	r.send(tea.PasteMsg{Content: vector[:40]})
	r.press("enter")
	if s := r.screen(); !strings.Contains(s, "no secured packet") {
		t.Errorf("%s", s)
	}
	r.press("ctrl+u")
	r.send(tea.PasteMsg{Content: vector})
	r.press("enter")
	if s := r.screen(); !strings.Contains(s, "Bytes from a log") || !strings.Contains(s, "not checked: no keys") || !strings.Contains(s, "ciphered           24 bytes") {
		t.Errorf("%s", s)
	}
	r.otaKeys("300102030405060708090a0b0c0d0e0f", "301102030405060708090a0b0c0d0e0f")
	r.press("end")
	if s := r.screen(); !strings.Contains(s, "checksum right") || !strings.Contains(s, "inside what is ciphered") {
		t.Errorf("%s", s)
	}
	r.press("esc")
	if s := r.screen(); strings.Contains(s, "Bytes from a log") {
		t.Errorf("%s", s)
	}
	// A response is opened as the answer to the packet at the left.
	r.value(1, "cc,cipher,por,por-cc,por-cipher")
	r.value(2, "3des:3")
	r.value(3, "3des:3")
	r.press("d")
	r.send(tea.PasteMsg{Content: "027100001c12b000118bb989492c632529326a2f4681feb37c825bc9021c9f6d0b"})
	r.press("enter")
	if s := r.screen(); !strings.Contains(s, "00, done: checksum right") {
		t.Errorf("%s", s)
	}
}

// Keys are on no screen and in no log, and are gone with the card.
func TestOTAKeysAreForgotten(t *testing.T) {
	r := otaRig(t, 120, 40, card.ReadOnly)
	r.value(5, "2")
	r.otaKeys(otaKIc, otaKID)
	all := r.screen() + r.sendOTA()
	r.press("enter", "L", "L")
	all += r.screen() + fmt.Sprintf("%+v", r.m.screens[app.ScreenOTA])
	for _, key := range []string{otaKIc, otaKID, strings.ToLower(otaKIc), "64 65 66 67 68", "80 81 82 83 84", "@ABCDEFGH", "PQRSTUVWX"} {
		if strings.Contains(all, key) {
			t.Errorf("%s is seen", key)
		}
	}
	r.press("L", "r", "home")
	r.open("2")
	r.press("O")
	if s := r.screen(); strings.Contains(s, "given") || !strings.Contains(s, "missing") {
		t.Errorf("another card has the keys:\n%s", s)
	}
}
