package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/texts"
)

// Help shows all verbs in groups with their keys; `/` searches in it.
type Help struct {
	items     []PaletteItem
	input     Input
	searching bool
	top, room int
}

// NewHelp makes the help of items. Groups come in the order of their first
// item.
func NewHelp(items []PaletteItem) *Help {
	return &Help{items: items, input: Input{Prompt: "/"}}
}

// Update implements Dialog.
func (p *Help) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	key := keyOf(msg)
	if p.searching {
		if key == "enter" {
			p.searching = false
		} else if p.input.Update(msg) {
			p.top = 0
		}
		return false, nil
	}
	page := max(p.room-1, 1)
	switch key {
	case "/":
		p.searching = true
	case "down", "j":
		p.top++
	case "up", "k":
		p.top--
	case "pgdown", "ctrl+d", "space", " ":
		p.top += page
	case "pgup", "ctrl+u":
		p.top -= page
	case "home", "g":
		p.top = 0
	case "end", "G":
		p.top = 1 << 20
	case "?", "q":
		return true, nil
	}
	p.top = max(p.top, 0)
	return false, nil
}

// Escape implements Escaper: the first Esc ends the search.
func (p *Help) Escape() (leave bool, cmd tea.Cmd) {
	if p.searching || p.input.Value() != "" {
		p.searching = false
		p.input.Reset()
		p.top = 0
		return false, nil
	}
	return true, nil
}

// Size implements Dialog.
func (p *Help) Size(w, h int) (dw, dh int) { return min(84, w), max(h-4, min(h, 8)) }

// View implements Dialog.
func (p *Help) View(th *Theme, w, h int) string {
	g := &th.Glyphs
	pane := Pane{Title: Tok(Title, texts.Say("ui.help.title")), Focus: true, Pad: 1}
	iw, ih := pane.Inner(w, h)
	p.room = max(ih-1, 1)
	lines := p.lines(g, iw)
	p.top = max(min(p.top, len(lines)-p.room), 0)
	p.input.Focus = p.searching
	var foot Line
	if p.searching || p.input.Value() != "" {
		foot = p.input.Line(g, iw)
	} else {
		foot = hintSpans(g, []Hint{
			{Key: "/", Does: texts.Say("ui.help.search")}, {Key: "esc", Does: texts.Say("ui.close")},
		}, iw)
	}
	if end := p.top + p.room; len(lines) > p.room {
		foot = Spread(g, foot, Tok(Muted, texts.Say("ui.help.lines", "to", min(end, len(lines)), "of", len(lines))), iw, 4)
	}
	if ih < 2 {
		return pane.View(th, w, h, RenderLines(th, lines[p.top:], iw, ih))
	}
	return pane.View(th, w, h, Above(RenderLines(th, lines[p.top:], iw, p.room), foot.Render(th, iw)))
}

// lines are headings and verbs, the keys in a column of their own.
func (p *Help) lines(g *Glyphs, w int) []Line {
	query := strings.ToLower(p.input.Value())
	groups, names := map[string][]PaletteItem{}, []string{}
	keyW, nameW := 3, 4
	for _, it := range p.items {
		if query != "" && !strings.Contains(strings.ToLower(it.Name+" "+it.About+" "+it.Group+" "+it.Key), query) {
			continue
		}
		if groups[it.Group] == nil {
			names = append(names, it.Group)
		}
		groups[it.Group] = append(groups[it.Group], it)
		keyW = max(keyW, Width(Clean(ShowKey(g, it.Key))))
		nameW = max(nameW, Width(Clean(it.Name)))
	}
	cols := []Column{{Min: min(keyW, 10)}, {Min: min(nameW, 24)}, {Drop: 1, Min: 10}}
	widths := Widths(cols, []int{keyW, nameW, w}, w)
	var out []Line
	for _, name := range names {
		if len(out) > 0 {
			out = append(out, nil)
		}
		out = append(out, Tok(Title, name))
		for _, it := range groups[name] {
			kt, nt, about := Accent, Text, it.About
			if it.Why != "" {
				kt, nt, about = Muted, Muted, it.Why
			}
			cells := []Line{Tok(kt, ShowKey(g, it.Key)), Tok(nt, it.Name), Tok(Muted, about)}
			out = append(out, ColumnsLine(g, cols, widths, cells))
		}
	}
	if len(out) == 0 {
		out = Paragraph(Muted, texts.Say("ui.palette.none"), w)
	}
	return out
}
