package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// toastTime is how long a toast stays: long enough to read two short lines.
const toastTime = 4 * time.Second

// ToastGoneMsg takes a toast away, unless a later one is there by then.
type ToastGoneMsg struct{ id uint64 }

// Toast is a short message over the hint line. It never moves the layout and
// goes away by itself.
type Toast struct {
	text string
	tok  Token
	id   uint64
}

// Show puts text there; the command takes it away in time.
func (t *Toast) Show(tok Token, text string) tea.Cmd {
	t.text, t.tok = text, tok
	t.id++
	id := t.id
	return tea.Tick(toastTime, func(time.Time) tea.Msg { return ToastGoneMsg{id} })
}

// Update reports whether the message was one of the toast's.
func (t *Toast) Update(msg tea.Msg) bool {
	m, ok := msg.(ToastGoneMsg)
	if ok && m.id == t.id {
		t.text = ""
	}
	return ok
}

// Shown reports whether there is a message.
func (t *Toast) Shown() bool { return t.text != "" }

// Over is the hint line, or the toast in its place.
func (t *Toast) Over(th *Theme, hintLine string, w int) string {
	if t.text == "" {
		return Fit(hintLine, w)
	}
	g := &th.Glyphs
	sign := g.None
	switch t.tok {
	case Good:
		sign = g.Good
	case Warn:
		sign = g.Warn
	case Bad:
		sign = g.Bad
	}
	return L(S(Text, " "), S(t.tok, sign+" "), S(Text, t.text)).Render(th, w)
}
