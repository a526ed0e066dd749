package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/tui/app"
)

// labRig is the card with test keys, whose PINs are off, on the Auth screen.
func labRig(t *testing.T, w, h int) *rig {
	t.Helper()
	r := newRig(t, w, h, card.ReadOnly)
	r.open("6")
	r.keys("5", "L", "L")
	if s := r.screen(); r.m.shown != app.ScreenAuth || !strings.Contains(s, "8999…9062") {
		t.Fatalf("on %s:\n%s", r.m.shown, s)
	}
	return r
}

// clear empties the line that is typed.
func (r *rig) clear() { r.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}) }

// up goes to the line above, around from the first to the last.
func (r *rig) up() { r.send(tea.KeyPressMsg{Code: tea.KeyUp}) }

var bothSizes = [][2]int{{80, 24}, {120, 40}}

// TestAuthServiceKey: a bootstrapping, and the key of a service from it, each a
// step of its own, the card's beside the host's.
func TestAuthServiceKey(t *testing.T) {
	for _, size := range bothSizes {
		name := fmt.Sprintf("%dx%d", size[0], size[1])
		r := labRig(t, size[0], size[1])
		r.keys("enter", "down", "down", "down", "enter", "enter", demoRAND, "enter", "tab", "enter")
		r.see("GBA bootstrapping  ADF.USIM  the card accepted")
		golden(t, "auth-gba-"+name, r.screen())
		r.keys("n", "naf.example.org")
		golden(t, "auth-naf-numbers-"+name, r.screen())
		r.keys("enter")
		golden(t, "auth-naf-check-"+name, r.screen())
		r.keys("enter")
		r.see("Ks_ext_NAF")
		golden(t, "auth-naf-"+name, r.screen())
		if n := r.authentications(); n != 2 {
			t.Errorf("%d questions went to the card", n)
		}
		r.keys("v", "tab", "enter")
		if s := r.screen(); strings.Contains(s, "••••") || !strings.Contains(s, "Card and host agree") {
			t.Errorf("%s", s)
		}
		// Another RAND than the card was bootstrapped with: what differs is named.
		r.keys("n", "enter", "enter", "naf.example.org")
		r.up()
		r.clear()
		r.keys("00"+demoRAND[2:], "enter", "enter")
		r.see("The key of the service differs: another bootstrapping (RAND)")
	}
}

// TestAuthServiceKeyWithoutBootstrapping: the card says no, and what is missing
// is said.
func TestAuthServiceKeyWithoutBootstrapping(t *testing.T) {
	r := labRig(t, 80, 24)
	r.keys("n", "enter", "enter")
	r.keys("enter")
	r.see("service is missing")
	r.keys(strings.Repeat("n", 116), "enter")
	r.see("service has 116 bytes, not 1 to 115 bytes")
	r.clear()
	r.keys("naf.example.org", "enter")
	r.see("RAND has 0 bytes, not 16 bytes")
	r.keys(demoRAND, "enter", "enter")
	r.see("no bootstrapping to derive a key from")
	if n := r.authentications(); n != 1 {
		t.Errorf("%d questions went to the card", n)
	}
}

// TestAuthEAP: each method's keys stand on both sides, hidden, and whole where
// they are shown; every challenge is sent once.
func TestAuthEAP(t *testing.T) {
	const nonce = "0123456789ABCDEF0123456789ABCDEF"
	for i, tc := range []struct {
		name, keys string
		down       int // to the method from the first of them
		sent       int
		typed      func(r *rig)
	}{
		{"eap-aka", "K_encr K_aut MSK EMSK", 0, 1, func(r *rig) { r.keys(demoRAND, "enter", "tab") }},
		{"eap-aka-prime", "K_encr K_aut K_re MSK EMSK", 1, 1, func(r *rig) { r.keys(demoRAND, "enter", "tab") }},
		{"eap-sim", "Kc 3;K_encr K_aut MSK EMSK", 2, 3, func(r *rig) {
			r.keys(demoRAND, "down", "01"+demoRAND[2:], "down", "02"+demoRAND[2:], "down", nonce, "enter")
		}},
	} {
		for _, size := range bothSizes {
			name := fmt.Sprintf("%s-%dx%d", tc.name, size[0], size[1])
			r := labRig(t, size[0], size[1])
			r.keys("e")
			for range tc.down {
				r.keys("down")
			}
			if i == 0 {
				golden(t, "auth-ask-"+name, r.screen())
			}
			r.keys("enter", "enter")
			golden(t, "auth-numbers-"+name, r.screen())
			tc.typed(r)
			golden(t, "auth-check-"+name, r.screen())
			r.keys("enter")
			r.see("Card and host agree")
			golden(t, "auth-"+name, r.screen())
			if n := r.authentications(); n != tc.sent {
				t.Errorf("%s: %d questions went to the card", tc.name, n)
			}
			for _, k := range strings.Split(tc.keys, " ") {
				if !strings.Contains(r.screen(), strings.ReplaceAll(k, ";", "")) && !strings.Contains(k, ";") {
					t.Errorf("%s: no %s", tc.name, k)
				}
			}
			r.keys("v", "tab", "enter")
			r.send(tea.KeyPressMsg{Code: tea.KeyEnd})
			if s := r.screen(); strings.Contains(s, "••••") || strings.Contains(s, "…3gpp") {
				t.Errorf("%s:\n%s", tc.name, s)
			}
		}
	}
}

// TestAuthEAPResynchronises: AUTS comes to a log-on too, and the step after it
// is the log-on again.
func TestAuthEAPResynchronises(t *testing.T) {
	r := labRig(t, 120, 40)
	r.keys("e", "enter", "enter", demoRAND, "tab")
	r.clear()
	r.keys("enter", "enter")
	r.see("The keys agree.")
	if s := r.screen(); strings.Contains(s, "MSK") {
		t.Errorf("keys of no log-on:\n%s", s)
	}
	r.keys("f", "tab", "enter")
	r.see("EMSK")
	if s := r.screen(); !strings.Contains(s, "EAP-AKA  ADF.USIM  the card accepted") || r.authentications() != 2 {
		t.Errorf("%d questions:\n%s", r.authentications(), s)
	}
}

// TestAuthEAPNames: a name that is missing or too long is told, and nothing is
// sent.
func TestAuthEAPNames(t *testing.T) {
	r := labRig(t, 120, 40)
	r.keys("e", "down", "enter", "enter", demoRAND)
	r.up() // the network
	r.clear()
	r.keys("enter")
	r.see("network is missing")
	r.keys(strings.Repeat("W", 254), "enter")
	r.see("network has 254 bytes, not 1 to 253 bytes")
	r.clear()
	r.keys("WLAN")
	r.up()
	r.clear()
	r.keys("enter")
	r.see("identity is missing")
	if r.authentications() != 0 {
		t.Error("something was sent")
	}
}

// TestAuthOtherApplication: the second USIM is asked without leaving the screen,
// with the algorithm that it has.
func TestAuthOtherApplication(t *testing.T) {
	r := labRig(t, 80, 24)
	r.keys("enter", "u")
	r.see("ADF.USIM#2")
	r.keys("enter", "enter", demoRAND, "enter", "tab", "enter")
	r.see("Card and host agree")
	if s := r.screen(); !strings.Contains(s, "ADF.USIM#2") || r.authentications() != 1 {
		t.Errorf("%d questions:\n%s", r.authentications(), s)
	}
	// The ISIM has the GBA context as well.
	r.keys("n", "u")
	r.see("ADF.ISIM")
}

// TestAuthEAPOfA2GSIM: a 2G SIM has EAP-SIM and no other.
func TestAuthEAPOfA2GSIM(t *testing.T) {
	r := newRig(t, 80, 24, card.ReadOnly)
	r.open("2")
	r.keys("3", "enter", "1234", "enter", "enter")
	r.see("was right")
	r.keys("enter", "5", "L", "L", "e")
	if s := r.screen(); strings.Contains(s, "EAP-AKA") || strings.Contains(s, "GBA") || !strings.Contains(s, "EAP-SIM") {
		t.Fatalf("%s", s)
	}
	r.keys("enter", "enter", demoRAND, "down", "01"+demoRAND[2:], "enter")
	r.see("identity is missing") // the length of the network code is not known
	r.keys("1999990123456789@wlan.example.org", "enter", "enter")
	r.see("Card and host agree")
	if s := r.screen(); !strings.Contains(s, "EMSK") || r.authentications() != 2 {
		t.Errorf("%d questions:\n%s", r.authentications(), s)
	}
}

// TestAuthEAPSecretsAreDots: the keys of a log-on are in no picture while nobody
// asked for them, nor are they when the answers were forgotten.
func TestAuthEAPSecretsAreDots(t *testing.T) {
	r := labRig(t, 120, 40)
	var seen strings.Builder
	r.keys("e", "enter", "enter", demoRAND, "enter", "tab", "enter")
	seen.WriteString(r.screen())
	r.see("Card and host agree")
	seen.WriteString(r.screen())
	fmt.Fprintf(&seen, "%v %+v", r.m.screens[app.ScreenAuth], r.m.env.Card.Ops.Rows())
	r.keys("v", "tab", "enter")
	shown := r.screen()
	n := 0
	for _, line := range strings.Split(shown, "\n") {
		f := strings.Fields(line)
		if len(f) > 2 && (f[0] == "CK" || f[0] == "IK" || strings.HasPrefix(f[0], "K_") || strings.HasSuffix(f[0], "MSK")) {
			n++
			if strings.Contains(strings.ToUpper(seen.String()), f[1][:16]) {
				t.Errorf("%s is shown", f[0])
			}
		}
	}
	if n != 6 {
		t.Errorf("%d keys are looked for:\n%s", n, shown)
	}
	r.send(tea.KeyPressMsg{Code: ':', Text: ":"})
	r.keys("auth forget", "enter")
	if s := r.screen(); !strings.Contains(s, "Nothing was asked yet") {
		t.Errorf("%s", s)
	}
}
