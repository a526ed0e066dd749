package identity

import (
	"errors"
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/card/auth"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

func model(t *testing.T, found app.HiddenIdentity) *Model {
	t.Helper()
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "monochrome"})
	if err != nil {
		t.Fatal(err)
	}
	m := New(&kit.Env{Theme: th, Card: &app.Card{}, Number: 1, Vars: func(string) string { return "" }})
	m.number, m.asking = 1, 7
	m.Update(app.AnswerEvent{Answer: app.Answer{ID: 7, Card: 1, Value: found}})
	return m
}

// shown is the screen without colours, one blank for many.
func shown(m *Model, w, h int) string {
	plain := ""
	for _, l := range strings.Split(m.View(w, h), "\n") {
		plain += strings.TrimRight(strip(l), " ") + "\n"
	}
	return plain
}

func strip(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == 0x1b {
			for i < len(s) && s[i] != 'm' {
				i++
			}
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func host(t *testing.T, f auth.IdentityFiles) app.HiddenIdentity {
	t.Helper()
	f.IMSI, f.MNCLength = "999990123456789", 2
	s, skipped, err := auth.IdentityCompute(f)
	if err != nil {
		t.Fatal(err)
	}
	return app.HiddenIdentity{Place: "ADF.USIM", Own: f.IMSI, Hiding: fs.Yes, ByCard: fs.No, Calc: f.Calc, From: app.IdentityByHost, SUCI: s, Skipped: skipped}
}

func TestReadableOnTheAir(t *testing.T) {
	m := model(t, host(t, auth.IdentityFiles{Calc: &auth.IdentityCalc{Schemes: []auth.IdentityScheme{{Scheme: 1, Index: 3}}}}))
	s := shown(m, 100, 30)
	for _, want := range []string{"readable on the air", "its key 3 is not in the list", "Nothing is hidden: 999990123456789", "null scheme"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is not in\n%s", want, s)
		}
	}
	var st app.State
	m.State(&st)
	if !st.HasSUCI || st.IsHidden {
		t.Errorf("%+v", st)
	}
	if v, _ := app.FindVerb("identity.prove"); v.Reason(app.State{CardOpen: true, HasSUCI: true}) == "" {
		t.Error("a readable one can be opened with a key")
	}
}

func TestRefusedByTheCard(t *testing.T) {
	m := model(t, app.HiddenIdentity{Wanted: app.WantSUCI, Hiding: fs.Yes, ByCard: fs.Yes, Asked: "The card refuses."})
	if s := shown(m, 80, 20); !strings.Contains(s, "Not known whether") || !strings.Contains(s, "The card refuses.") || !strings.Contains(s, "cannot register") {
		t.Error(s)
	}
	m.asking = 8
	m.Update(app.AnswerEvent{Answer: app.Answer{ID: 8, Card: 1, Err: &card.TransportError{Kind: card.KindGone}}})
	if s := shown(m, 80, 20); strings.Contains(s, "Not known whether") || m.known {
		t.Errorf("a card that is gone still tells\n%s", s)
	}
}

func TestScrolls(t *testing.T) {
	m := model(t, host(t, auth.IdentityFiles{}))
	first := shown(m, 60, 6)
	for range 40 {
		m.Key(tea.KeyPressMsg{Code: tea.KeyDown})
	}
	last := shown(m, 60, 6)
	if first == last || !strings.Contains(last, "not hidden") || m.Right() == nil {
		t.Errorf("first\n%s\nlast\n%s", first, last)
	}
	m.Key(tea.KeyPressMsg{Code: tea.KeyHome})
	if back := shown(m, 60, 6); back != first {
		t.Errorf("home shows\n%s", back)
	}
	for _, size := range [][2]int{{1, 1}, {8, 2}, {20, 3}, {200, 60}} {
		lines := strings.Split(m.View(size[0], size[1]), "\n")
		if len(lines) != size[1] || ui.Width(lines[0]) != size[0] {
			t.Errorf("%v gives %d lines of %d", size, len(lines), ui.Width(lines[0]))
		}
	}
}

// An answer of another card, and a verdict about another SUCI, are dropped.
func TestStaleAnswers(t *testing.T) {
	m := model(t, host(t, auth.IdentityFiles{}))
	before := m.found.SUCI.String()
	m.proof = nil
	m.Update(provedMsg{number: 1, suci: before + "0", proof: proof{works: true}})
	m.Update(provedMsg{number: 2, suci: before, proof: proof{works: true}})
	m.Update(provedMsg{number: 1, suci: before, proof: proof{works: true}, err: errors.New("x")})
	if m.proof != nil {
		t.Error("a verdict about something else was taken")
	}
	m.Update(provedMsg{number: 1, suci: before, proof: proof{works: true, say: "It works."}})
	if m.proof == nil || !strings.Contains(shown(m, 80, 20), "It works.") {
		t.Error("the verdict was not taken")
	}
	m.env.Number = 2
	m.Update(app.OpenedEvent{})
	if m.known || m.proof != nil {
		t.Error("another card's identity is kept")
	}
}

func TestDialog(t *testing.T) {
	m := model(t, host(t, auth.IdentityFiles{}))
	d := newKeyDialog(m.env, m.found)
	press := func() tea.Cmd {
		_, cmd := d.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		return cmd
	}
	if press() != nil || d.wrong == "" {
		t.Error("no name was taken")
	}
	for name, want := range map[string]string{"/nonexistent/x": "not read", t.TempDir(): "not read", os.DevNull: "missing"} {
		d.input.SetValue(name)
		cmd := press()
		if cmd == nil {
			t.Fatalf("%s: nothing is done", name)
		}
		if done, _ := d.Update(cmd()); done || d.busy || !strings.Contains(d.wrong, want) {
			t.Errorf("%s: %q", name, d.wrong)
		}
		if strings.Contains(d.wrong, name) {
			t.Errorf("the path is told again: %q", d.wrong)
		}
	}
	if done, _ := d.Update(provedMsg{to: newKeyDialog(m.env, m.found)}); done {
		t.Error("another dialog's answer closes this one")
	}
	if v := d.View(m.env.Theme, 76, 13); len(strings.Split(v, "\n")) != 13 {
		t.Error("the dialog has another height")
	}
	m.env.Number = 5
	if done, _ := d.Update(app.OpenedEvent{}); !done {
		t.Error("it stays for another card")
	}
}
