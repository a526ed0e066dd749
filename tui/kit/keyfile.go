package kit

import (
	"errors"
	"os"

	tea "charm.land/bubbletea/v2"

	"simscope/card/safe"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// Wiper is what holds keys.
type Wiper interface{ Clear() }

// KeyFile is the part of a dialog that takes keys from a key file: it asks for
// the file and its passphrase, which is shown as dots, and hands over what the
// dialog takes out of the open card's entry.
type KeyFile[T Wiper] struct {
	at   keyFilePart
	name ui.Input
	pass ui.KeyInput
	turn int // counts openings, so that an old answer is dropped
}

type keyFilePart int

const (
	keyFileName keyFilePart = iota
	keyFilePass
	keyFileOpening
)

// KeyFileMsg is what came of opening a file. It goes to Opened.
type KeyFileMsg[T Wiper] struct {
	of    *KeyFile[T]
	turn  int
	keys  T
	taken bool
	// needsPass says that a passphrase is wanted, also where one was wrong.
	needsPass bool
	err       error
}

// Start asks for a file.
func (k *KeyFile[T]) Start() {
	k.Wipe()
	k.at = keyFileName
	k.name = ui.Input{Focus: true}
}

// Wipe overwrites what was typed, and drops a file that is still being opened.
func (k *KeyFile[T]) Wipe() {
	k.pass.Reset()
	k.turn++
}

// Paste takes a paste.
func (k *KeyFile[T]) Paste(msg tea.PasteMsg) { k.type_(msg) }

func (k *KeyFile[T]) type_(msg tea.Msg) {
	switch k.at {
	case keyFileName:
		k.name.Update(msg)
	case keyFilePass:
		k.pass.Update(msg)
	}
}

// Key takes a key of the keyboard; Enter opens the file outside Update, for a
// passphrase is made to take long. take gets the entry of the card with that
// identity and copies what it wants.
func (k *KeyFile[T]) Key(key string, msg tea.KeyPressMsg, iccid, imsi string, take func(*keyfile.Card) (T, error)) tea.Cmd {
	if key != "enter" {
		k.type_(msg)
		return nil
	}
	if k.at == keyFileOpening {
		return nil
	}
	given := k.at == keyFilePass
	var pass safe.Secret
	if given {
		pass = k.pass.Take()
	}
	k.at = keyFileOpening
	k.turn++
	name, out := k.name.Value(), KeyFileMsg[T]{of: k, turn: k.turn}
	return func() tea.Msg {
		defer pass.Clear()
		out.needsPass, out.err = readEntry(name, pass, given, iccid, imsi, func(e *keyfile.Card) (err error) {
			out.keys, err = take(e)
			out.taken = err == nil
			return err
		})
		return out
	}
}

// Opened takes over what came of a file. ok says that the keys are there; a
// fault is told in words.
func (k *KeyFile[T]) Opened(msg KeyFileMsg[T]) (keys T, ok bool, fault string) {
	if msg.of != k || msg.turn != k.turn || k.at != keyFileOpening {
		if msg.taken {
			msg.keys.Clear()
		}
		return keys, false, ""
	}
	k.at = keyFileName
	if msg.needsPass {
		k.at = keyFilePass
	}
	if msg.err != nil {
		return keys, false, keyFileFault(msg.err)
	}
	return msg.keys, msg.taken, ""
}

// Lines draws it in w cells.
func (k *KeyFile[T]) Lines(g *ui.Glyphs, w int) []ui.Line {
	say := func(tok ui.Token, id string) []ui.Line { return ui.Paragraph(tok, texts.Say(id), max(w, 1)) }
	indented := func(l ui.Line) []ui.Line { return []ui.Line{nil, append(ui.T(" "), l...)} }
	switch k.at {
	case keyFilePass:
		return append(say(ui.Title, "prompt.passphrase"), indented(k.pass.Line(g))...)
	case keyFileOpening:
		return say(ui.Text, "keyfile.opening")
	}
	out := append(say(ui.Title, "keyfile.name"), indented(k.name.Line(g, w-2))...)
	return append(append(out, nil), say(ui.Muted, "keyfile.name.form")...)
}

// readEntry opens a file; needsPass says that it wants a passphrase.
func readEntry(name string, pass safe.Secret, given bool, iccid, imsi string, take func(*keyfile.Card) error) (needsPass bool, err error) {
	b, err := keyfile.Load(name)
	if err != nil {
		return false, err
	}
	if !keyfile.Encrypted(b) {
		clear(b)
		return false, keyfile.ErrPlain
	}
	if !keyfile.NeedsPassphrase(b) {
		return false, errIdentity
	}
	if !given {
		return true, nil
	}
	lock, err := keyfile.Passphrase(pass)
	if err != nil {
		return true, keyfile.ErrWrongKey
	}
	f, err := keyfile.Open(b, lock)
	if err != nil {
		return true, err
	}
	defer f.Clear()
	e, err := f.ForCard(iccid, imsi)
	if err != nil {
		return false, err
	}
	return false, take(e)
}

// errIdentity says that only an identity opens the file.
var errIdentity = errors.New("the key file is encrypted for an identity")

// keyFileFault puts an error of a key file into words.
func keyFileFault(err error) string {
	switch {
	case errors.Is(err, errIdentity):
		return texts.Say("keyfile.identity")
	case os.IsNotExist(err):
		return texts.Say("problem.no_such_file")
	case os.IsPermission(err):
		return texts.Say("problem.file_denied")
	}
	return app.Explain(err, "").Answer
}
