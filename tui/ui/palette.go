package ui

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"simscope/texts"
)

// PaletteItem is a verb as palette and help show it.
type PaletteItem struct {
	// ID is what PaletteChosenMsg carries.
	ID string
	// Name is the verb as it is typed; About says in a few words what it does.
	Name, About string
	// Key is the keystroke that does the same, if any; Group its heading in help.
	Key, Group string
	// Why is the reason why it cannot be done now; empty when it can.
	Why string
	// Args says that words after the name belong to the verb.
	Args bool
}

// PaletteChosenMsg says which verb was chosen, with what was typed behind its
// name.
type PaletteChosenMsg struct{ ID, Args string }

// Palette is the list of all verbs, narrowed by what is typed.
type Palette struct {
	// Otherwise is the verb that takes what is typed where it is the name of
	// none, and Offer the sentence that says so with its {text}; none if empty.
	Otherwise, Offer string

	items []PaletteItem
	input Input
	found []paletteHit
	list  List
	args  string
	why   string
	nameW int
	g     *Glyphs
}

type paletteHit struct {
	item  int
	score int
	at    []int
}

// NewPalette makes a palette of items.
func NewPalette(items []PaletteItem) *Palette {
	p := &Palette{items: items, g: &GlyphsUnicode}
	p.input = Input{Prompt: ":", Hint: texts.Say("ui.palette.hint"), Focus: true}
	for _, it := range items {
		p.nameW = max(p.nameW, min(Width(Clean(it.Name)), 24))
	}
	p.search()
	p.list = NewList((*paletteRows)(p))
	p.list.Focus = true
	return p
}

type paletteRows Palette

func (p *paletteRows) Len() int         { return len(p.found) }
func (p *paletteRows) Key(i int) string { return p.items[p.found[i].item].ID }

func (p *paletteRows) Row(i, _ int) Row {
	hit := p.found[i]
	it := p.items[hit.item]
	gap := p.nameW - Width(Clean(it.Name)) + 2
	if it.Why != "" {
		left := Tok(Muted, it.Name).Gap(gap).Add(Muted, it.Why)
		return Row{Left: left, Right: Tok(Muted, ShowKey(p.g, it.Key))}
	}
	left := MarkMatch(Text, it.Name, hit.at).Gap(gap).Add(Muted, it.About)
	return Row{Left: left, Right: Tok(Accent, ShowKey(p.g, it.Key))}
}

func (p *Palette) typed() string { return strings.TrimLeft(p.input.Value(), " :") }

// search finds the items for what is typed, the best first.
func (p *Palette) search() {
	typed := p.typed()
	p.found, p.args, p.why = nil, "", ""
	if i := p.named(typed); i >= 0 {
		p.args = strings.TrimSpace(typed[len(p.items[i].Name):])
		p.found = []paletteHit{{item: i}}
		return
	}
	for i, it := range p.items {
		score, at, ok := Fuzzy(typed, it.Name)
		if !ok && it.About != "" && len(typed) > 1 && strings.Contains(strings.ToLower(it.About), strings.ToLower(typed)) {
			score, ok = -1000, true
		}
		if ok {
			p.found = append(p.found, paletteHit{i, score, at})
		}
	}
	slices.SortStableFunc(p.found, func(a, b paletteHit) int { return b.score - a.score })
}

// named is the item that takes arguments and whose whole name is typed with a
// blank behind it; the longest name wins.
func (p *Palette) named(typed string) int {
	best := -1
	for i, it := range p.items {
		if it.Args && len(typed) > len(it.Name) && strings.EqualFold(typed[:len(it.Name)], it.Name) &&
			typed[len(it.Name)] == ' ' && (best < 0 || len(it.Name) > len(p.items[best].Name)) {
			best = i
		}
	}
	return best
}

// Update implements Dialog.
func (p *Palette) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch key := keyOf(msg); key {
	case "enter":
		return p.choose()
	case "up", "ctrl+p":
		return p.move("up")
	case "down", "ctrl+n":
		return p.move("down")
	case "pgup", "pgdown":
		return p.move(key)
	case "backspace":
		if p.input.Value() == "" {
			return true, nil
		}
	}
	if _, wheel := msg.(tea.MouseWheelMsg); wheel {
		p.list.Update(msg)
		return false, nil
	}
	if p.input.Update(msg) {
		p.search()
		p.list.Refilter()
		p.list.SelectAt(0)
	}
	return false, nil
}

// move takes the arrows alone: letters are for typing.
func (p *Palette) move(key string) (bool, tea.Cmd) {
	p.list.Key(key)
	p.why = ""
	return false, nil
}

// choose answers with the selected verb; one that cannot be done now says why
// and stays.
func (p *Palette) choose() (bool, tea.Cmd) {
	i, ok := p.list.Selected()
	if !ok {
		if typed := p.typed(); p.Otherwise != "" && typed != "" {
			m := PaletteChosenMsg{p.Otherwise, typed}
			return true, func() tea.Msg { return m }
		}
		return false, nil
	}
	it := p.items[p.found[i].item]
	if it.Why != "" {
		p.why = it.Why
		return false, nil
	}
	m := PaletteChosenMsg{it.ID, p.args}
	return true, func() tea.Msg { return m }
}

// Size implements Dialog.
func (p *Palette) Size(w, h int) (dw, dh int) { return min(72, w), min(20, h) }

// View implements Dialog.
func (p *Palette) View(th *Theme, w, h int) string {
	p.g = &th.Glyphs
	pane := Pane{Title: Tok(Title, texts.Say("ui.palette.title")), Foot: p.list.Position(), Focus: true}
	iw, ih := pane.Inner(w, h)
	head := append(L(S(Text, " ")), p.input.Line(p.g, max(iw-2, 0))...).Render(th, iw)
	if ih < 3 {
		return pane.View(th, w, h, FitBlock(head, iw, ih))
	}
	under := spaces(iw)
	if p.why != "" {
		under = L(S(Warn, " "+p.g.Warn+" "), S(Text, p.why)).Render(th, iw)
	}
	var body string
	if len(p.found) == 0 {
		say := texts.Say("ui.palette.none")
		if p.Otherwise != "" {
			say = texts.Say(p.Offer, "text", Clean(p.typed()))
		}
		body = RenderLines(th, Paragraph(Muted, " "+say, iw), iw, ih-2)
	} else {
		body = p.list.View(th, iw, ih-2)
	}
	return pane.View(th, w, h, Above(head, under, body))
}

// Fuzzy reports whether the letters of typed occur in name in their order, in
// any case, with a score (higher is better) and their places in runes.
// Beginnings of words and neighbours score; an early place breaks ties.
func Fuzzy(typed, name string) (score int, at []int, ok bool) {
	want := []rune(strings.ToLower(strings.ReplaceAll(typed, " ", "")))
	if len(want) == 0 {
		return 0, nil, true // everything, in its own order
	}
	have := []rune(name)
	next := 0
	for i, r := range have {
		if next == len(want) {
			break
		}
		if unicode.ToLower(r) != want[next] {
			continue
		}
		switch {
		case i == 0:
			score += 12
		case !unicode.IsLetter(have[i-1]) && !unicode.IsDigit(have[i-1]):
			score += 8
		case len(at) > 0 && at[len(at)-1] == i-1:
			score += 6
		default:
			score -= 2
		}
		at = append(at, i)
		next++
	}
	if next < len(want) {
		return 0, nil, false
	}
	return score*4 - len(have), at, true
}
