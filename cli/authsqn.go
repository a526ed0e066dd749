package cli

import (
	"strings"

	"simscope/card"
	"simscope/card/auth"
	"simscope/crypto/aka"
	"simscope/store/keyfile"
	"simscope/texts"
	"simscope/tui/app"
)

// knownJSON is what a run taught of the card's sequence numbers.
type knownJSON struct {
	SQNMS      string `json:"sqnMS,omitempty"` // missing: nothing was learnt
	Remembered bool   `json:"remembered"`      // the key file has it
	Text       string `json:"text"`
}

// learnt tells the SQN_MS that is known after an answer, and writes it into
// the card's entry of the key file where that was asked for.
func learnt(c *app.Card, f authFlags, res *app.AuthResult, keys *knownKeys) (*knownJSON, error) {
	n, ok := c.SQN(res.App)
	switch {
	case !ok && !f.remember:
		return nil, nil
	case !ok:
		return &knownJSON{Text: texts.Say("auth.known.none")}, nil
	}
	// What the card took is the highest of its numbers only as far as is known;
	// what it says of itself is.
	if keys.hasMS && res.Answer.Result == auth.Success {
		n = max(n, keys.ms)
	}
	out := &knownJSON{SQNMS: n.String(), Text: texts.Say("auth.known", "app", c.Files.Name(card.PathOf(res.App)), "sqn", n)}
	if !f.remember {
		out.Remembered = keys.hasMS && keys.ms == n
		if !out.Remembered && !f.plain {
			out.say("auth.known.hint")
		}
		return out, nil
	}
	if err := rememberSQN(c, f.fileFlags, keys, n); err != nil {
		err = keysProblem(err, texts.Say("tried.remember"))
		out.say("auth.known.failed", "why", problemOf(err, "").Answer)
		return out, err
	}
	out.Remembered = true
	out.say("auth.known.kept")
	return out, nil
}

func (k *knownJSON) say(id string, args ...any) {
	k.Text = strings.TrimSpace(k.Text + " " + texts.Say(id, args...))
}

// rememberSQN writes a number into the entry that the keys came from. The file
// is opened anew: it may have been changed since.
func rememberSQN(c *app.Card, f fileFlags, keys *knownKeys, n aka.SQN) error {
	return keyfile.Update(f.file, keys.lock, func(file *keyfile.File) (bool, error) {
		e, err := entryFor(file, f.entry, c)
		if err != nil {
			return false, err
		}
		return e.Remember(n, keys.indexBits), nil
	})
}
