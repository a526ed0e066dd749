package files

import (
	"strconv"
	"strings"

	"simscope/texts"
	"simscope/tui/ui"
)

// Size implements ui.Dialog.
func (e *editor) Size(w, h int) (dw, dh int) { return min(100, w), min(max(h-2, 16), h, 36) }

// String keeps what is edited out of prints.
func (e *editor) String() string { return "edit" }

// diff are the ranges of bytes that differ from the old ones.
func (e *editor) diff() []ui.Range {
	var out []ui.Range
	for i, b := range e.new {
		if i < len(e.old) && e.old[i] == b {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To == i {
			out[n-1].To++
		} else {
			out = append(out, ui.Range{From: i, To: i + 1})
		}
	}
	return out
}

// View implements ui.Dialog.
func (e *editor) View(th *ui.Theme, w, h int) string {
	name := e.env.Name(e.at.Path)
	switch {
	case e.at.Record > 0:
		name += ", " + texts.Say("plan.place.record", "record", e.at.Record)
	case e.at.Tag > 0:
		name += ", " + texts.Say("plan.place.object", "tag", e.at.Tag)
	}
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("edit.title", "file", name)), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	if iw <= 0 || ih <= 0 {
		return ui.FitBlock("", w, h)
	}
	foot := append(ui.Paragraph(e.statusTok(), e.status(), iw), e.hints())
	foot = foot[max(len(foot)-max(ih-2, 1), 0):]
	room := max(ih-len(foot), 0)
	return p.View(th, w, h, ui.Above(e.body(th, iw, room), ui.RenderLines(th, foot, iw, len(foot))))
}

// body has the value above and its bytes below, or the bytes alone.
func (e *editor) body(th *ui.Theme, w, h int) string {
	if e.ended {
		return ui.RenderLines(th, ui.Paragraph(ui.Bad, texts.Say("change.ended"), w), w, h)
	}
	e.hex.Marked = e.diff()
	if !e.value {
		return e.bytesBody(th, w, h)
	}
	shown := ui.HexView{Data: e.new, Marked: e.diff()}
	lower := min(shown.RowsFor(w), h/3)
	if e.refused != "" {
		lower = 0 // no bytes belong to what stands above
	}
	if lower < 1 {
		return e.area.View(th, w, h)
	}
	rule := ui.Tok(ui.Muted, texts.Say("edit.bytes", "n", len(e.new))).Render(th, w)
	return ui.Above(e.area.View(th, w, h-lower-1), rule, shown.View(th, w, lower))
}

// bytesBody has the bytes above and what they mean below, as far as a decoder
// knows.
func (e *editor) bytesBody(th *ui.Theme, w, h int) string {
	e.hex.Focus = true
	var lines []ui.Line
	if d, ok := e.env.Card.Files.Decoder(e.at.Path); ok && d.Record == (e.at.Record > 0) && (e.at.Tag > 0 || !d.Object) {
		got := e.decode(d)
		for _, f := range got.Flags {
			lines = append(lines, ui.Tok(ui.Warn, th.Glyphs.Warn+" "+f.String()))
		}
		for _, f := range got.Fields {
			l := ui.Tok(ui.Muted, strings.Repeat("  ", f.Depth)+f.Label+"  ").Add(ui.Text, f.Value)
			if i := e.hex.Cursor(); i >= f.Offset && i < f.Offset+f.Length {
				l[0].Tok = ui.Accent
			}
			lines = append(lines, l)
		}
	}
	upper := min(e.hex.RowsFor(w), max(h-len(lines)-1, h/2))
	if len(lines) == 0 || upper < 1 || h-upper < 2 {
		return e.hex.View(th, w, h)
	}
	for i := range lines {
		lines[i] = lines[i].Truncate(&th.Glyphs, w)
	}
	return ui.Above(e.hex.View(th, w, upper), ui.RenderLines(th, nil, w, 1), ui.RenderLines(th, lines, w, h-upper-1))
}

func (e *editor) statusTok() ui.Token {
	switch {
	case e.warned || e.refused != "":
		return ui.Warn
	case len(e.diff()) > 0:
		return ui.Text
	}
	return ui.Muted
}

func (e *editor) status() string {
	switch {
	case e.warned:
		return texts.Say("edit.esc_again")
	case e.refused != "":
		return e.refused
	}
	n := 0
	for _, r := range e.diff() {
		n += r.To - r.From
	}
	if n == 0 && len(e.new) == len(e.old) {
		return texts.Say("edit.unchanged")
	}
	return texts.Say("edit.differ", "n", n, "of", len(e.new))
}

func (e *editor) hints() ui.Line {
	var l ui.Line
	hint := func(key, id string, off bool) {
		tok := ui.Accent
		if off {
			tok = ui.Muted
		}
		l = l.Add(tok, key).Add(ui.Muted, " "+texts.Say(id)+"  ")
	}
	hint("ctrl+s", "edit.hint.accept", e.refused != "")
	if e.means {
		id := "edit.hint.bytes"
		if !e.value {
			id = "edit.hint.value"
		}
		hint("tab", id, e.value && e.refused != "")
	}
	hint("esc", "change.hint.leave", false)
	if e.value {
		row, col := e.area.Position()
		return l.Add(ui.Muted, " "+strconv.Itoa(row)+":"+strconv.Itoa(col))
	}
	return l.Add(ui.Muted, " "+e.hex.Position())
}
