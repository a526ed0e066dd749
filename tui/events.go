package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// jobWatch is what is said of a request that does not return.
type jobWatch struct {
	id   uint64
	told bool // it was offered to abandon it
	// question is the dialog that offers it.
	question ui.Dialog
}

// walkState follows the reading of the whole card. Its counters are written
// by the walk on the worker's goroutine, so they come as messages.
type walkState struct{ id uint64 }

// walkMsg is the progress of the walk.
type walkMsg struct {
	number int
	p      fs.Progress
}

// tickMsg has the screens drawn anew, because time has passed.
type tickMsg struct{ every time.Duration }

// How often the root looks whether a request is late: while the worker has
// something to do, and else, for what other calls to the service may change.
// Each look draws the whole screen once, which is most of what a program at
// rest costs.
const (
	tickEvery = 500 * time.Millisecond
	restEvery = 2 * time.Second
)

func (m *Model) tick(every time.Duration) tea.Cmd {
	return m.o.Tick(every, func(time.Time) tea.Msg { return tickMsg{every} })
}

// ticked looks at the time; the tick at rest goes on for ever.
func (m *Model) ticked(every time.Duration) tea.Cmd {
	m.watchJob()
	if every == restEvery {
		return m.tick(restEvery)
	}
	m.ticking = false
	return nil
}

// watch keeps the faster tick going while the worker has something to do, or
// is said to be late.
func (m *Model) watch() tea.Cmd {
	if m.ticking || !m.env.Hub.Busy() && !m.job.told {
		return nil
	}
	m.ticking = true
	return m.tick(tickEvery)
}

// watchJob offers to abandon a request that does not return.
func (m *Model) watchJob() {
	job, ok := m.env.Hub.Current()
	if m.job.told && (!ok || m.job.id != job.ID || m.quiet(job) < app.NameAfter) {
		// It has answered after all: the question is none any more.
		m.dialogs.Remove(m.job.question)
		m.job = jobWatch{}
	}
	if !ok {
		return
	}
	if m.job.id != job.ID {
		m.job = jobWatch{id: job.ID}
	}
	if m.quiet(job) > app.AbandonAfter && !m.job.told && m.dialogs.Len() == 0 {
		m.job.told = true
		m.job.question = &ui.Confirm{
			ID: "abandon", Title: texts.Say("tui.late.title"), Action: texts.Say("tui.late.yes"),
			Text: texts.Say("tui.late.text", "seconds", int(app.AbandonAfter.Seconds()), "reader", m.env.Reader.ID.Name),
		}
		m.dialogs.Push(m.job.question)
	}
}

// quiet is how long nothing has come back from the card in a request.
func (m *Model) quiet(job app.Job) time.Duration {
	if m.news.After(job.Since) {
		return time.Since(m.news)
	}
	return time.Since(job.Since)
}

// lateLine names a request that has not returned for a while.
func (m *Model) lateLine() (ui.Line, bool) {
	job, ok := m.env.Hub.Current()
	if !ok || m.quiet(job) < app.NameAfter {
		return nil, false
	}
	secs := int(m.quiet(job).Seconds())
	return ui.L(ui.S(ui.Warn, texts.Say("tui.waiting", "verb", job.Verb, "seconds", secs, "reader", m.env.Reader.ID.Name))), true
}

// open begins to open the card in a reader.
func (m *Model) open(r card.Reader) {
	m.env.Card, m.env.PINs, m.env.Trouble = nil, nil, nil
	m.env.Walk, m.gone = kit.Walk{}, false
	m.identity()
	m.env.Reader, m.env.Opening = r, true
	m.events = r.Events
	m.env.Number = m.env.Hub.Open(r)
}

// event takes news of the hub over into what the screens share, before the
// screens see it.
func (m *Model) event(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.LogEvent:
		m.news = time.Now()
	case app.ReadersEvent:
		m.env.Seen = msg.Seen
		return m.readersChanged()
	case app.OpenedEvent:
		return m.opened(msg)
	case app.FilesEvent:
		if msg.Number == m.env.Number {
			m.identity()
		}
	case app.AnswerEvent:
		return m.answered(msg.Answer)
	case walkMsg:
		if msg.number == m.env.Number && m.env.Walk.Running {
			m.env.Walk.Done, m.env.Walk.Total, m.env.Walk.Name = msg.p.Done, msg.p.Total, msg.p.Name
		}
	}
	return nil
}

func (m *Model) opened(msg app.OpenedEvent) tea.Cmd {
	if msg.Number != m.env.Number {
		return nil
	}
	m.env.Opening = false
	m.env.Card = msg.Card
	m.identity()
	if msg.Card == nil {
		p := app.Explain(msg.Err, texts.Say("tui.open", "reader", msg.Reader.ID.Name))
		m.env.Trouble = &p
		m.show(app.ScreenReaders)
		return nil
	}
	if m.shown == app.ScreenReaders {
		m.show(app.ScreenOverview)
	}
	m.askPINs()
	m.startWalk()
	if msg.Err != nil {
		return m.toast.Show(ui.Warn, app.Explain(msg.Err, texts.Say("tui.identify")).String())
	}
	return nil
}

// askPINs reads the state of the PINs anew.
func (m *Model) askPINs() {
	m.pinsAsk = m.env.Submit("pin status", func(ctx context.Context, c *app.Card) (any, error) {
		return c.ReadPINs(ctx)
	})
}

// startWalk reads the card in the background, giving way to what is asked
// for. Progress goes through the hub's loop only as often as files change, so
// it is read from the tree's events.
func (m *Model) startWalk() {
	number := m.env.Number
	hub := m.env.Hub
	m.walk.id = hub.Background("read card", func(ctx context.Context, c *app.Card) (any, error) {
		err := c.Files.Walk(ctx, fs.WalkOptions{Progress: func(p fs.Progress) {
			hub.Tell(walkMsg{number, p})
		}})
		return nil, err
	})
	m.env.Walk = kit.Walk{Running: m.walk.id != 0}
}

// stop ends what is being read and reports whether there was something. A
// call that has not come back for a while is given up, and the card with it.
func (m *Model) stop() bool {
	job, ok := m.env.Hub.Current()
	end := m.env.Hub.Cancel
	if ok && m.quiet(job) >= app.NameAfter {
		end = m.env.Hub.Abandon
	}
	switch {
	case m.env.Walk.Running:
		end(m.walk.id)
		return true
	case !ok, job.Critical && time.Since(job.Since) < app.AbandonAfter:
		return false
	case job.Verb == "open" && time.Since(job.Since) < app.NameAfter:
		return false
	}
	end(job.ID)
	return true
}

func (m *Model) answered(a app.Answer) tea.Cmd {
	if a.Card != m.env.Number {
		return nil
	}
	m.identity()
	switch {
	case a.ID == m.walk.id && a.Verb == "read card":
		m.env.Walk.Running = false
		m.env.Walk.Finished = a.Err == nil
		m.env.Walk.Err = a.Err
		m.lost(a.Err)
		return nil
	case a.Verb == "open":
		return nil
	}
	if pins, ok := a.Value.([]app.PIN); ok && pins != nil {
		m.env.PINs = pins
	}
	m.lost(a.Err)
	if a.Verb == "reset" {
		if a.Err != nil {
			return m.toast.Show(ui.Bad, app.Explain(a.Err, texts.Say("tui.reset")).String())
		}
		return m.toast.Show(ui.Good, texts.Say("tui.reset_done"))
	}
	return nil
}

// lost takes notice of errors after which the card that was open is no more.
func (m *Model) lost(err error) {
	for _, kind := range []card.TransportKind{card.KindGone, card.KindServiceDown, card.KindMute, card.KindAbandoned, card.KindNoCard, card.KindBusy} {
		if isTransport(err, kind) {
			m.lose(app.Explain(err, m.env.Reader.ID.Name))
			return
		}
	}
}

// lose lets go of a card that is gone. What was read of it stays in the log.
func (m *Model) lose(p app.Problem) {
	if m.gone {
		return
	}
	m.gone = true
	m.env.Hub.Release()
	m.env.Card, m.env.PINs, m.env.Opening = nil, nil, false
	m.env.Walk = kit.Walk{}
	m.env.Trouble = &p
	m.identity()
}

// readersChanged notices that the open card's reader lost its card, and opens
// a card that is put back.
func (m *Model) readersChanged() tea.Cmd {
	id := m.env.Reader.ID
	if id.Name == "" {
		return nil
	}
	for _, r := range m.env.Seen.Readers {
		if r.ID != id {
			continue
		}
		same := r.Events == m.events || m.events == 0
		switch {
		case m.env.Card != nil && !r.State.HasCard():
			m.lose(app.Explain(&card.TransportError{Kind: card.KindGone}, id.Name))
		case m.env.Card != nil && !same && r.Events > m.events+1:
			// Out and in again faster than the list was told of.
			m.lose(app.Explain(&card.TransportError{Kind: card.KindGone}, id.Name))
			m.open(r)
		case m.gone && m.env.Card == nil && r.State.HasCard() && r.State != card.ReaderExclusive && !m.env.Opening:
			m.open(r)
		}
		if r.State.HasCard() {
			m.events = r.Events
		}
		return nil
	}
	if m.env.Card != nil {
		p := app.Explain(&card.TransportError{Kind: card.KindGone}, id.Name)
		if err := m.env.Seen.Problems[id.Provider]; err != nil {
			p = app.Explain(err, id.Name)
		}
		m.lose(p)
	}
	return nil
}
