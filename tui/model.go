// Package tui is the full-screen face of the program. Its root model draws
// the frame, routes keys and messages to the screens and owns what they
// share; each screen is a model of its own in a folder below. Nothing here
// talks to a card: requests go to the hub, answers come back as messages.
package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/tui/app"
	"simscope/tui/auth"
	"simscope/tui/contacts"
	"simscope/tui/files"
	"simscope/tui/gp"
	"simscope/tui/identity"
	"simscope/tui/kit"
	"simscope/tui/limits"
	"simscope/tui/log"
	"simscope/tui/messages"
	"simscope/tui/ota"
	"simscope/tui/overview"
	"simscope/tui/pins"
	"simscope/tui/readers"
	"simscope/tui/search"
	"simscope/tui/ui"
)

// Options of the full-screen program.
type Options struct {
	Hub   *app.Hub
	Theme *ui.Theme
	// ThemeFixed says that the theme was asked for by name and the terminal's
	// background is not to change it.
	ThemeFixed bool
	ASCII      bool
	Now        func() time.Time
	// Tick makes the command that waits before the screens look at the time
	// anew; nil is tea.Tick.
	Tick func(time.Duration, func(time.Time) tea.Msg) tea.Cmd
	Vars func(string) string
	// Open is the reader to open at once; nil begins with the list.
	Open *card.Reader
	// Recording is the file the session is being recorded to.
	Recording string
	// OpenFile makes a reader from a card image, a recording or a backup.
	OpenFile func(name string) (card.Reader, error)
	// Record starts recording to a file, or stops with an empty name.
	Record func(name string) error
	Demo   bool
}

// tabs are the screens of an open card, in the order of their keys.
var tabs = []string{
	app.ScreenOverview, app.ScreenFiles, app.ScreenPINs, app.ScreenLog, app.ScreenAuth, app.ScreenContacts, app.ScreenMessages, app.ScreenLimits,
}

// besides are screens of an open card that have no place of their own among
// the tabs: the line of tabs names them while they are shown.
var besides = []string{app.ScreenGP, app.ScreenIdentity, app.ScreenOTA}

// logSizes are the heights of the log at the bottom of every screen.
const (
	logNone = iota
	logFive
	logFull
)

// Model is the root.
type Model struct {
	o       Options
	env     *kit.Env
	screens map[string]kit.Screen
	log     *log.Model
	shown   string
	w, h    int
	logSize int
	dialogs ui.Dialogs
	search  *search.Model
	toast   ui.Toast
	job     jobWatch
	ticking bool      // the faster tick is on its way
	news    time.Time // when something last came back from the card
	walk    walkState
	pinsAsk uint64
	gone    bool   // the open card was taken out, or the service went
	events  uint32 // card events of the open card's reader when it was opened
	armFor  int    // number of the card that the question of arming is about
	quit    bool
}

// New makes the root model.
func New(o Options) *Model {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Tick == nil {
		o.Tick = tea.Tick
	}
	env := &kit.Env{
		Theme: o.Theme, Hub: o.Hub, Now: o.Now, Vars: o.Vars,
		Recording: o.Recording, Demo: o.Demo,
	}
	l := log.New(env)
	m := &Model{
		o: o, env: env, log: l, shown: app.ScreenReaders, logSize: logFive,
		search: search.New(env),
		screens: map[string]kit.Screen{
			app.ScreenReaders:  readers.New(env),
			app.ScreenOverview: overview.New(env),
			app.ScreenFiles:    files.New(env),
			app.ScreenPINs:     pins.New(env),
			app.ScreenLog:      l,
			app.ScreenAuth:     auth.New(env),
			app.ScreenContacts: contacts.New(env),
			app.ScreenLimits:   limits.New(env),
			app.ScreenMessages: messages.New(env),
			app.ScreenGP:       gp.New(env),
			app.ScreenIdentity: identity.New(env),
			app.ScreenOTA:      ota.New(env),
		},
	}
	return m
}

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.tick(restEvery)}
	if !m.o.ThemeFixed {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	if m.o.Open != nil {
		m.open(*m.o.Open)
	}
	return tea.Batch(append(cmds, m.watch())...)
}

// Update implements tea.Model.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.update(msg)
	return m, tea.Batch(cmd, m.watch())
}

func (m *Model) update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.Keystroke() == "ctrl+c" {
		return m.leave()
	}
	if used, cmd := m.dialogs.Update(msg); used {
		return cmd
	} else if cmd != nil {
		return tea.Batch(cmd, m.handle(msg))
	}
	return m.handle(msg)
}

func (m *Model) handle(msg tea.Msg) tea.Cmd {
	if m.toast.Update(msg) {
		return nil
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		return nil
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tea.BackgroundColorMsg:
		return m.background(msg.IsDark())
	case tea.ColorProfileMsg:
		m.env.Theme = m.env.Theme.ForProfile(msg.Profile)
		return nil
	case tickMsg:
		return m.ticked(msg.every)
	}
	return tea.Batch(m.event(msg), m.ask(msg), m.broadcast(msg))
}

// broadcast gives a message to every screen, shown or not.
func (m *Model) broadcast(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, name := range slices.Concat([]string{app.ScreenReaders}, tabs, besides) {
		if cmd := m.screens[name].Update(msg); cmd != nil {
			cmds = append(cmds, cmd)
		}
	}
	if !m.dialogs.Has(m.search) { // else it has seen the message as a dialog
		_, cmd := m.search.Update(msg)
		cmds = append(cmds, cmd)
	}
	return tea.Batch(cmds...)
}

// ask does what a screen asked of the root.
func (m *Model) ask(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case kit.PushMsg:
		m.dialogs.Push(msg.Dialog)
	case kit.ToastMsg:
		return m.toast.Show(msg.Tok, msg.Text)
	case kit.GoMsg:
		m.show(msg.Screen)
	case kit.OpenMsg:
		m.open(msg.Reader)
	case kit.OpenFileMsg:
		return m.openFile(msg.Name)
	case kit.DoMsg:
		return m.do(msg.Verb, msg.Args)
	case log.RecordMsg:
		return m.record(msg.Name)
	case recordedMsg:
		return m.recorded(msg)
	case kit.SubscriberMsg:
		m.identity()
	case kit.PINsMsg:
		m.env.PINs = msg.PINs
	case ui.PaletteChosenMsg:
		return m.do(msg.ID, msg.Args)
	case ui.ConfirmedMsg:
		return m.confirmed(msg)
	}
	return nil
}

// active is the screen that has the keys.
func (m *Model) active() kit.Screen { return m.screens[m.shown] }

func (m *Model) show(screen string) {
	if _, ok := m.screens[screen]; !ok {
		return
	}
	m.shown = screen
	if m.logSize == logFull {
		m.logSize = logFive // or the screen asked for would not be seen
	}
	if s, ok := m.screens[screen].(interface{ Shown() }); ok {
		s.Shown()
	}
}

// state is what the preconditions of verbs look at.
func (m *Model) state() app.State {
	s := app.State{CardOpen: m.env.Card != nil, Recording: m.env.Recording != ""}
	if m.env.Card != nil {
		s.Several = len(m.env.Card.Files.Subscriptions()) > 1
		s.Kind, s.Mode = m.env.Card.Session.Kind(), m.env.Card.Session.Mode()
	}
	_, s.CardBusy = m.env.Hub.Current()
	s.HasHits = m.search.Hits() > 0
	_, s.Guarded = m.opener()
	m.active().State(&s)
	return s
}

// opener is the PIN or key that would show more of what the screen is about.
func (m *Model) opener() (fs.Need, bool) {
	g, ok := m.active().(kit.Guarded)
	if !ok {
		return fs.Need{}, false
	}
	return m.env.Opener(g.Guards())
}

func (m *Model) background(dark bool) tea.Cmd {
	if m.o.ThemeFixed || dark {
		return nil
	}
	th, err := ui.NewTheme(ui.ThemeOptions{Name: "light", ASCII: m.o.ASCII})
	if err == nil {
		m.env.Theme = th
	}
	return nil
}

// identity takes over what is known of whose card it is.
func (m *Model) identity() {
	if m.env.Card == nil {
		m.env.Identity = fs.Identity{}
		return
	}
	m.env.Identity = m.env.Card.Files.Identity()
}
