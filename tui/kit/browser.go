package kit

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// narrow is the width below which a list and the entry beside it are shown one
// at a time.
const narrow = 100

// Browser is what a list with a search over it has in common with others, the
// entry under the cursor in a pane beside it. A screen embeds it, makes the rows
// and draws the parts; the Browser holds who has the keys.
type Browser struct {
	Table  *ui.Table
	Detail ui.List
	Find   ui.Input
	Typing bool         // the line of the search has the keys
	Open   bool         // the pane has the keys
	Asking uint64       // a request under way whose answer is this screen's
	Failed *app.Problem // of the last request
}

// Reset drops what belongs to a card that is gone.
func (b *Browser) Reset(columns ...ui.Column) {
	b.Open, b.Typing, b.Asking, b.Failed = false, false, 0, nil
	b.Find.Reset()
	b.Detail = ui.NewList(nil)
	b.Table = ui.NewTable(columns...)
	b.Table.Focus = true
}

// Search begins to look for words, or to type them where none are given. fill
// makes the rows that match.
func (b *Browser) Search(words string, fill func()) {
	b.Find.SetValue(words)
	b.Typing, b.Open = words == "", false
	b.Find.Focus = b.Typing
	fill()
}

// Paste adds text to what is searched for.
func (b *Browser) Paste(text string, fill func()) {
	b.Find.Update(tea.PasteMsg{Content: text})
	fill()
}

// EscClears implements Narrowed.
func (b *Browser) EscClears() bool { return !b.Open && b.Find.Value() != "" }

// Keys handles a keystroke: the line of the search, leaving the pane and the
// search, moving about. It reports whether the key was one of these.
func (b *Browser) Keys(msg tea.KeyPressMsg, fill func()) bool {
	switch k := msg.String(); {
	case b.Typing:
		b.line(msg, k)
		fill()
		return true
	case b.Open && (k == "esc" || k == "left" || k == "h" || k == "backspace"):
		b.Open = false
		return true
	case k == "esc" && b.EscClears():
		b.Find.Reset()
		fill()
		return true
	case b.Open:
		return b.Detail.Update(msg)
	case k == "right" || k == "l":
		b.Enter()
		return true
	}
	return b.Table.Update(msg)
}

// line handles a key of the line of the search: enter keeps what is found, esc shows all.
func (b *Browser) line(msg tea.KeyPressMsg, k string) {
	switch k {
	case "esc":
		b.Typing = false
		b.Find.Reset()
	case "enter", "down":
		b.Typing = false
	default:
		b.Find.Update(msg)
	}
	b.Find.Focus = b.Typing
}

// Enter gives the keys to the pane, where there is an entry.
func (b *Browser) Enter() {
	if _, ok := b.Table.Selected(); ok {
		b.Open = true
		b.Detail.SelectAt(0)
	}
}

// Ask hands a request to the card's worker unless one is under way.
func (b *Browser) Ask(e *Env, verb string, run func(ctx context.Context, c *app.Card) (any, error)) {
	if b.Asking == 0 {
		b.Asking = e.Submit(verb, run)
	}
}

// Answered reports whether an answer is that of the request under way, and a
// good one. Another's is left alone; a bad one is told of, and kept as Failed.
func (b *Browser) Answered(a app.Answer, tried string) (good bool, cmd tea.Cmd) {
	if a.ID == 0 || a.ID != b.Asking {
		return false, nil
	}
	b.Asking, b.Failed = 0, nil
	if a.Err != nil {
		p := app.Explain(a.Err, tried)
		b.Failed = &p
		return false, Toast(ui.Bad, p.String())
	}
	return true, nil
}

// Parts are what a screen draws of its Browser. Nothing is the sentence in
// place of all of it, where there is one. Share is the part of a wide screen's
// width that the list has, in percent.
type Parts struct {
	Nothing    func() (string, []ui.Hint)
	Head       func(w int) string
	List, Pane func(w, h int) string
	Share      int
}

// View draws list and pane side by side, or the one that has the keys.
func (b *Browser) View(th *ui.Theme, w, h int, p Parts) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	if sentence, hints := p.Nothing(); sentence != "" {
		return ui.FitBlock(ui.Empty(th, sentence, hints, w, h), w, h)
	}
	head := p.Head(w)
	if h < 4 {
		return ui.FitBlock(head, w, h)
	}
	h--
	b.Table.Focus, b.Detail.Focus = !b.Open, b.Open
	switch {
	case w < narrow && b.Open:
		return ui.Above(head, p.Pane(w, h))
	case w < narrow:
		return ui.Above(head, p.List(w, h))
	}
	left := w * p.Share / 100
	return ui.Above(head, ui.Beside(p.List(left, h), p.Pane(w-left, h)))
}

// NoCard is the sentence where no card is open, and the keys that lead on; empty
// while one is.
func (e *Env) NoCard() (string, []ui.Hint) {
	readers := []ui.Hint{{Key: "r", Does: texts.Say("verb.go.readers.hint")}}
	switch {
	case e.Opening:
		return texts.Say("pins.empty.opening"), nil
	case e.Card != nil:
		return "", nil
	case e.Trouble != nil:
		return e.Trouble.String(), readers
	}
	return texts.Say("pins.empty.no_card"), readers
}

// DetailLine is a line of a pane; Place is where on the card what it says lies.
type DetailLine[P any] struct {
	Left, Right ui.Line
	Place       *P
}

// DetailLines are the lines of a pane.
type DetailLines[P any] []DetailLine[P]

// Len implements ui.Source.
func (d DetailLines[P]) Len() int { return len(d) }

// Key implements ui.Source.
func (d DetailLines[P]) Key(i int) string { return fmt.Sprint(i) }

// Row implements ui.Source.
func (d DetailLines[P]) Row(i, _ int) ui.Row { return ui.Row{Left: d[i].Left, Right: d[i].Right} }
