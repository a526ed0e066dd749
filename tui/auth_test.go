package tui

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/tui/app"
)

// The keys of the demonstration cards: the first set of 3GPP TS 35.208.
const (
	demoK    = "465B5CE8B199B49FAA5F0A2EE238A6BC"
	demoOPc  = "CD63CB71954A9F4E48A5994E37A02BAF"
	demoOP   = "CDC202D5123E20F62B6D676AC72CB318"
	demoRAND = "23553CBE9637A89D218AE64DAE47BF35"
)

// authRig is the everyday card with PIN1 verified, on the Auth screen.
func authRig(t *testing.T, w, h int, mode card.WriteMode) *rig {
	t.Helper()
	r := newRig(t, w, h, mode)
	r.open("1")
	r.keys("3", "enter", "1234", "enter", "enter")
	r.see("was right")
	r.keys("enter", "5", "L", "L") // without the log, whose times are its own
	if r.m.shown != app.ScreenAuth {
		t.Fatalf("on %s", r.m.shown)
	}
	return r
}

// see waits for words on the screen.
func (r *rig) see(words string) {
	r.t.Helper()
	r.until(regexp.QuoteMeta(words))
}

// typeKeys goes to the page of Milenage with OPc and types both keys, the
// first digit by digit and the second pasted.
func (r *rig) typeKeys(down int, k, op string) {
	for range down {
		r.keys("down")
	}
	r.keys("enter", k, "enter")
	r.send(tea.PasteMsg{Content: op})
	r.keys("enter")
}

// TestAuthGoesItsWay: SQN 0 asks for AUTS, which is opened; the next question
// is a step of its own; both sides agree.
func TestAuthGoesItsWay(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		name := fmt.Sprintf("%dx%d", size[0], size[1])
		r := authRig(t, size[0], size[1], card.ReadOnly)
		golden(t, "auth-empty-"+name, r.screen())
		r.keys("enter", "enter")
		golden(t, "auth-keys-"+name, r.screen())
		r.typeKeys(2, demoK, demoOPc)
		r.keys(demoRAND)
		golden(t, "auth-numbers-"+name, r.screen())
		r.keys("enter")
		golden(t, "auth-check-"+name, r.screen())
		r.keys("enter")
		r.see("The keys agree.")
		golden(t, "auth-auts-"+name, r.screen())
		if n := r.authentications(); n != 1 {
			t.Errorf("%d questions went to the card", n)
		}
		r.keys("f")
		r.see("in SEQ by 1")
		r.keys("enter") // the button that leaves has the focus
		if n := r.authentications(); n != 1 {
			t.Errorf("%d questions went to the card", n)
		}
		r.keys("f", "tab", "enter")
		r.see("Card and host agree")
		if n := r.authentications(); n != 2 {
			t.Errorf("%d questions went to the card", n)
		}
	}
}

// authentications counts the AUTHENTICATE commands in the log.
func (r *rig) authentications() int {
	n := 0
	for _, op := range r.m.env.Card.Ops.Rows() {
		if op.Op.Header[1] == card.InsAuthenticate {
			n++
		}
	}
	return n
}

// TestAuthNamesTheMistake: the card refuses, the 2G answer tells why.
func TestAuthNamesTheMistake(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		name := fmt.Sprintf("%dx%d", size[0], size[1])
		r := authRig(t, size[0], size[1], card.ReadOnly)
		r.keys("enter", "enter")
		r.typeKeys(2, demoK, demoOP)
		r.keys(demoRAND, "enter", "enter")
		r.see("refuses the code")
		golden(t, "auth-refused-"+name, r.screen())
		r.keys("g")
		r.see("no sequence number moves")
		r.keys("enter")
		r.see("OP was given as OPc")
		if s := r.screen(); strings.Contains(s, "46F8416A") || !strings.Contains(s, "••••") {
			t.Errorf("values are shown:\n%s", s)
		}
		// They are shown where that is asked for, and go again.
		r.keys("v", "tab", "enter")
		if s := r.screen(); size[0] == 120 && !strings.Contains(s, "differs") {
			t.Errorf("the state is not told:\n%s", s)
		}
		if s := r.screen(); strings.Contains(s, "••••") {
			t.Errorf("values are hidden:\n%s", s)
		}
	}
}

// TestAuthMendsTheMistake: keys in use need not be typed again when they are to
// be taken as something else.
func TestAuthMendsTheMistake(t *testing.T) {
	r := authRig(t, 80, 24, card.ReadOnly)
	r.keys("enter", "enter")
	r.typeKeys(2, demoK, demoOP)
	r.keys("shift+tab")
	r.send(tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift})
	r.see("The keys in use: Milenage, K and OPc typed")
	r.keys("down", "down", "down", "down", "enter") // Milenage, K and OP
	r.see("Enter alone takes the one in use.")
	golden(t, "auth-held-80x24", r.screen())
	r.keys("enter")
	r.see("Type OP.")
	r.keys("enter", demoRAND, "enter", "enter")
	r.see("The keys agree.")
	if n := r.authentications(); n != 1 {
		t.Errorf("%d questions went to the card", n)
	}
}

// TestAuthFarNumberNeedsAWord: half a word sends nothing.
func TestAuthFarNumberNeedsAWord(t *testing.T) {
	r := authRig(t, 120, 40, card.ReadOnly)
	r.keys("enter", "enter", "enter", demoRAND, "tab")
	r.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	r.keys("7FFFFFFFFFFF", "enter")
	r.see("Type FAR")
	r.keys("FA", "enter")
	if r.authentications() != 0 {
		t.Error("half a word was taken")
	}
	r.keys("R")
	golden(t, "auth-far-120x40", r.screen())
	r.keys("enter")
	r.see("it lies too far ahead") // the card has a limit of its own
}

// TestAuthFieldsAreNamed: what is typed wrong gets a sentence with its field.
func TestAuthFieldsAreNamed(t *testing.T) {
	r := authRig(t, 120, 40, card.ReadOnly)
	r.keys("enter", "enter", "down", "down", "enter", "46 5B", "enter")
	r.see("K has spaces in it")
	r.keys("465B", "enter")
	r.see("K has 2 bytes")
	r.keys("xy", "enter")
	r.see("not written in hex digits")
	r.keys(demoK, "enter", "00", "enter")
	r.see("OPc has 1 byte")
	r.send(tea.PasteMsg{Content: demoOPc})
	r.keys("enter", "0", "enter")
	r.see("RAND has an odd number")
	if r.authentications() != 0 {
		t.Error("something was sent")
	}
}

// TestAuthLocked: a closed PIN sends nothing, and one key leads to it.
func TestAuthLocked(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnly)
	r.open("1")
	r.keys("5", "enter", "enter", "enter", "enter", "tab", "enter")
	r.see("locked by PIN1")
	r.keys("v")
	r.see("Verify PIN1")
	if r.authentications() != 0 {
		t.Error("something was sent")
	}
}

// TestAuthReadOnlyForGood: nothing can be asked.
func TestAuthReadOnlyForGood(t *testing.T) {
	r := newRig(t, 120, 40, card.ReadOnlyLocked)
	r.open("1")
	r.keys("5", "enter")
	if r.m.dialogs.Len() != 0 {
		t.Fatalf("a dialog opened:\n%s", r.screen())
	}
	r.keys("p", "g")
	if r.m.dialogs.Len() != 0 || r.authentications() != 0 {
		t.Error("a dialog opened")
	}
}

// TestAuthProbe: the commands are listed, and a word is wanted.
func TestAuthProbe(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		r := authRig(t, size[0], size[1], card.ReadOnly)
		r.keys("p")
		golden(t, fmt.Sprintf("auth-probe-%dx%d", size[0], size[1]), r.screen())
		r.keys("PROB", "enter")
		if r.authentications() != 0 {
			t.Error("half a word was taken")
		}
		r.keys("E", "enter")
		r.see("The card checks the code")
		golden(t, fmt.Sprintf("auth-probed-%dx%d", size[0], size[1]), r.screen())
	}
}

// TestAuthSecretsAreDots: keys and answers stand in no picture and no message
// while nobody asked for them.
func TestAuthSecretsAreDots(t *testing.T) {
	r := authRig(t, 120, 40, card.ReadOnly)
	var seen strings.Builder
	look := func() { seen.WriteString(r.screen()) }
	r.keys("enter", "enter", "down", "down", "enter")
	for _, c := range demoK {
		r.keys(string(c))
		look()
	}
	r.keys("enter")
	r.send(tea.PasteMsg{Content: demoOPc})
	look()
	r.keys("enter", demoRAND, "tab")
	r.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	r.keys("000000000020", "enter", "tab", "enter")
	look()
	r.see("Card and host agree")
	look()
	fmt.Fprintf(&seen, "%v %+v", r.m.screens[app.ScreenAuth], r.m.env.Card.Ops.Rows())
	text := strings.ToUpper(seen.String())
	for _, s := range []string{demoK, demoK[:10], demoOPc, demoOPc[:10], "A54211D5E3BA50BF", "B40BA9A3C58B2A05BBF0D987B21BF8CB", "F769BCD751044604127672711C6D3441", "EAE4BE823AF9A08B"} {
		if strings.Contains(text, s) {
			t.Errorf("%s… is shown", s[:4])
		}
	}
	r.keys("v", "tab", "enter")
	if s := r.screen(); !strings.Contains(s, "B40BA9A3C58B2A05BBF0D987B21BF8CB") {
		t.Errorf("what is looked for is never shown:\n%s", s)
	}
	r.send(tea.KeyPressMsg{Code: ':', Text: ":"})
	r.keys("auth forget", "enter")
	if s := r.screen(); !strings.Contains(s, "Nothing was asked yet") {
		t.Errorf("keys are still in use:\n%s", s)
	}
}

// TestAuthWaitsForItsTurn: a question that the card has no time for yet is not
// said to be sent, and esc takes it back; then nothing is sent and no key is
// left with it.
func TestAuthWaitsForItsTurn(t *testing.T) {
	r := authRig(t, 80, 24, card.ReadOnly)
	r.keys("enter", "enter")
	r.typeKeys(2, demoK, demoOPc)
	r.keys(demoRAND, "enter")
	free, begun := make(chan struct{}), make(chan struct{})
	r.m.env.Hub.Submit("slow", func(context.Context, *app.Card) (any, error) {
		close(begun)
		<-free
		return nil, nil
	})
	<-begun
	r.keys("enter")
	r.see("Not sent yet")
	golden(t, "auth-queued-80x24", r.screen())
	r.keys("esc")
	r.see("Nothing was sent")
	close(free)
	r.settle()
	if r.m.dialogs.Len() != 0 || r.authentications() != 0 {
		t.Errorf("%d dialogs, %d questions", r.m.dialogs.Len(), r.authentications())
	}
	// The same once more, and now it has its turn.
	r.keys("enter", "enter", "enter", demoRAND, "enter", "enter")
	r.see("The keys agree.")
	if n := r.authentications(); n != 1 {
		t.Errorf("%d questions went to the card", n)
	}
}

// TestAuthFollowsItsApplication: the step after an answer goes to the
// application that gave it, also where another subscription is spoken of now.
func TestAuthFollowsItsApplication(t *testing.T) {
	r := authRig(t, 120, 40, card.ReadOnly)
	r.keys("enter", "enter")
	r.typeKeys(2, demoK, demoOPc)
	r.keys(demoRAND, "enter", "enter")
	r.see("The keys agree.")
	r.keys("1", "u", "5", "f")
	r.see("in SEQ by 1")
	if s := r.screen(); strings.Contains(s, "ADF.USIM#2  Milenage") {
		t.Errorf("the number of one application goes to another:\n%s", s)
	}
}
