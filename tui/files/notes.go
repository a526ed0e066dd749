package files

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
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
	files := m.env.Card.Files
	var out []string
	if e, ok := n.Entry(); ok && namingFiles[e.Name] {
		out = m.nameNotes(n.Path)
	}
	if idle := idleFiles(files.ServiceFiles(n.Path)); len(idle) > 0 {
		out = append(out, texts.Say("service.idle_list", "files", strings.Join(idle, ", ")))
	}
	if s := ef.Gap(n.Catalogue); s != "" {
		out = append(out, s)
	}
	return out
}

// belongsTo says which services a file belongs to, and whether they are on.
func (m *Model) belongsTo(n fs.Node) []string {
	var out []string
	if !n.Dir {
		for _, s := range m.env.Card.Files.ServicesOf(n.Path) {
			out = append(out, s.String())
		}
	}
	return out
}

// belongLines are the services below what is said of access: the first thing
// to go where room is scarce.
func (m *Model) belongLines(w int) []ui.Line {
	var out []ui.Line
	for _, s := range m.file.belongs {
		out = append(out, ui.Tok(ui.Muted, m.env.Theme.Glyphs.Truncate(s, w)))
	}
	return out
}

// idleFiles names files that are there although their service is off, each
// once.
func idleFiles(services map[int][]fs.GovernedFile) []string {
	var out []string
	for _, n := range slices.Sorted(maps.Keys(services)) {
		for _, f := range services[n] {
			if f.Fault == "idle" && !slices.Contains(out, f.Name) {
				out = append(out, f.Name)
			}
		}
	}
	return out
}

// noteServices puts beside each service of a table the files it governs.
func (m *Model) noteServices() {
	f := &m.file
	services := m.env.Card.Files.ServiceFiles(f.node.Path)
	if len(services) == 0 || len(f.parts) != 1 {
		return
	}
	for i := range f.parts[0].Fields {
		field := &f.parts[0].Fields[i]
		number, ok := strings.CutPrefix(field.ID, "service.")
		n, err := strconv.Atoi(number)
		if !ok || err != nil {
			continue
		}
		var names []string
		for _, g := range services[n] {
			names = append(names, g.String())
		}
		if len(names) > 0 {
			field.Note = strings.Join(names, ", ")
		}
	}
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
