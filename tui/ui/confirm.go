package ui

import (
	tea "charm.land/bubbletea/v2"

	"simscope/texts"
)

// ConfirmedMsg is what a Confirm answers when it closes by a button.
type ConfirmedMsg struct {
	ID string
	OK bool
}

// Confirm asks before something is done. Its first button is the harmless one
// and has the focus; where Word is set, the word must be typed instead.
type Confirm struct {
	ID, Title, Text string
	// Action is the name of the button that does it: a verb with its object.
	Action string
	// Word must be typed letter by letter, for what cannot be undone.
	Word string
	// Danger draws it in the look of danger.
	Danger bool

	input Input
	onYes bool
}

// Size implements Dialog.
func (c *Confirm) Size(w, h int) (dw, dh int) {
	dw = min(64, w)
	return dw, min(len(Wrap(c.Text, max(dw-4, 1)))+7, h)
}

// Armed reports whether Enter would do it.
func (c *Confirm) Armed() bool {
	if c.Word != "" {
		return c.input.Value() == c.Word
	}
	return c.onYes
}

// Update implements Dialog.
func (c *Confirm) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	key := keyOf(msg)
	if key == "enter" {
		if c.Word != "" && !c.Armed() && c.input.Value() != "" {
			return false, nil // half a word is not an answer
		}
		ok := c.Armed()
		return true, func() tea.Msg { return ConfirmedMsg{c.ID, ok} }
	}
	if c.Word != "" {
		if _, paste := msg.(tea.PasteMsg); !paste {
			c.input.Update(msg)
		}
		return false, nil
	}
	switch key {
	case "tab", "shift+tab":
		c.onYes = !c.onYes
	case "left", "h":
		c.onYes = false
	case "right", "l":
		c.onYes = true
	}
	return false, nil
}

// Escape implements Escaper: leaving is saying no.
func (c *Confirm) Escape() (leave bool, cmd tea.Cmd) {
	return true, func() tea.Msg { return ConfirmedMsg{c.ID, false} }
}

// View implements Dialog.
func (c *Confirm) View(th *Theme, w, h int) string {
	pane := Pane{Title: Tok(Title, c.Title), Focus: true, Pad: 1, Danger: c.Danger}
	iw, ih := pane.Inner(w, h)
	lines := append([]Line{nil}, Paragraph(Text, c.Text, iw)...)
	foot := append(c.answerLines(&th.Glyphs), nil)
	if ih < len(lines)+len(foot)+1 { // small: the question and the answer, no blank lines
		lines, foot = lines[1:], foot[:len(foot)-1]
	}
	foot = foot[:min(len(foot), max(ih, 0))]
	body := RenderLines(th, lines, iw, ih-len(foot))
	return pane.View(th, w, h, Above(body, RenderLines(th, foot, iw, len(foot))))
}

func (c *Confirm) answerLines(g *Glyphs) []Line {
	if c.Word != "" {
		in := c.input
		in.Focus = true
		ask := Tok(Muted, texts.Say("ui.confirm.word", "word", c.Word)+"  ")
		return []Line{
			append(ask, in.Line(g, 24)...),
			L(S(Muted, texts.Say("ui.confirm.leave"))),
		}
	}
	button := func(name string, on, danger bool) Line {
		switch {
		case on:
			return L(S(Cursor, " "+g.Cursor+" "+name+" "))
		case danger:
			return L(S(Bad, "   "+name+" "))
		}
		return L(S(Text, "   "+name+" "))
	}
	no := button(texts.Say("ui.confirm.cancel"), !c.onYes, false)
	return []Line{append(no.Gap(2), button(c.Action, c.onYes, c.Danger)...)}
}

// Notice tells something that needs room, and goes with any key but those
// that scroll.
type Notice struct {
	Title, Text string
	// Tok is the look of the text.
	Tok Token

	top int
}

// Size implements Dialog.
func (n *Notice) Size(w, h int) (dw, dh int) {
	dw = min(72, w)
	return dw, min(len(Wrap(n.Text, max(dw-4, 1)))+5, h)
}

// Update implements Dialog.
func (n *Notice) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch keyOf(msg) {
	case "":
	case "down", "j":
		n.top++
	case "up", "k":
		n.top = max(n.top-1, 0)
	default:
		return true, nil
	}
	return false, nil
}

// View implements Dialog.
func (n *Notice) View(th *Theme, w, h int) string {
	pane := Pane{Title: Tok(Title, n.Title), Focus: true, Pad: 1}
	iw, ih := pane.Inner(w, h)
	lines := Paragraph(n.Tok, n.Text, iw)
	room := max(ih-2, 1)
	n.top = max(min(n.top, len(lines)-room), 0)
	body := append([]Line{}, lines[n.top:min(n.top+room, len(lines))]...)
	if ih > len(lines)+1 {
		body = append([]Line{nil}, body...)
	}
	hint := L(S(Accent, "esc"), S(Muted, " "+texts.Say("ui.close")))
	if ih < 3 {
		return pane.View(th, w, h, RenderLines(th, body, iw, ih))
	}
	return pane.View(th, w, h, Above(RenderLines(th, body, iw, ih-1), hint.Render(th, iw)))
}
