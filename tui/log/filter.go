package log

import (
	"context"
	"errors"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card/trace"
	"simscope/texts"
	"simscope/tui/ui"
)

// filter is the filter line and the search that runs beside the screen. A
// full log takes a good part of a second, so rows are looked at in a command
// over a view of the log, never in Update.
type filter struct {
	typing bool
	input  ui.Input
	err    *trace.FilterError
	// want is the last filter that could be read.
	want trace.Filter
	// anchor is the row that was selected when the line was opened; the
	// selection stays near it while letters change what is shown.
	anchor string
	stay   bool // there is an anchor

	voc   trace.Vocabulary
	sugg  []trace.Suggestion
	at    int // the suggestion taken last, -1 for none
	typed string

	// run numbers the searches: answers of an earlier one are stale.
	run     int
	running bool
	whole   bool // the running search is over all rows
	since   time.Time
	cancel  context.CancelFunc
	matcher *trace.Matcher
	upto    uint64 // rows below this number were looked at
}

// matchedMsg brings rows that pass.
type matchedMsg struct {
	run     int
	numbers []uint64
	upto    uint64
	err     error
}

// vocabularyMsg brings what the filter line can be completed with.
type vocabularyMsg struct{ voc trace.Vocabulary }

// active reports whether rows are filtered, or about to be.
func (f *filter) active() bool { return !f.want.Empty() }

// openFilter opens the line, with the filter that is in force.
func (m *Model) openFilter() tea.Cmd {
	f := &m.filter
	f.typing, f.input.Focus = true, true
	f.input.Prompt, f.input.Hint = "/ ", texts.Say("log.filter.hint")
	f.input.SetValue(f.want.String())
	f.anchor, f.stay = m.list.SelectedKey(), !m.list.Follow
	f.suggest()
	v, name := m.src.view, m.namer()
	return func() tea.Msg { return vocabularyMsg{trace.VocabularyOf(v, name)} }
}

// typeFilter handles a keystroke in the line: enter keeps the filter, esc
// takes it away, tab completes.
func (m *Model) typeFilter(msg tea.KeyPressMsg) tea.Cmd {
	f := &m.filter
	switch msg.String() {
	case "enter":
		if f.err == nil {
			f.typing, f.stay = false, false
		}
		return nil
	case "esc":
		return m.clearFilter()
	case "tab", "down":
		return m.complete(1)
	case "shift+tab", "up":
		return m.complete(-1)
	}
	if !f.input.Update(msg) {
		return nil
	}
	return m.edited()
}

// complete puts the next suggestion into the line; the one after the last is
// what was typed.
func (m *Model) complete(by int) tea.Cmd {
	f := &m.filter
	n := len(f.sugg)
	if n == 0 {
		return nil
	}
	if f.at < 0 {
		f.typed = f.input.Value()
	}
	f.at = (f.at+1+by+n+1)%(n+1) - 1
	text := f.typed
	if f.at >= 0 {
		text = f.sugg[f.at].Text
	}
	f.input.SetValue(text)
	return m.reparse()
}

// suggest says how the line may go on.
func (f *filter) suggest() {
	if !f.typing {
		return
	}
	if f.at >= 0 && f.input.Value() != f.typed {
		return // one of them was just taken
	}
	f.sugg, f.at = trace.Complete(f.input.Value(), f.voc), -1
}

// edited takes notice of a changed line.
func (m *Model) edited() tea.Cmd {
	m.filter.at = -1
	m.filter.suggest()
	return m.reparse()
}

// reparse reads the line. While it cannot be read the rows stay as they are.
func (m *Model) reparse() tea.Cmd {
	f := &m.filter
	want, err := trace.ParseFilter(f.input.Value())
	f.err = nil
	if err != nil {
		if !errors.As(err, &f.err) {
			f.err = &trace.FilterError{ID: "empty"}
		}
		return nil
	}
	if want.String() == f.want.String() {
		return nil
	}
	f.want = want
	return m.refilter()
}

func (m *Model) clearFilter() tea.Cmd {
	f := &m.filter
	f.typing, f.err, f.want = false, nil, trace.Filter{}
	f.input.Reset()
	return m.refilter()
}

// refilter looks at all rows anew. What was shown stays until the answer.
func (m *Model) refilter() tea.Cmd {
	f := &m.filter
	f.run++
	if f.cancel != nil {
		f.cancel()
	}
	f.running, f.cancel = false, nil
	if !f.active() {
		m.src.filtered, m.src.numbers = false, nil
		m.resettle()
		return nil
	}
	f.matcher, f.whole = f.want.Matcher(m.namer()), true
	return m.match(0)
}

// match searches the rows from a number on. The matcher belongs to the search
// until its answer is there, so there is one at a time.
func (m *Model) match(from uint64) tea.Cmd {
	f := &m.filter
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel, f.running, f.since = cancel, true, m.env.Now()
	run, matcher, v, upto := f.run, f.matcher, m.src.view, m.src.end()
	return func() tea.Msg {
		numbers, err := matcher.Run(ctx, v, from)
		return matchedMsg{run, numbers, upto, err}
	}
}

// matchNew searches the rows that came since.
func (m *Model) matchNew() tea.Cmd {
	f := &m.filter
	if !f.active() || f.running || f.upto >= m.src.end() {
		return nil
	}
	f.whole = false
	return m.match(f.upto)
}

// matched takes over what was found.
func (m *Model) matched(msg matchedMsg) tea.Cmd {
	f := &m.filter
	if msg.run != f.run {
		return nil
	}
	f.cancel()
	f.running = false
	if msg.err != nil {
		return nil
	}
	if f.whole {
		m.src.filtered, m.src.numbers = true, msg.numbers
	} else {
		m.src.numbers = append(m.src.numbers, msg.numbers...)
	}
	f.upto = msg.upto
	m.src.take(m.src.view) // rows may have been dropped meanwhile
	if f.whole {
		m.resettle()
	} else {
		m.list.Sync()
		m.refresh()
	}
	return m.matchNew()
}

// resettle finds the selection a place among other rows: at the anchor while
// the line is open, else at what was selected before.
func (m *Model) resettle() {
	m.list.Sync()
	f := &m.filter
	if f.stay && !m.list.Follow {
		m.list.Select(f.anchor)
	}
	f.stay = f.stay && f.typing
	// The row that is shown is the selected one from now on.
	if i, ok := m.list.Selected(); ok && !m.list.Follow && !f.typing {
		m.list.SelectAt(i)
	}
	m.refresh()
}

// slow is when it is said that the search still runs.
const slow = 300 * time.Millisecond

func (m *Model) filtering() bool {
	f := &m.filter
	return f.running && f.whole && m.env.Now().Sub(f.since) > slow
}

// filterLines are the lines at the bottom: the filter, and while it is typed
// what is wrong with it, or how it may go on.
func (m *Model) filterLines(w int) []ui.Line {
	f := &m.filter
	g := &m.env.Theme.Glyphs
	if !f.typing {
		if !f.active() {
			return nil
		}
		l := ui.L(ui.S(ui.Accent, " / "), ui.S(ui.Text, f.want.String()))
		clear := ui.L(ui.S(ui.Accent, "esc"), ui.S(ui.Muted, " "+texts.Say("log.filter.clear")+" "))
		return []ui.Line{ui.Spread(g, l, clear, w, 8)}
	}
	in := append(ui.L(ui.S(ui.Text, " ")), f.input.Line(g, w-2)...)
	if f.err != nil {
		return append([]ui.Line{in}, m.errorLines(w)...)
	}
	return []ui.Line{in, m.suggestions(w)}
}

// errorLines put the sentence below the place where the filter is wrong;
// where that leaves it no room, it goes on a line of its own.
func (m *Model) errorLines(w int) []ui.Line {
	f := &m.filter
	g := &m.env.Theme.Glyphs
	say := f.err.Error()
	text := f.input.Value()
	at := 1 + ui.Width(f.input.Prompt) + ui.Width(text[:min(max(f.err.Off, 0), len(text))])
	mark := ui.Tok(ui.Text, blanks(min(at, w-2))).Add(ui.Bad, g.Up)
	if at+2+ui.Width(say) < w {
		return []ui.Line{mark.Add(ui.Warn, " "+say)}
	}
	out := []ui.Line{mark}
	for _, l := range ui.Wrap(say, max(w-2, 1)) {
		out = append(out, ui.Tok(ui.Warn, " "+l))
	}
	return out
}

func (m *Model) suggestions(w int) ui.Line {
	f := &m.filter
	if len(f.sugg) == 0 {
		return nil
	}
	l := ui.L(ui.S(ui.Text, " "), ui.S(ui.Accent, "tab"), ui.S(ui.Text, " "))
	first := max(f.at, 0)
	for i := first; i < len(f.sugg) && l.Width() < w; i++ {
		s := f.sugg[i]
		l = l.Gap(1)
		switch {
		case i == f.at:
			l = l.Add(ui.Accent, s.Word)
		default:
			l = l.Add(ui.Muted, s.Word)
		}
		if i == first && s.About != "" {
			l = l.Add(ui.Muted, " "+m.env.Theme.Glyphs.Sep+" "+s.About+" ")
		}
		l = l.Gap(1)
	}
	return l
}

// note is the state of the log for the rule above the rows: whether it
// follows, how many rows there are and, where there is room, how many were
// dropped.
func (m *Model) note(strip bool, w int) string {
	g := &m.env.Theme.Glyphs
	sep := " " + g.Sep + " "
	n := m.src.view.Len()
	s := texts.Say("log.following")
	if !strip && !m.list.Follow {
		s = texts.Say("log.staying")
	}
	if !strip && m.filtering() {
		s = texts.Say("log.filtering")
	}
	s += sep
	switch {
	case !strip && m.src.filtered:
		s += texts.Say("log.passing", "n", count(m.src.Len()), "of", count(n))
	case n == 1:
		s += texts.Say("log.row")
	default:
		s += texts.Say("log.rows", "n", count(n))
	}
	long := s + sep + texts.Say("log.dropped", "n", count(m.src.view.First()))
	if ui.Width(long)+noteRoom <= w {
		return long
	}
	return s
}

// noteRoom is what the rule needs beside its note.
const noteRoom = 12

// rowNumber is how a row's number is shown: from 1.
func rowNumber(n uint64) string { return strconv.FormatUint(n+1, 10) }
