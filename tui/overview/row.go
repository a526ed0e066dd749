package overview

import (
	"strings"

	"simscope/tui/ui"
)

// mark is a sign behind or before words; which glyph it is, the theme says
// when it is drawn.
type mark int

const (
	markNone mark = iota
	markGood
	markWarn
	markBad
	markDot
	markMore // an ellipsis: not known yet
)

func (k mark) glyph(g *ui.Glyphs) (string, ui.Token) {
	switch k {
	case markGood:
		return g.Good, ui.Good
	case markWarn:
		return g.Warn, ui.Warn
	case markBad:
		return g.Bad, ui.Bad
	case markDot:
		return g.None, ui.Muted
	case markMore:
		return g.Ellipsis, ui.Muted
	}
	return "", ui.Text
}

// rank orders findings: the gravest first.
func (k mark) rank() int {
	switch k {
	case markBad:
		return 0
	case markWarn:
		return 1
	}
	return 2
}

// word is text in one look with a sign behind it. Sep puts the theme's
// separator before it.
type word struct {
	tok  ui.Token
	text string
	mark mark
	pad  int // least cells of the text
	sep  bool
}

func say(text string) word   { return word{text: text} }
func muted(text string) word { return word{tok: ui.Muted, text: text} }

// group is words that stay on one line, a blank between them.
type group []word

func (s group) line(g *ui.Glyphs) ui.Line {
	var out ui.Line
	for i, w := range s {
		if i > 0 {
			out = out.Gap(1)
		}
		if w.sep {
			out = out.Add(ui.Muted, g.Sep+" ")
		}
		text := ui.Clean(w.text)
		if n := ui.Width(text); n < w.pad {
			text += strings.Repeat(" ", w.pad-n)
		}
		out = out.Add(w.tok, text)
		if sign, tok := w.mark.glyph(g); sign != "" {
			if w.text != "" {
				out = out.Gap(1)
			}
			out = out.Add(tok, sign)
		}
	}
	return out
}

// row is something that can be selected: a fact, or a finding.
type row struct {
	id    string
	label string
	all   []group // of a fact
	brief []group // instead of all where there is little room
	copy  string  // what is copied; else its text
	to    target

	finding bool
	mark    mark
	text    string // of a finding
	verb    string // what enter does for it
}

// plain is what is copied of the row.
func (r row) plain(g *ui.Glyphs) string {
	switch {
	case r.copy != "":
		return r.copy
	case r.finding:
		return r.text
	}
	var parts []string
	for _, s := range r.all {
		parts = append(parts, strings.Join(strings.Fields(s.line(g).Plain()), " "))
	}
	return strings.Join(parts, "   ")
}

// headline is the first line: whose card it is, and how it stands.
type headline struct{ left, right group }
