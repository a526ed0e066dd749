package tui

import (
	"fmt"
	"strings"
	"testing"

	"simscope/card"
	"simscope/tui/app"
)

func TestFindOnTheWholeCard(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		r := newRig(t, size[0], size[1], card.ReadOnly)
		r.open("1")
		r.keys("F")
		r.until("Find on the whole card")
		r.keys("emergency")
		r.until(`\d+ places? in \d+ files?`)
		golden(t, fmt.Sprintf("find-%dx%d", size[0], size[1]), r.screen())
	}
}

func TestFindGoesToThePlace(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.keys("F")
	r.keys("emergency")
	r.until(`\d+ places? in \d+ files?`)
	first := r.m.search.Hits()
	r.keys("enter")
	if r.m.shown != app.ScreenFiles || r.m.dialogs.Len() != 0 {
		t.Fatalf("on %s with %d dialogs", r.m.shown, r.m.dialogs.Len())
	}
	one := r.screen()
	if !strings.Contains(one, "mergency") {
		t.Errorf("the place is not on the screen:\n%s", one)
	}
	r.keys("n")
	r.until("2 of ")
	if two := r.screen(); two == one {
		t.Errorf("n goes nowhere:\n%s", two)
	}
	r.keys("1", "n") // from another screen too, round the end
	r.until("1 of 2")
	if r.m.shown != app.ScreenFiles || r.m.search.Hits() != first {
		t.Errorf("on %s with %d hits, was %d", r.m.shown, r.m.search.Hits(), first)
	}
	r.keys("F") // it is as it was left
	if s := r.screen(); !strings.Contains(s, "/emergency") {
		t.Errorf("the words are gone:\n%s", s)
	}
}

// A new query ends the search for the old one: its answer is not shown.
func TestFindOnlyTheNewest(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.keys("F")
	old := r.m.search.Start("emergency")
	cmd := r.m.search.Start("no such words on it")
	late := old()
	r.run(cmd)
	r.send(late)
	if n := r.m.search.Hits(); n != 0 {
		t.Errorf("%d places of the old words:\n%s", n, r.screen())
	}
	r.until("Nothing that was read has it")
}

// What is read later comes in without being asked for.
func TestFindIsLive(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.until(`Which card\?[\s\S]*veryday`)
	r.keys("1")
	r.until("Overview")
	r.keys("F")
	r.keys("emergency")
	r.settle()
	r.until(`\d+ places? in \d+ files?`)
}

func TestFindForgetsAnotherCard(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.keys("F", "emergency")
	r.until(`\d+ places? in \d+ files?`)
	r.keys("esc", "r")
	r.until("Which card")
	r.keys("2")
	r.settle()
	if n := r.m.search.Hits(); n != 0 {
		t.Errorf("%d places of the card before", n)
	}
}

// What is typed in the palette and is no command is looked for among the files.
func TestPaletteFindsFiles(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.settle()
	r.keys(":", "e", "f", ".", "s", "p", "n")
	if s := r.screen(); !strings.Contains(s, "No command matches. enter looks for a file with ef.spn in its name") {
		t.Error(s)
	}
	r.keys("enter")
	if s := r.screen(); r.m.shown != app.ScreenFiles || !strings.Contains(s, "EF.SPN ───") {
		t.Error(r.m.shown, s)
	}
}

// A search for hidden files goes on while another screen is shown, and the last
// line there says how far it is.
func TestScanIsToldOnOtherScreens(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.keys("2", "s")
	r.until("Look for hidden files in")
	r.keys("tab", "enter", "C")
	if r.m.shown != app.ScreenContacts {
		t.Fatalf("on %s", r.m.shown)
	}
	r.until(`scanning, .*\d+ %`)
	r.until(`identifiers were asked for`) // it ends with what it found
}
