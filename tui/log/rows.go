package log

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"simscope/card"
	"simscope/card/trace"
	"simscope/texts"
	"simscope/tui/ui"
)

// source is the rows of the log that pass the filter, by their numbers. A row
// is put into words only when it is drawn, so that it costs the same in a log
// of a million rows.
type source struct {
	m    *Model
	view trace.View
	// numbers are the rows that pass, ascending; they count only when filtered.
	filtered bool
	numbers  []uint64
}

// take takes a later view of the log over.
func (s *source) take(v trace.View) {
	s.view = v
	old := sort.Search(len(s.numbers), func(i int) bool { return s.numbers[i] >= v.First() })
	s.numbers = s.numbers[old:]
}

// end is the number behind the newest row.
func (s *source) end() uint64 { return s.view.First() + uint64(s.view.Len()) }

// Len implements ui.Source.
func (s *source) Len() int {
	if s.filtered {
		return len(s.numbers)
	}
	return s.view.Len()
}

func (s *source) number(i int) uint64 {
	if s.filtered {
		return s.numbers[i]
	}
	return s.view.First() + uint64(i)
}

// Key implements ui.Source: a row's number is its identity.
func (s *source) Key(i int) string { return strconv.FormatUint(s.number(i), 10) }

// Find implements ui.Finder. A row that was dropped or is not shown gives the
// next one that is, or the last.
func (s *source) Find(key string) (int, bool) {
	n, err := strconv.ParseUint(key, 10, 64)
	if err != nil || s.Len() == 0 {
		return 0, false
	}
	return min(s.from(n), s.Len()-1), true
}

// from is the place of the first row whose number is n or higher.
func (s *source) from(n uint64) int {
	if s.filtered {
		return sort.Search(len(s.numbers), func(i int) bool { return s.numbers[i] >= n })
	}
	return int(min(max(n, s.view.First())-s.view.First(), uint64(s.view.Len())))
}

// exact is the place of row n, if it is shown.
func (s *source) exact(n uint64) (int, bool) {
	i := s.from(n)
	return i, i < s.Len() && s.number(i) == n
}

// Row implements ui.Source.
func (s *source) Row(i, w int) ui.Row {
	n := s.number(i)
	e, ok := s.view.Row(n)
	if !ok {
		return ui.Row{}
	}
	return ui.Row{Left: row(&s.m.env.Theme.Glyphs, e, s.m.namer(), s.m.marks[n], w)}
}

// widths are the cells of a row's columns; 0 leaves a column out.
type widths struct{ time, title, bytes, status, dur int }

// Column widths, and the widths of the screen at which columns leave.
const (
	gap        = 2
	timeLong   = 12 // 15:04:05.000
	timeShort  = 9  // 04:05.000
	durCells   = 7
	bytesFrom  = 98
	durFrom    = 66
	longFrom   = 56
	timeFrom   = 30
	statusFrom = 22
	codeFrom   = 14 // cells of the status that have room for code and words
)

// share gives each column its part of w cells, the mark's cell taken off.
// Bytes leave first when it is narrow, then the duration; then the time loses
// its hours.
func share(w int) widths {
	var c widths
	rest := w - 1
	switch {
	case w >= longFrom:
		c.time = timeLong
	case w >= timeFrom:
		c.time = timeShort
	}
	if c.time > 0 {
		rest -= c.time + gap
	}
	if w >= durFrom {
		c.dur = durCells
		rest -= durCells + gap
	}
	switch {
	case w >= bytesFrom:
		rest -= 2 * gap
		c.bytes = rest * 32 / 100
		c.status = rest * 32 / 100
	case w >= longFrom:
		rest -= gap
		c.status = rest * 46 / 100
	case w >= statusFrom:
		rest -= gap
		c.status = rest * 36 / 100
	}
	c.title = max(rest-c.bytes-c.status, 0)
	return c
}

// row puts an exchange into columns of w cells. Neighbours of one look carry
// the gap between them, which saves a change of colour on a slow line.
func row(g *ui.Glyphs, e card.Exchange, name trace.Namer, marked bool, w int) ui.Line {
	c := share(w)
	mark := ui.S(ui.Muted, " ")
	if marked {
		mark = ui.S(ui.Accent, g.Dot)
	}
	l := ui.L(mark)
	if c.time > 0 {
		l = l.Add(ui.Muted, clock(e.Start, c.time)+"  ")
	}
	if e.Kind == card.ExchangeNote {
		room := w - l.Width()
		return l.Add(ui.Accent, g.None+" ").Add(ui.Text, g.Truncate(noteText(e), room-2))
	}
	line := summary(e, name)
	l = l.Add(titleTok(e), g.Pad(g.TruncateMiddle(line.Title, c.title), c.title))
	if c.bytes > 0 {
		cell := bytesLine(g, e, c.bytes)
		l = append(l.Add(ui.Muted, "  "), cell...)
		l = l.Add(ui.Muted, blanks(c.bytes-cell.Width()))
	}
	if c.status > 0 {
		cell := statusLine(g, line, c.status)
		l = append(l.Add(ui.Muted, "  "), cell...)
		l = l.Add(ui.Muted, blanks(c.status-cell.Width()))
	}
	if c.dur > 0 {
		l = l.Add(ui.Muted, "  "+g.PadLeft(duration(e.Duration), c.dur))
	}
	return l
}

// summary is trace.Summary without the answer's bytes, which may be many: a
// row shows no more of them than fit.
func summary(e card.Exchange, name trace.Namer) trace.Line {
	e.Response = nil
	return trace.Summary(e, name)
}

// titleTok greys what the session asked by itself to get an answer.
func titleTok(e card.Exchange) ui.Token {
	if e.Kind == card.ExchangeFollowUp {
		return ui.Muted
	}
	return ui.Text
}

func noteText(e card.Exchange) string { return trace.Summary(e, nil).Title }

func clock(t time.Time, w int) string {
	switch {
	case t.IsZero():
		return blanks(w)
	case w == timeShort:
		return t.Format("04:05.000")
	}
	return t.Format("15:04:05.000")
}

// duration is "0.4 ms", "11 ms", "1.2 s"; empty where it is not known.
func duration(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d <= 0:
		return ""
	case ms < 0.1:
		return texts.Say("log.ms.least")
	case ms < 9.95:
		return texts.Say("log.ms", "n", fmt.Sprintf("%.1f", ms))
	case ms < 999.5:
		return texts.Say("log.ms", "n", fmt.Sprintf("%.0f", ms))
	case ms < 99950:
		return texts.Say("log.s", "n", fmt.Sprintf("%.1f", ms/1000))
	}
	return texts.Say("log.s", "n", fmt.Sprintf("%.0f", ms/1000))
}

// bytesLine is the command and the beginning of the answer in hex.
func bytesLine(g *ui.Glyphs, e card.Exchange, w int) ui.Line {
	e = trace.Redact(e)
	l := hexLine(g, e, false, w)
	if len(e.Response) > 0 && l.Width() < w {
		if len(l) > 0 {
			l = l.Add(ui.Muted, " "+g.Crumb+" ")
		}
		l = append(l, hexLine(g, e, true, w)...)
	}
	return l.Truncate(g, w)
}

// hexLine is one side of an exchange in hex, as much as w cells may need; runs
// that are withheld are dots with the word for them.
func hexLine(g *ui.Glyphs, e card.Exchange, response bool, w int) ui.Line {
	n := len(e.Command)
	if response {
		n = len(e.Response)
	}
	most := w/3 + 1
	var l ui.Line
	at := 0
	plain := func(to int) {
		if at < to {
			l = l.Add(ui.Muted, trace.HexText(e, response, at, min(to-at, most)))
		}
	}
	for _, s := range e.Hidden {
		if s.Response != response || s.Len == 0 {
			continue
		}
		plain(s.Off)
		if at < s.Off {
			l = l.Add(ui.Muted, " ")
		}
		l = l.Add(ui.Secret, dots(g)+" "+s.Word)
		if at = s.Off + s.Len; at < n {
			l = l.Add(ui.Muted, " ")
		}
	}
	plain(n)
	return l
}

// dots stand for withheld bytes, however many they are.
func dots(g *ui.Glyphs) string { return strings.Repeat(g.Dot, 4) }

// statusLine is glyph, status word and words.
func statusLine(g *ui.Glyphs, line trace.Line, w int) ui.Line {
	glyph, tok := classGlyph(g, line.Class)
	words := ui.Text
	if line.Class == trace.ClassOK || line.Class == trace.ClassNone {
		words = ui.Muted
	}
	l := ui.L(ui.S(tok, glyph+" "))
	if line.SW != "" && w >= codeFrom {
		l = l.Add(ui.Muted, line.SW+" ")
	}
	return l.Add(words, line.SWText).Truncate(g, w)
}

func classGlyph(g *ui.Glyphs, c trace.Class) (string, ui.Token) {
	switch c {
	case trace.ClassOK:
		return g.Good, ui.Good
	case trace.ClassWarn:
		return g.Warn, ui.Warn
	case trace.ClassBad:
		return g.Bad, ui.Bad
	}
	return g.None, ui.Muted
}

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }

// count writes a number with its thousands apart.
func count[T int | uint64](n T) string {
	s := strconv.FormatUint(uint64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
