package readers

import (
	"strings"
	"time"

	"simscope/card"
	"simscope/card/pcsc"
	"simscope/card/safe"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// The foot of the screen is what stands below the list: why there is no card,
// and what mends it. It comes in pieces that are shown whole or not at all,
// the most needed first, so that no half of a command is ever shown.

// indent is how far the text of the foot stands from the left.
const indent = 4

// foot is the pieces of what there is to say, none where all is well.
func (m *Model) foot(w int) [][]ui.Line {
	if m.env.Opening {
		return [][]ui.Line{m.opening(w)}
	}
	fact, missing := m.missing()
	p := m.env.Trouble
	switch {
	case p == nil && !missing:
		return m.looking(w)
	case p == nil:
		return m.factPieces(fact, "", w)
	case !missing:
		return [][]ui.Line{m.problem(*p, w)}
	case stages[p.ID] != fact.Check:
		return append([][]ui.Line{m.problem(*p, w)}, m.factPieces(fact, "", w)...)
	case len(fact.Fixes) == 0:
		return [][]ui.Line{m.problem(*p, w)} // it says what to do itself
	}
	// Both say the same; the diagnosis knows better why, and the commands.
	return m.factPieces(fact, p.Tried, w)
}

// stages are the checks of a diagnosis that problems are about.
var stages = map[string]string{
	card.KindServiceDown.ID(): "service", card.KindDenied.ID(): "access", card.KindNoReader.ID(): "reader",
	card.KindGone.ID(): "card", card.KindNoCard.ID(): "card", card.KindMute.ID(): "card", card.KindBusy.ID(): "card",
}

// missing is what stands in the way. A diagnosis that is overtaken by a card
// that was put in meanwhile says nothing any more.
func (m *Model) missing() (pcsc.Fact, bool) {
	if m.env.Demo || m.env.Card != nil || m.usable() {
		return pcsc.Fact{}, false
	}
	return m.diagnosis.Missing()
}

// canOpen reports whether the state is that of a card that can be opened.
func canOpen(s card.ReaderState) bool { return s == card.ReaderPresent || s == card.ReaderInUse }

// looking is what is said before the first list of readers came.
func (m *Model) looking(w int) [][]ui.Line {
	if m.told {
		return nil
	}
	return [][]ui.Line{append([]ui.Line{nil}, m.para(ui.Muted, m.env.Theme.Glyphs.None, texts.Say("readers.looking"), w)...)}
}

// opening says which card is being opened and, when it takes long, what it
// waits for.
func (m *Model) opening(w int) []ui.Line {
	g := &m.env.Theme.Glyphs
	out := append([]ui.Line{nil}, m.para(ui.Accent, g.None, texts.Say("readers.opening", "reader", safe.Text(m.env.Reader.ID.Name)), w)...)
	for _, a := range m.activities() {
		if a.Reader != m.env.Reader.ID || time.Since(a.Since) < app.NameAfter {
			continue
		}
		if s := texts.Maybe("pcsc.wait." + a.Op); s != "" {
			out = append(out, indented(ui.Muted, s, indent, w)...)
		}
		return append(out, ui.T(spaces(indent)).Add(ui.Accent, "esc").Add(ui.Muted, " "+texts.Say("readers.give_up")))
	}
	return out
}

// problem is why there is no card, and below it what to do.
func (m *Model) problem(p app.Problem, w int) []ui.Line {
	next := p.Next
	p.Next = ""
	out := append([]ui.Line{nil}, m.para(ui.Bad, m.env.Theme.Glyphs.Bad, p.String(), w)...)
	return append(out, indented(ui.Text, next, indent, w)...)
}

// factPieces is one finding, after what was tried, and each way to mend it.
func (m *Model) factPieces(f pcsc.Fact, tried string, w int) [][]ui.Line {
	g := &m.env.Theme.Glyphs
	sign, tok := g.Good, ui.Good
	switch f.Level {
	case pcsc.LevelHint:
		sign, tok = g.None, ui.Muted
	case pcsc.LevelMissing:
		sign, tok = g.Warn, ui.Warn
	}
	say := texts.Say(f.ID, cleanArgs(f.Args)...)
	if tried != "" {
		say = tried + ": " + say
	}
	out := [][]ui.Line{append([]ui.Line{nil}, m.para(tok, sign, say, w)...)}
	for _, x := range f.Fixes {
		piece := indented(ui.Muted, texts.Say(x.ID), indent, w)
		for _, c := range x.Commands {
			piece = append(piece, command(c, w)...)
		}
		out = append(out, piece)
	}
	return out
}

func cleanArgs(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		if s, ok := a.(string); ok {
			a = safe.Text(s)
		}
		out[i] = a
	}
	return out
}

// para is text behind a sign, its further lines below its first.
func (m *Model) para(tok ui.Token, sign, text string, w int) []ui.Line {
	var out []ui.Line
	for i, l := range ui.Wrap(text, textWidth(indent, w)) {
		if i > 0 {
			sign = " "
		}
		out = append(out, ui.L(ui.S(tok, "  "+sign+" "), ui.S(ui.Text, l)))
	}
	return out
}

// textWidth is the room for text that stands in cells from the left and keeps
// clear of the right border.
func textWidth(in, w int) int { return max(w-in-1, 1) }

func indented(tok ui.Token, text string, in, w int) []ui.Line {
	if text == "" {
		return nil
	}
	var out []ui.Line
	for _, l := range ui.Wrap(text, textWidth(in, w)) {
		out = append(out, ui.Tok(tok, spaces(in)+l))
	}
	return out
}

// hang is how much further in a command goes on in its next line.
const hang = 4

// command is a command for a shell, its own indentation kept. What does not
// fit into a line goes on in the next, further in.
func command(c string, w int) []ui.Line {
	var out []ui.Line
	for line := range strings.SplitSeq(c, "\n") {
		text := strings.TrimLeft(line, " ")
		in := indent + 2 + len(line) - len(text)
		room := textWidth(in, w)
		if ui.Width(text) > room {
			room = textWidth(in+hang, w)
		}
		for i, l := range ui.Wrap(text, room) {
			if i > 0 {
				l = spaces(hang) + l
			}
			out = append(out, ui.Tok(ui.Accent, spaces(in)+l))
		}
	}
	return out
}

// footNeed is the least height of the foot: the reason and the first way to
// mend it, and the line that says that there is more.
func footNeed(pieces [][]ui.Line) int {
	n := 0
	for i, p := range pieces {
		if i == 2 {
			return n + 1
		}
		n += len(p)
	}
	return n
}

// fit is the pieces that fit whole into h lines; where some do not, the last
// line names the key that shows them.
func (m *Model) fit(pieces [][]ui.Line, h, w int) []ui.Line {
	all := 0
	for _, p := range pieces {
		all += len(p)
	}
	room := h
	if all > h {
		room--
	}
	var out []ui.Line
	for i, p := range pieces {
		if len(out)+len(p) > room {
			if i == 0 && h > 1 {
				out = p[len(p)-min(len(p), room):] // the blank line first goes
			}
			if h > 0 {
				out = append(out[:len(out):len(out)], ui.T(spaces(indent)).Add(ui.Accent, "d").Add(ui.Muted, " "+texts.Say("readers.more")))
			}
			break
		}
		out = append(out, p...)
	}
	return out
}
