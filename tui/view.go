package tui

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// The smallest terminal on which the screens make sense.
const (
	minWidth  = 60
	minHeight = 15
)

// View implements tea.Model.
func (m *Model) View() tea.View {
	content := m.content()
	if m.o.ASCII {
		content = plainSigns.Replace(content)
	}
	v := tea.NewView(content)
	v.AltScreen = true
	v.WindowTitle = texts.Say("tui.title")
	return v
}

// plainSigns are the signs beyond ASCII that sentences are written with, and
// what stands for each where those are not wanted: one cell for one cell.
var plainSigns = strings.NewReplacer("…", "~", "·", "-", "•", "*", "–", "-", "—", "-")

func (m *Model) content() string {
	th := m.env.Theme
	if m.w == 0 || m.h == 0 {
		return ""
	}
	if m.w < minWidth || m.h < minHeight {
		return ui.Centre(th, ui.Paragraph(ui.Text, texts.Say("tui.too_small", "w", m.w, "h", m.h, "minw", minWidth, "minh", minHeight), m.w), m.w, m.h)
	}
	body, logRows := m.heights()
	parts := []string{ui.Header(th, m.header(), m.w), m.tabLine()}
	if body > 0 {
		parts = append(parts, m.active().View(m.w, body))
	}
	if logRows > 0 {
		parts = append(parts, m.log.Strip(m.w, logRows))
	}
	parts = append(parts, m.toast.Over(th, m.hintLine(), m.w))
	return m.dialogs.View(th, ui.Above(parts...), m.w, m.h)
}

// heights shares the lines between screen and log. The log at the bottom has
// a rule and its rows; it steps back on the log screen, on the list of
// readers, and where it would leave the screen too little.
func (m *Model) heights() (body, logRows int) {
	h := m.h - 3
	if m.shown == app.ScreenLog || m.shown == app.ScreenReaders && m.logSize != logFull {
		return h, 0
	}
	switch {
	case m.logSize == logFull:
		return 0, h
	case m.logSize == logFive && h >= 16:
		return h - 6, 6
	case m.logSize == logFive && h >= 12:
		return h - 3, 3
	}
	return h, 0
}

// header is line 1. The ranks say what stays when it is narrow.
func (m *Model) header() []ui.Part {
	g := &m.env.Theme.Glyphs
	parts := []ui.Part{{Line: ui.Tok(ui.Title, "simscope"), Rank: 5}}
	if m.env.Reader.ID.Name != "" {
		l := ui.L(ui.S(ui.Muted, m.env.Reader.ID.Name))
		if m.env.Card != nil {
			l = l.Add(ui.Muted, " "+g.Crumb+" ").Add(ui.Text, m.application())
		}
		parts = append(parts, ui.Part{Line: l, Rank: 3})
	}
	if id := m.env.Identity; m.env.Card != nil {
		if id.ICCID != "" {
			parts = append(parts, ui.Part{Line: ui.T(short(g, id.ICCID)), Rank: 6})
		}
		if id.SPN != "" {
			parts = append(parts, ui.Part{Line: ui.T(id.SPN), Rank: 1})
		}
		if l := m.pinPart(); l != nil {
			parts = append(parts, ui.Part{Line: l, Rank: 8})
		}
	} else if m.env.Opening {
		parts = append(parts, ui.Part{Line: ui.Tok(ui.Muted, texts.Say("tui.opening")), Rank: 2})
	} else if m.gone {
		parts = append(parts, ui.Part{Line: ui.Tok(ui.Bad, texts.Say("tui.gone")), Rank: 8})
	}
	for _, mode := range m.modes() {
		parts = append(parts, ui.Part{Line: mode, Rank: 9, Right: true})
	}
	return parts
}

// short is an identifier with its middle left out: 8999…9013.
func short(g *ui.Glyphs, s string) string { return g.TruncateMiddle(s, 9) }

func (m *Model) application() string {
	f := m.env.Card.Files
	if dir, ok := f.Subscriber(); ok && dir.App != "" && m.env.Card.Session.Kind() == card.KindUICC {
		return m.env.Name(dir)[len("ADF."):]
	}
	return texts.Say("tui.kind." + f.Nature().String())
}

// pinPart is the state of PIN1: on or off, and the tries left.
func (m *Model) pinPart() ui.Line {
	i := slices.IndexFunc(m.env.PINs, func(p app.PIN) bool { return p.Ref == card.RefPIN1 })
	if i < 0 {
		return nil
	}
	p := m.env.PINs[i]
	g := &m.env.Theme.Glyphs
	l := ui.L(ui.S(ui.Text, p.Ref.String()+" "))
	switch {
	case p.Tries.Blocked:
		return l.Add(ui.Bad, texts.Say("pin.blocked")+" "+g.Bad)
	case !p.Known:
		l = l.Add(ui.Muted, texts.Say("pin.unknown"))
	case p.Enabled:
		l = l.Add(ui.Text, texts.Say("pin.on")+" ").Add(ui.Good, g.Good)
	default:
		l = l.Add(ui.Warn, texts.Say("pin.off")+" "+g.Warn)
	}
	if p.Tries.Known {
		tok := ui.Text
		if p.Tries.Left == 1 {
			tok = ui.Bad
		}
		l = l.Add(tok, " "+texts.Say("pin.left", "n", p.Tries.Left))
	}
	return l
}

// modes are what stands at the right of line 1.
func (m *Model) modes() []ui.Line {
	var out []ui.Line
	kind := m.env.Reader.ID.Provider
	if kind == app.ExtraName {
		kind = m.env.Reader.About
	}
	switch kind {
	case "virtual":
		out = append(out, ui.Tok(ui.Accent, texts.Say("mode.demo")))
	case "replay":
		out = append(out, ui.Tok(ui.Accent, texts.Say("mode.replay")))
	}
	if m.env.Recording != "" {
		out = append(out, ui.Tok(ui.Warn, texts.Say("mode.recording")))
	}
	if m.env.Card == nil {
		return out
	}
	if m.env.Card.Session.Mode() == card.WriteArmed {
		return append(out, ui.Tok(ui.Bad, texts.Say("mode.armed")))
	}
	return append(out, ui.Tok(ui.Muted, texts.Say("mode.read_only")))
}

func (m *Model) tabLine() string {
	var names []ui.Tab
	active := -1
	list := tabs
	if slices.Contains(besides, m.shown) {
		list = append(slices.Clip(list), m.shown)
	}
	for i, t := range list {
		names = append(names, ui.Tab{Key: tabKey(t), Name: texts.Say("tab." + t)})
		if t == m.shown {
			active = i
		}
	}
	if m.shown == app.ScreenReaders {
		names = nil // there the digits choose a row
	}
	help := ui.L(ui.S(ui.Accent, "?"), ui.S(ui.Muted, " "+texts.Say("verb.help.hint")))
	return ui.Tabs(m.env.Theme, names, active, help, m.w)
}

// tabKey is the key that shows a screen.
func tabKey(screen string) string {
	v, _ := app.FindVerb("go." + screen)
	return v.Key
}

func (m *Model) hintLine() string {
	s := m.state()
	var hints []ui.Hint
	for _, id := range append(m.active().Hints(), "palette", "log.size", "arm", "go.readers", "quit") {
		v, ok := app.FindVerb(id)
		if !ok || v.Key == "" {
			continue
		}
		hints = append(hints, ui.Hint{Key: v.Key, Does: v.Hint(), Off: v.Reason(s) != ""})
	}
	return ui.HintLine(m.env.Theme, hints, m.right(), m.w)
}

// right is what stands at the right end of the last line: what is late, how
// far the reading is, or the screen's own position.
func (m *Model) right() ui.Line {
	if l, ok := m.lateLine(); ok {
		return l
	}
	if w := m.env.Walk; w.Running && w.Total > 0 {
		return ui.Progress(&m.env.Theme.Glyphs, texts.Say("tui.reading"), w.Done, w.Total)
	}
	if l := m.scanning(); l != nil {
		return l
	}
	return m.active().Right()
}

// scanning is how far the search for hidden files is, which goes on while
// other screens are shown.
func (m *Model) scanning() ui.Line {
	if f, ok := m.screens[app.ScreenFiles].(interface{ Scanning() ui.Line }); ok {
		return f.Scanning()
	}
	return nil
}

// cardName names the open card in a question: its ICCID, or its reader.
func (m *Model) cardName() string {
	if m.env.Identity.ICCID != "" {
		return short(&m.env.Theme.Glyphs, m.env.Identity.ICCID)
	}
	return m.env.Reader.ID.Name
}

func isTransport(err error, kind card.TransportKind) bool {
	return errors.Is(err, &card.TransportError{Kind: kind})
}
