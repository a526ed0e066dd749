package pins

import (
	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/ui"
)

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	th := m.env.Theme
	if sentence, hints := m.nothing(); sentence != "" {
		return ui.FitBlock(ui.Empty(th, sentence, hints, w, h), w, h)
	}
	answer, tok := m.verdict()
	head := ui.Paragraph(tok, answer, max(w-2, 1))
	for i := range head {
		head[i] = append(ui.T(" "), head[i]...)
	}
	if h < 9 {
		head = head[:1]
	} else {
		head = append(head[:min(len(head), 2)], nil)
	}
	top := ui.RenderLines(th, head, w, len(head))
	if h < 4 {
		return ui.FitBlock(top, w, h)
	}
	h -= len(head)
	// The table has its header and rows; the lock's meaning gets the rest,
	// and at least three lines where that leaves two rows.
	rows := min(len(m.locks)+1, max(h-1-4, min(3, h)))
	parts := []string{top, m.table.View(th, w, rows)}
	if rest := h - rows; rest > 0 {
		parts = append(parts, m.meaning(w, rest))
	}
	return ui.Above(parts...)
}

// nothing is the sentence where there is no table, with the keys that lead on.
func (m *Model) nothing() (string, []ui.Hint) {
	if say, hints := m.env.NoCard(); say != "" {
		return say, hints
	}
	again := ui.Hint{Key: "ctrl+r", Does: texts.Say("verb.refresh.hint")}
	switch {
	case len(m.locks) > 0:
		return "", nil
	case m.env.Card.Session.Kind() == card.KindOther, m.env.Card.Files.Nature() == fs.NatureFiles:
		return texts.Say("pins.empty.other"), []ui.Hint{{Key: "2", Does: texts.Say("tab.files")}}
	case m.failed != nil:
		return m.failed.String(), []ui.Hint{again}
	}
	return texts.Say("pins.empty.reading"), []ui.Hint{again}
}

// verdict answers the screen's question in one sentence.
func (m *Model) verdict() (string, ui.Token) {
	var universal *lock
	for i := range m.locks {
		if replaces(m.locks[i].pin) {
			universal = &m.locks[i]
		}
	}
	for _, l := range m.locks {
		if l.pin.Ref == card.RefPIN1 {
			return m.verdictOf(l, universal)
		}
	}
	return texts.Say("pins.answer.none"), ui.Muted
}

func (m *Model) verdictOf(l lock, universal *lock) (string, ui.Token) {
	open, _ := m.env.Card.Open()
	id, tok := l.state()
	switch {
	case id == "replaced" && universal != nil:
		return verdictUniversal(l, *universal)
	case id == "off" && !open:
		// The rows and the card's own state were told at different moments.
		return texts.Say("pins.answer.off_guarded", l.args()...), ui.Text
	case id == "blocked" && !l.pin.Unblock.Known:
		return texts.Say("pins.answer.blocked_unknown", l.args()...), tok
	case id == "on" && l.pin.Tries.Known && l.pin.Tries.Left == 1:
		return texts.Say("pins.answer.on_last", l.args()...), ui.Bad
	case (id == "on" || id == "verified") && !l.pin.Tries.Known:
		return texts.Say("pins.answer."+id+"_untold", l.args()...), ui.Title
	}
	if tok == ui.Good {
		tok = ui.Title
	}
	return texts.Say("pins.answer."+id, l.args()...), tok
}

func verdictUniversal(l, u lock) (string, ui.Token) {
	switch {
	case u.pin.Tries.Blocked:
		return texts.Say("pins.answer.replaced_blocked", l.args()...), ui.Bad
	case u.pin.Tries.Known:
		return texts.Say("pins.answer.replaced", l.args("n", u.pin.Tries.Left)...), ui.Title
	}
	return texts.Say("pins.answer.replaced_untold", l.args()...), ui.Title
}

// meaning says what the selected lock is and what can be done with it.
func (m *Model) meaning(w, h int) string {
	th := m.env.Theme
	l, ok := m.selected()
	if !ok {
		return ui.RenderLines(th, nil, w, h)
	}
	head := ui.Rule(th, l.name, m.state(l), false, w)
	if h == 1 {
		return head
	}
	var lines []ui.Line
	add := func(id string) {
		if s := texts.Maybe(id, l.args()...); s != "" {
			for _, line := range ui.Paragraph(ui.Text, s, max(min(w-2, 100), 1)) {
				lines = append(lines, append(ui.T(" "), line...))
			}
		}
	}
	id, _ := l.state()
	add("pins.means." + l.kind())
	switch {
	case l.gsm && l.pin.Ref == card.RefPIN2 && id != "blocked" && id != "lost":
		add("pins.do.chv2")
	case l.isKey() && texts.Has("pins.do.key_"+id):
		add("pins.do.key_" + id)
	case id == "off" && l.pin.Ref != card.RefPIN1:
		add("pins.do.off_other")
	default:
		add("pins.do." + id)
	}
	if !l.isKey() && l.pin.Tries.Verified && l.pin.Known && l.pin.Enabled && !l.pin.Verified {
		add("pins.do.opened_elsewhere")
	}
	return ui.Above(head, ui.RenderLines(th, lines, w, h-1))
}

func (m *Model) state(l lock) string {
	id, _ := l.state()
	return texts.Say("pins.state." + id)
}
