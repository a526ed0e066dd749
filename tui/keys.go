package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/compare"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// key routes a keystroke: to the line being typed, then to what moves about
// on the screen, then to the table of verbs.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	k := msg.Keystroke()
	switch k {
	case "ctrl+z":
		return tea.Suspend
	}
	if m.active().Typing() {
		_, cmd := m.active().Key(msg)
		return cmd
	}
	if n, ok := m.active().(kit.Narrowed); k == "esc" && !(ok && n.EscClears()) && m.stop() {
		return nil
	}
	if handled, cmd := m.active().Key(msg); handled {
		return cmd
	}
	v, ok := app.VerbFor(m.shown, keyName(msg))
	if !ok {
		return m.elsewhere(k)
	}
	return m.do(v.ID, "")
}

// keyName is a keystroke as the table of verbs writes it: what was typed for
// letters and signs, the key's name for others.
func keyName(msg tea.KeyPressMsg) string {
	if t := msg.Text; t != "" && t != " " {
		return t
	}
	return msg.Keystroke()
}

// elsewhere handles keys that move between screens and are no verbs.
func (m *Model) elsewhere(k string) tea.Cmd {
	switch k {
	case "]", "tab", "[", "shift+tab":
		if m.env.Card == nil {
			return nil
		}
		step := 1
		if k == "[" || k == "shift+tab" {
			step = len(tabs) - 1
		}
		for i, t := range tabs {
			if t == m.shown {
				m.show(tabs[(i+step)%len(tabs)])
				break
			}
		}
	case "n", "N":
		// Where the screen has no use for them they go on through the search.
		if m.search.Hits() > 0 {
			return m.search.Step(k == "n")
		}
	case "esc", "backspace":
		if m.env.Card != nil && (m.shown == app.ScreenReaders || slices.Contains(besides, m.shown)) {
			m.show(app.ScreenOverview)
		}
	}
	return nil
}

func (m *Model) paste(text string) tea.Cmd {
	if m.active().Typing() {
		return m.active().Paste(text)
	}
	return nil
}

// do runs a verb, or says why it cannot be done now.
func (m *Model) do(id, args string) tea.Cmd {
	v, ok := app.FindVerb(id)
	if !ok {
		return nil
	}
	if v.Screen != app.ScreenAny && v.Screen != m.shown {
		m.show(v.Screen)
	}
	if why := v.Reason(m.state()); why != "" {
		return m.toast.Show(ui.Warn, texts.Say("tui.cannot", "verb", v.Title(), "why", why))
	}
	if v.Screen != app.ScreenAny {
		return m.screens[v.Screen].Do(v.ID, args)
	}
	return m.global(v.ID, args)
}

// global runs the verbs that work everywhere.
func (m *Model) global(id, args string) tea.Cmd {
	switch id {
	case "help":
		m.dialogs.Push(ui.NewHelp(m.items()))
	case "palette":
		p := ui.NewPalette(m.items())
		if m.env.Card != nil {
			p.Otherwise, p.Offer = "files.find", "tui.palette.file"
		}
		m.dialogs.Push(p)
	case "go.overview", "go.files", "go.pins", "go.log", "go.auth", "go.contacts", "go.messages", "go.limits", "go.readers", "go.gp", "go.ota":
		m.show(strings.TrimPrefix(id, "go."))
	case "go.identity":
		m.show(app.ScreenIdentity)
		return m.screens[app.ScreenIdentity].Do("identity.load", "")
	case "compare":
		m.dialogs.Push(compare.New(m.env, m.env.Card.Files.Subscriptions()))
	case "find":
		return m.find(args)
	case "find.next", "find.previous":
		return m.search.Step(id == "find.next")
	case "verify":
		if n, ok := m.opener(); ok {
			return kit.Verify(n.Ref, n.App)
		}
	case "log.size":
		m.logSize = (m.logSize + 1) % 3
	case "arm":
		return m.arm()
	case "reset.warm":
		return m.reset(card.ResetWarm)
	case "reset.cold":
		return m.reset(card.ResetCold)
	case "stop":
		m.stop()
	case "refresh":
		return m.refresh()
	case "theme":
		return m.theme(args)
	case "redraw":
		return tea.ClearScreen
	case "quit":
		return m.leave()
	}
	return nil
}

// items are all verbs for palette and help, those that cannot be done now
// with the reason.
func (m *Model) items() []ui.PaletteItem {
	s := m.state()
	var out []ui.PaletteItem
	for _, v := range app.Verbs {
		name := v.ID
		if _, short, ok := strings.Cut(v.ID, "."); ok && v.Screen != app.ScreenAny {
			name = v.Screen + " " + short
		}
		out = append(out, ui.PaletteItem{
			ID: v.ID, Name: strings.ReplaceAll(name, ".", " "), About: v.Title(), Key: v.Key,
			Group: v.Group(), Why: v.Reason(s), Args: v.Args,
		})
	}
	return out
}

// find opens the search of the whole card, as it was left, or with new words.
func (m *Model) find(words string) tea.Cmd {
	if !m.dialogs.Has(m.search) {
		m.dialogs.Push(m.search)
	}
	return m.search.Start(words)
}

func (m *Model) arm() tea.Cmd {
	s := m.env.Card.Session
	if s.Mode() == card.WriteArmed {
		_ = s.SetMode(card.ReadOnly)
		return m.toast.Show(ui.Good, texts.Say("tui.disarmed"))
	}
	m.armFor = m.env.Number
	m.dialogs.Push(&ui.Confirm{
		ID: "arm", Title: texts.Say("tui.arm.title", "card", m.cardName()),
		Text: texts.Say("tui.arm.text"), Action: texts.Say("tui.arm.yes"), Danger: true,
	})
	return nil
}

func (m *Model) confirmed(msg ui.ConfirmedMsg) tea.Cmd {
	if !msg.OK {
		return nil
	}
	switch msg.ID {
	case "arm":
		// The question named a card; it may have been exchanged meanwhile.
		if m.env.Card == nil || m.env.Number != m.armFor {
			return nil
		}
		if err := m.env.Card.Session.SetMode(card.WriteArmed); err != nil {
			return m.toast.Show(ui.Bad, app.Explain(err, "").String())
		}
		return m.toast.Show(ui.Warn, texts.Say("tui.armed"))
	case "abandon":
		m.env.Hub.Abandon(m.job.id)
	case "quit":
		return m.end()
	}
	return nil
}

func (m *Model) reset(kind card.ResetKind) tea.Cmd {
	m.env.Submit("reset", func(ctx context.Context, c *app.Card) (any, error) {
		if err := c.Session.Reset(ctx, kind); err != nil {
			return nil, err
		}
		return c.ReadPINs(ctx)
	})
	return nil
}

// refresh reads anew what the screen shows.
func (m *Model) refresh() tea.Cmd {
	switch m.shown {
	case app.ScreenPINs, app.ScreenOverview:
		m.askPINs()
	case app.ScreenFiles:
		return m.screens[app.ScreenFiles].Do("files.open", "")
	case app.ScreenContacts:
		return m.screens[app.ScreenContacts].Do("contacts.reload", "")
	case app.ScreenMessages:
		return m.screens[app.ScreenMessages].Do("messages.reload", "")
	case app.ScreenGP:
		return m.screens[app.ScreenGP].Do("gp.read", "")
	case app.ScreenIdentity:
		return m.screens[app.ScreenIdentity].Do("identity.reload", "")
	}
	return nil
}

func (m *Model) theme(name string) tea.Cmd {
	name = strings.TrimSpace(name)
	if name == "" {
		name = nextTheme(m.env.Theme.Name)
	}
	th, err := ui.NewTheme(ui.ThemeOptions{Name: name, ASCII: m.o.ASCII})
	if err != nil {
		return m.toast.Show(ui.Warn, texts.Say("tui.no_theme", "names", strings.Join(ui.ThemeNames, ", ")))
	}
	m.o.ThemeFixed = true
	m.env.Theme = th
	return nil
}

func nextTheme(now string) string {
	for i, n := range ui.ThemeNames {
		if n == now {
			return ui.ThemeNames[(i+1)%len(ui.ThemeNames)]
		}
	}
	return ui.ThemeNames[0]
}

// leave ends the program; in the middle of a change that must come to its
// end it asks first.
func (m *Model) leave() tea.Cmd {
	if job, ok := m.env.Hub.Current(); ok && job.Critical {
		m.dialogs.Push(&ui.Confirm{
			ID: "quit", Title: texts.Say("tui.quit.title"),
			Text: texts.Say("tui.quit.text"), Action: texts.Say("tui.quit.yes"), Danger: true,
		})
		return nil
	}
	return m.end()
}

// end leaves the program; digits typed and not sent are overwritten first.
func (m *Model) end() tea.Cmd {
	m.quit = true
	for _, s := range m.screens {
		if w, ok := s.(interface{ Wipe() }); ok {
			w.Wipe()
		}
	}
	return tea.Quit
}

func (m *Model) openFile(name string) tea.Cmd {
	if m.o.OpenFile == nil {
		return nil
	}
	open := m.o.OpenFile
	return func() tea.Msg {
		r, err := open(name)
		if err != nil {
			return kit.ToastMsg{Tok: ui.Bad, Text: app.Explain(err, texts.Say("tui.open_file")).String()}
		}
		return kit.OpenMsg{Reader: r}
	}
}

// recordedMsg says how starting or ending a recording went.
type recordedMsg struct {
	name string
	err  error
}

// record starts recording the session to a new file, or ends it when name is
// empty.
func (m *Model) record(name string) tea.Cmd {
	if m.o.Record == nil {
		return nil
	}
	start := m.o.Record
	return func() tea.Msg { return recordedMsg{name, start(name)} }
}

func (m *Model) recorded(msg recordedMsg) tea.Cmd {
	if msg.err != nil {
		return m.toast.Show(ui.Bad, app.Explain(msg.err, texts.Say("tui.record")).String())
	}
	m.env.Recording = msg.name
	if msg.name == "" {
		return m.toast.Show(ui.Good, texts.Say("tui.recorded"))
	}
	return m.toast.Show(ui.Good, texts.Say("tui.recording"))
}
