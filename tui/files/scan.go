package files

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

const confirmScan = "files.scan"

// usualQuestion is how long a question takes while nothing was measured.
const usualQuestion = 15 * time.Millisecond

// scan is the search for files that no catalogue names. A scan that was
// stopped is kept, so that it goes on where it was.
type scan struct {
	begun map[card.Path]*fs.Scan // by directory
	far   map[card.Path]fs.ScanProgress
	want  card.Path // asked for, not yet begun
	waits bool      // begins when the card has been read
	id    uint64    // of the one under way, 0: none
	dir   card.Path
	at    fs.ScanProgress
}

// scanMsg says how far a scan is.
type scanMsg struct {
	number int
	p      fs.ScanProgress
}

// scanned is the answer to a scan: what was found and who may read it.
type scanned struct {
	found []scannedFile
	known int
	at    fs.ScanProgress
}

type scannedFile struct {
	path   card.Path
	access string
}

// askScan says what a scan of the selected directory does, and how long it may
// take.
func (m *Model) askScan() tea.Cmd {
	if m.scan.id != 0 {
		return kit.Toast(ui.Text, texts.Say("files.scan.running", "dir", m.env.Name(m.scan.dir)))
	}
	dir := card.Path{}
	if n, ok := m.selected(); ok && n.State.Exists() {
		if dir = n.Path; !n.Dir {
			dir = n.Path.Parent()
		}
	}
	m.scan.want = dir
	p := fs.NewScan(dir).Progress()
	action, id := "files.scan.yes", "files.scan.text"
	if s := m.scan.begun[dir]; s != nil {
		p, action, id = m.scan.far[dir], "files.scan.on", "files.scan.again"
	}
	left := m.question() * time.Duration(p.Total-p.Done)
	return kit.Push(&ui.Confirm{
		ID: confirmScan, Title: texts.Say("files.scan.title", "dir", m.env.Name(dir)),
		Text:   texts.Say(id, "n", p.Total, "done", p.Done, "found", p.Found, "time", span(left)),
		Action: texts.Say(action),
	})
}

// question is how long this card took for its last questions, the way to it
// and back included.
func (m *Model) question() time.Duration {
	const last = 50
	var sum time.Duration
	n := 0
	view := m.env.Card.Log.View()
	for i := view.Len() - 1; i >= 0 && n < last; i-- {
		if e, ok := view.At(i); ok && e.Duration > 0 {
			sum += e.Duration
			n++
		}
	}
	if n == 0 {
		return usualQuestion
	}
	return sum / time.Duration(n)
}

// span is a time as people say it.
func span(d time.Duration) string {
	switch {
	case d >= 90*time.Minute:
		return texts.Say("files.scan.hours", "n", fmt.Sprintf("%.1f", d.Hours()))
	case d >= 90*time.Second:
		return texts.Say("files.scan.minutes", "n", int((d+30*time.Second)/time.Minute))
	}
	return texts.Say("files.scan.seconds", "n", int(d/time.Second)+1)
}

// beginScan starts the scan that was confirmed, or puts it off while the card
// is being read: both would take the place of the other.
func (m *Model) beginScan() tea.Cmd {
	if m.env.Card == nil || m.scan.id != 0 {
		return nil
	}
	if m.reading() {
		m.scan.waits = true
		return kit.Toast(ui.Text, texts.Say("files.scan.later"))
	}
	dir := m.scan.want
	s := m.scan.begun[dir]
	if s == nil {
		s = fs.NewScan(dir)
	}
	at := s.Progress() // from here on the scan is the worker's
	number, hub := m.env.Number, m.env.Hub
	id := hub.Background("scan", func(ctx context.Context, c *app.Card) (any, error) {
		return runScan(ctx, c, s, func(p fs.ScanProgress) { hub.Tell(scanMsg{number, p}) })
	})
	if id == 0 {
		return nil
	}
	m.scan.begun[dir] = s
	m.scan.id, m.scan.dir, m.scan.waits = id, dir, false
	m.scan.at = at
	m.tree.Open(key(dir), true)
	m.rebuild()
	return nil
}

// runScan goes on with a scan and then asks who may read what was found.
func runScan(ctx context.Context, c *app.Card, s *fs.Scan, tell func(fs.ScanProgress)) (any, error) {
	if _, err := c.Files.Children(ctx, s.Dir); err != nil && !card.Refused(err) {
		return nil, err
	}
	err := s.Run(ctx, c.Files, tell)
	out := scanned{known: s.Known, at: s.Progress()}
	for _, p := range s.Found {
		f := scannedFile{path: p}
		if err == nil {
			a, e := c.Files.LoadAccess(ctx, p)
			if e != nil {
				return out, e
			}
			f.access = readBy(a)
		}
		out.found = append(out.found, f)
	}
	return out, err
}

// readBy says who may read a file.
func readBy(a fs.Access) string {
	if !a.Known {
		return texts.Say(a.Why)
	}
	return fs.Words(a.For(fs.OpRead))
}

// scanEnded tells what came of a scan.
func (m *Model) scanEnded(a app.Answer) tea.Cmd {
	dir := m.scan.dir
	m.scan.id = 0
	defer func() { // with what the rows say of the scan
		m.rebuild()
		m.show()
	}()
	got, _ := a.Value.(scanned)
	if got.at.Total > 0 {
		m.scan.at = got.at
	}
	m.scan.far[dir] = m.scan.at
	switch {
	case errors.Is(a.Err, context.Canceled) && m.reading():
		// The reading of the card took its place; it goes on after.
		m.scan.want, m.scan.waits = dir, true
		return nil
	case errors.Is(a.Err, context.Canceled):
		return kit.Toast(ui.Text, texts.Say("files.scan.stopped", "share", percent(m.scan.at), "found", m.scan.at.Found))
	case errors.Is(a.Err, fs.ErrEverything):
		delete(m.scan.begun, dir)
		return kit.Push(&ui.Notice{Title: texts.Say("files.scan.title", "dir", m.env.Name(dir)), Text: texts.Say("files.scan.everything")})
	case a.Err != nil:
		return kit.Toast(ui.Warn, app.Explain(a.Err, texts.Say("files.scan.tried")).String())
	}
	delete(m.scan.begun, dir)
	return kit.Push(&ui.Notice{Title: texts.Say("files.scan.title", "dir", m.env.Name(dir)), Text: m.scanText(got)})
}

// scanText is the result: how many files, and each with who may read it.
func (m *Model) scanText(got scanned) string {
	lines := []string{texts.Say("files.scan.done", "n", got.at.Total, "found", len(got.found), "known", got.known)}
	if len(got.found) > 0 {
		lines = append(lines, "")
	}
	for _, f := range got.found {
		lines = append(lines, texts.Say("files.scan.found", "file", m.env.Name(f.path), "who", f.access))
	}
	return strings.Join(lines, "\n")
}

func percent(p fs.ScanProgress) int {
	if p.Total == 0 {
		return 0
	}
	return p.Done * 100 / p.Total
}

// scanLine is the scan under way, for the last line of the screen.
func (m *Model) scanLine() ui.Line {
	p := m.scan.at
	say := texts.Say("files.scan.doing", "found", p.Found)
	if p.Left > 0 {
		say = texts.Say("files.scan.doing_left", "found", p.Found, "time", span(p.Left))
	}
	return ui.Progress(&m.env.Theme.Glyphs, say, p.Done, p.Total)
}

// scanMark says on the row of a directory how far it is looked through: while
// that goes on, and where it was stopped and can go on.
func (m *Model) scanMark(dir card.Path) string {
	switch {
	case m.scan.id != 0 && dir == m.scan.dir:
		return texts.Say("files.scan.mark", "share", percent(m.scan.at))
	case m.scan.begun[dir] != nil && m.scan.far[dir].Done > 0:
		return texts.Say("files.scan.mark_stopped", "share", percent(m.scan.far[dir]))
	}
	return ""
}

// Scanning is the scan under way, for the last line of other screens; nil
// without one.
func (m *Model) Scanning() ui.Line {
	if m.env.Card == nil || m.scan.id == 0 {
		return nil
	}
	return m.scanLine()
}

// unlisted reports whether a file is on the card and in no catalogue.
func unlisted(n fs.Node) bool {
	return n.Catalogue == "" && n.State.Exists() && !n.Path.IsRoot()
}
