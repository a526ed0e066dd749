package files

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// revealFor is how long a file of keys is shown.
const revealFor = 10 * time.Second

const confirmReveal = "files.reveal"

// revealed is the file of keys that is shown now. Its content is read apart
// from the tree, so that nothing else ever sees it.
type revealed struct {
	want    card.Path // asked for
	asked   uint64    // the request
	path    card.Path
	content *fs.Content // nil: nothing is shown
	shown   int         // counts revelations, so that an old timer ends none
}

// hideMsg ends the n-th revelation.
type hideMsg struct{ shown int }

// errNotGiven says that the card did not give the file.
var errNotGiven = errors.New("the card did not give the file")

// keysRead is the answer to a request for a file of keys. It prints as
// nothing.
type keysRead struct{ content *fs.Content }

func (keysRead) String() string { return "" }

// GoString keeps the content out of every print.
func (keysRead) GoString() string { return "" }

// confirmKeys asks before a file of keys is shown.
func (m *Model) confirmKeys(n fs.Node, ok bool) tea.Cmd {
	if !ok || !card.SecretFile(n.Path) {
		return kit.Toast(ui.Text, texts.Say("files.reveal.none"))
	}
	m.keys.want = n.Path
	return kit.Push(&ui.Confirm{
		ID: confirmReveal, Danger: true,
		Title:  texts.Say("files.reveal.title", "file", m.env.Name(n.Path)),
		Text:   texts.Say("files.reveal.text", "seconds", int(revealFor.Seconds())),
		Action: texts.Say("files.reveal.yes"),
	})
}

// askKeys reads the file beside the tree of the card: what others see of it
// stays without content.
func (m *Model) askKeys() {
	p := m.keys.want
	m.keys.asked = m.env.Submit("read file", func(ctx context.Context, c *app.Card) (any, error) {
		n, err := fs.New(c.Session, nil).ReadFile(ctx, p, true)
		if err != nil {
			return nil, err
		}
		if n.Content == nil {
			if n.SW != 0 {
				return nil, &card.StatusError{Op: "READ", File: p, HasFile: true, SW: n.SW}
			}
			return nil, errNotGiven
		}
		return keysRead{n.Content}, nil
	})
}

// keysCame shows the file of keys, if it is still the one selected.
func (m *Model) keysCame(a app.Answer) tea.Cmd {
	m.keys.asked = 0
	read, ok := a.Value.(keysRead)
	if a.Err != nil || !ok {
		return kit.Toast(ui.Warn, app.Explain(a.Err, texts.Say("files.read.tried", "file", m.env.Name(m.keys.want))).String())
	}
	if n, ok := m.selected(); !ok || n.Path != m.keys.want {
		wipe(read.content)
		return nil
	}
	m.keys.path, m.keys.content = m.keys.want, read.content
	m.keys.shown++
	m.show()
	m.front = m.front || !m.wide
	at := m.keys.shown
	return tea.Tick(revealFor, func(time.Time) tea.Msg { return hideMsg{at} })
}

// hide takes a file of keys off the screen and overwrites what was read.
func (m *Model) hide() {
	if m.keys.content == nil {
		return
	}
	wipe(m.keys.content)
	m.keys.path, m.keys.content = card.Path{}, nil
	m.keys.shown++
	m.hex = ui.HexView{}
	if m.env.Card != nil && m.number == m.env.Number {
		m.show()
	}
}

func wipe(c *fs.Content) {
	clear(c.Binary)
	for _, r := range c.Records {
		clear(r)
	}
	for _, o := range c.Objects {
		clear(o.Value)
	}
}

func copyContent(c *fs.Content) *fs.Content {
	out := &fs.Content{Binary: slices.Clone(c.Binary), Partial: c.Partial}
	for _, r := range c.Records {
		out.Records = append(out.Records, slices.Clone(r))
	}
	for _, o := range c.Objects {
		out.Objects = append(out.Objects, fs.Item{Tag: o.Tag, Value: slices.Clone(o.Value)})
	}
	return out
}
