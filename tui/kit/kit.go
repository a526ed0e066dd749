// Package kit is the contract between the root model and its screens: what a
// screen must offer, what the root shares with it, and the messages by which a
// screen asks the root for something. It draws nothing and talks to no card.
package kit

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// Env is what the root shares with its screens. The root alone changes it,
// between messages; screens read it whenever they draw or handle a message.
type Env struct {
	Theme *ui.Theme
	Hub   *app.Hub
	Now   func() time.Time
	Vars  func(string) string // environment variables

	Seen   app.Seen    // the readers, as last told
	Reader card.Reader // of the open card, or the one being opened
	Card   *app.Card   // nil while none is open
	// Number is the open card's; answers and events of another are stale.
	Number int
	// Opening is true from choosing a reader until its card is open.
	Opening bool
	// Trouble says why there is no card, or that the open one is lost.
	Trouble *app.Problem
	// Identity is what is known of whose card it is, kept up to date.
	Identity fs.Identity
	PINs     []app.PIN
	// Walk is how far the reading of the whole card is.
	Walk Walk
	// Recording is the file the session is recorded to, or empty.
	Recording string
	// Demo says that only virtual cards are offered.
	Demo bool
}

// Walk is the state of reading the whole card.
type Walk struct {
	Running     bool
	Done, Total int
	Name        string // of the file being read
	Finished    bool
	Err         error
}

// Submit asks the card's worker; the answer comes as an app.AnswerEvent with
// the id that is returned, 0 when there is no card.
func (e *Env) Submit(verb string, run func(ctx context.Context, c *app.Card) (any, error)) uint64 {
	return e.Hub.Submit(verb, run)
}

// Var is an environment variable, empty where none are known.
func (e *Env) Var(name string) string {
	if e.Vars == nil {
		return ""
	}
	return e.Vars(name)
}

// Name is the name of a file on the open card.
func (e *Env) Name(p card.Path) string {
	if e.Card == nil {
		return fs.Name(p)
	}
	return e.Card.Files.Name(p)
}

// Screen is one of the program's screens.
type Screen interface {
	// Update handles every message but keys, pastes and the size, whether the
	// screen is shown or not. It must not talk to the card or block.
	Update(msg tea.Msg) tea.Cmd
	// Key handles a keystroke when the screen is shown: what moves about in
	// it, and everything while Typing. Keys it does not handle are looked up
	// in the table of verbs.
	Key(msg tea.KeyPressMsg) (handled bool, cmd tea.Cmd)
	// Paste handles pasted text while Typing.
	Paste(text string) tea.Cmd
	// Typing reports whether a line of text has the keys.
	Typing() bool
	// Do runs a verb of this screen (app.Verbs) that can be done now.
	Do(verb, args string) tea.Cmd
	// State fills in what the preconditions of this screen's verbs ask for.
	State(s *app.State)
	// Hints are identifiers of verbs for the last line, most important first.
	Hints() []string
	// Right is what stands at the right end of the last line, or nothing.
	Right() ui.Line
	// View draws the screen in exactly w by h cells.
	View(w, h int) string
}

// Narrowed is a Screen whose list may be narrowed by a search or filter.
type Narrowed interface {
	// EscClears reports whether Esc shows the whole list again. It does so
	// before it stops what is being read: the search is what one looks at.
	EscClears() bool
}

// Guarded is a Screen that may show less than the card holds because a PIN or
// key is not verified.
type Guarded interface {
	// Guards lists the files that the card did not give away, the one that
	// matters most first.
	Guards() []card.Path
}

// Opener is the PIN or key that would open one of the files for reading, a
// person's PIN before an issuer's key; ok is false where none would, or none is
// known to.
func (e *Env) Opener(files []card.Path) (need fs.Need, ok bool) {
	if e.Card == nil {
		return fs.Need{}, false
	}
	for _, p := range files {
		needs, possible := e.Card.Files.NeedsFor(p, fs.OpRead)
		if !possible || len(needs) == 0 {
			continue
		}
		if needs[0].Ref.Kind() != card.PINAdm {
			return needs[0], true
		}
		if !ok {
			need, ok = needs[0], true
		}
	}
	return need, ok
}

// VerifyHint is the key that leads to the PIN or key that one of the files
// waits for: the check itself, or all locks where it is not known which.
func (e *Env) VerifyHint(files []card.Path) ui.Hint {
	if n, ok := e.Opener(files); ok {
		return ui.Hint{Key: "v", Does: texts.Say("kit.verify", "name", n.Ref)}
	}
	return ui.Hint{Key: "3", Does: texts.Say("kit.locks")}
}

// Verify makes the command that asks for the guided check of a PIN or key.
func Verify(ref card.PINRef, aid card.AID) tea.Cmd {
	return func() tea.Msg { return GuideMsg{Op: card.PINVerify, Ref: ref, App: aid} }
}

// Messages by which screens ask the root.
type (
	// PushMsg puts a dialog before the screen.
	PushMsg struct{ Dialog ui.Dialog }
	// ToastMsg shows a short message.
	ToastMsg struct {
		Tok  ui.Token
		Text string
	}
	// GoMsg shows a screen; Path, if HasPath, is the file to go to there, and
	// At the place in it. Filter, if any, is what the screen's list is to show,
	// by its own names.
	GoMsg struct {
		Screen  string
		Path    card.Path
		HasPath bool
		At      Place
		Filter  string
	}
	// Place is a place in a file: a record from 1 on or an object by its tag,
	// and bytes in it. The zero value is the file as a whole.
	Place struct {
		Record         int
		Object         string
		Offset, Length int
	}
	// OpenMsg opens the card in a reader.
	OpenMsg struct{ Reader card.Reader }
	// OpenFileMsg opens a recording, a card image or a backup by file name.
	OpenFileMsg struct{ Name string }
	// DoMsg runs a verb by its identifier, as if its key had been pressed.
	DoMsg struct{ Verb, Args string }
	// GuideMsg asks for a guided operation on a PIN or key, the check of it if
	// none is named; App is the application of a local one.
	GuideMsg struct {
		Op  card.PINOp
		Ref card.PINRef
		App card.AID
	}
	// SubscriberMsg says that another subscription is spoken of now.
	SubscriberMsg struct{}
	// PINsMsg says that the state of the PINs was read anew.
	PINsMsg struct{ PINs []app.PIN }
)

// Push makes the command that puts a dialog up.
func Push(d ui.Dialog) tea.Cmd { return func() tea.Msg { return PushMsg{d} } }

// Toast makes the command that shows a short message.
func Toast(tok ui.Token, text string) tea.Cmd {
	return func() tea.Msg { return ToastMsg{tok, text} }
}

// Go makes the command that shows a screen.
func Go(screen string) tea.Cmd { return func() tea.Msg { return GoMsg{Screen: screen} } }

// GoFile makes the command that shows a file.
func GoFile(p card.Path) tea.Cmd {
	return func() tea.Msg { return GoMsg{Screen: app.ScreenFiles, Path: p, HasPath: true} }
}

// GoPlace makes the command that shows a place in a file.
func GoPlace(p card.Path, at Place) tea.Cmd {
	return func() tea.Msg { return GoMsg{Screen: app.ScreenFiles, Path: p, HasPath: true, At: at} }
}

// GoFiltered makes the command that shows a screen with part of its list.
func GoFiltered(screen, filter string) tea.Cmd {
	return func() tea.Msg { return GoMsg{Screen: screen, Filter: filter} }
}

// Do makes the command that runs a verb.
func Do(verb string) tea.Cmd { return func() tea.Msg { return DoMsg{Verb: verb} } }
