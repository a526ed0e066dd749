package search

import (
	"unicode"

	"simscope/fs"
	"simscope/texts"
	"simscope/tui/ui"
)

// Size implements ui.Dialog.
func (m *Model) Size(w, h int) (dw, dh int) { return min(110, w-2), min(30, h-2) }

// View implements ui.Dialog.
func (m *Model) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("search.title")), Foot: m.table.Position(), Focus: true}
	iw, ih := p.Inner(w, h)
	head := append(ui.Line{}.Gap(1), m.input.Line(&th.Glyphs, max(iw-2, 0))...).Render(th, iw)
	foot := m.footLines(th, max(iw-2, 1))
	for i := range foot {
		foot[i] = append(ui.Line{}.Gap(1), foot[i]...)
	}
	foot = foot[:min(len(foot), max(ih-4, 0))]
	said := append(ui.Line{}.Gap(1), m.said(&th.Glyphs)...).Render(th, iw)
	room := max(ih-2-len(foot), 0)
	body := ui.FitBlock("", iw, room)
	if len(m.hits) > 0 {
		body = m.table.View(th, iw, room)
	}
	return p.View(th, w, h, ui.Above(head, said, body, ui.RenderLines(th, foot, iw, len(foot))))
}

// said is what came of the search, in a line.
func (m *Model) said(g *ui.Glyphs) ui.Line {
	switch {
	case m.env.Card == nil:
		return ui.Tok(ui.Muted, texts.Say("files.no_card"))
	case m.input.Value() == "":
		return ui.Tok(ui.Muted, texts.Say("search.empty"))
	case m.query != m.input.Value() || m.busy && len(m.hits) == 0:
		return ui.Tok(ui.Muted, texts.Say("search.busy"))
	case !m.known:
		return ui.L(ui.S(ui.Warn, g.Warn+" "), ui.S(ui.Text, texts.Say("search.not_hex")))
	case len(m.hits) == 0:
		return ui.Tok(ui.Text, texts.Say("search.none"))
	case len(m.hits) >= fs.MaxHits:
		return ui.Tok(ui.Text, texts.Say("search.many", "n", len(m.hits)))
	}
	files := map[string]bool{}
	for _, h := range m.hits {
		files[h.Path.String()] = true
	}
	return ui.Tok(ui.Text, texts.Say("search.found", "n", len(m.hits), "files", len(files)))
}

// footLines say what was not looked through and why, and the keys.
func (m *Model) footLines(th *ui.Theme, w int) []ui.Line {
	var out []ui.Line
	say := func(s string) { out = append(out, ui.Paragraph(ui.Muted, s, w)...) }
	if m.known && m.query != "" {
		for _, s := range m.left.Reasons() {
			say(s)
		}
	}
	hints := []ui.Hint{{Key: "enter", Does: texts.Say("search.enter")}}
	switch {
	case m.env.Walk.Running:
		say(texts.Say("search.walking", "done", m.env.Walk.Done, "total", m.env.Walk.Total))
	case m.known && m.left.Unread > 0:
		say(texts.Say("search.unread", "n", m.left.Unread))
		hints = append(hints, ui.Hint{Key: "ctrl+r", Does: texts.Say("search.read_all")})
	}
	hints = append(hints, ui.Hint{Key: "esc", Does: texts.Say("search.close")})
	if len(m.hits) > 0 {
		hints = append(hints, ui.Hint{Key: "n", Does: texts.Say("search.next")})
	}
	return append(out, keyLine(&th.Glyphs, hints, w))
}

// keyLine are keys with what they do, as much as fits.
func keyLine(g *ui.Glyphs, hints []ui.Hint, w int) ui.Line {
	var l ui.Line
	for i, h := range hints {
		piece := ui.L(ui.S(ui.Accent, ui.ShowKey(g, h.Key)), ui.S(ui.Muted, " "+h.Does))
		if i > 0 && l.Width()+3+piece.Width() > w {
			break
		}
		if i > 0 {
			l = l.Gap(3)
		}
		l = append(l, piece...)
	}
	return l
}

// row is a place as the table shows it, with the letters that were looked for
// in the look of an accent.
func (m *Model) row(h fs.Hit) ui.TableRow {
	place := ui.T(m.env.Name(h.Path))
	switch {
	case h.Record > 0:
		place = place.Add(ui.Muted, " "+texts.Say("search.record", "n", h.Record))
	case h.Object != "":
		place = place.Add(ui.Muted, " "+texts.Say("search.object", "tag", h.Object))
	}
	field := h.Field
	if field == "" {
		field = texts.Say("search.bytes")
	}
	value := ui.Clean(h.Value)
	return ui.TableRow{Key: hitKey(h), Cells: []ui.Line{
		place, ui.Tok(ui.Muted, field), ui.MarkMatch(ui.Text, value, m.marks(value)),
	}}
}

// marks are the places of the query in a value, in runes.
func (m *Model) marks(value string) []int {
	want, have := lower(m.query), lower(value)
	for i := 0; len(want) > 0 && i+len(want) <= len(have); i++ {
		if string(have[i:i+len(want)]) != string(want) {
			continue
		}
		var out []int
		for j := range want {
			out = append(out, i+j)
		}
		return out
	}
	return nil
}

func lower(s string) []rune {
	out := []rune(s)
	for i, r := range out {
		out[i] = unicode.ToLower(r)
	}
	return out
}
