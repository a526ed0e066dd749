package files

import (
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/ui"
)

// namingFiles are the files by which a phone names a network.
var namingFiles = map[string]bool{
	"EF.SPN": true, "EF.PNN": true, "EF.OPL": true, "EF.OPL5G": true, "EF.SPDI": true,
}

// notesOn are sentences on what a file means on this card.
func (m *Model) notesOn(n fs.Node) []string {
	if n.Dir {
		return nil
	}
	if e, ok := n.Entry(); ok && namingFiles[e.Name] {
		return m.nameNotes(n.Path)
	}
	return nil
}

// nameNotes say which name a phone shows, with the last rule that decided.
func (m *Model) nameNotes(p card.Path) []string {
	names := m.env.Card.Files.NetworkNames(subscriberOf(p))
	var out []string
	if h := names.Home; h != nil {
		out = append(out, texts.Say("files.name.home", "name", h.Shown(), "why", strings.Join(h.Why, " ")))
	}
	if now := names.Now; now != nil && (names.Home == nil || now.PLMN != names.Home.PLMN) {
		out = append(out, texts.Say("files.name.now", "network", now.PLMN, "name", now.Shown(), "why", strings.Join(now.Why, " ")))
	}
	return out
}

// subscriberOf is the directory of the subscriber that a file belongs to.
func subscriberOf(p card.Path) card.Path {
	if p.App == "" {
		return card.PathOf("", card.FIDGSM)
	}
	return card.PathOf(p.App)
}

// noteLines are the sentences on this card, in at most limit lines.
func (m *Model) noteLines(w, limit int) []ui.Line {
	var out []ui.Line
	for _, s := range m.file.notes {
		out = append(out, ui.Paragraph(ui.Text, s, w)...)
	}
	if len(out) > limit {
		g := &m.env.Theme.Glyphs
		rest := out[limit-1].Plain() + " " + out[limit].Plain()
		out = append(out[:limit-1:limit-1], ui.T(g.Truncate(rest, w)))
	}
	return out
}
