package files

import (
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/ui"
)

// accessLines says who may do what with the file and whether that is
// fulfilled now, in at most max lines; where the rule stands is at the right.
func (m *Model) accessLines(w, max int) []ui.Line {
	n := m.file.node
	if !n.State.Exists() || m.env.Card == nil || max <= 0 {
		return nil
	}
	c := m.env.Card.Files
	a := c.Access(n.Path)
	if !a.Known {
		return ui.Paragraph(ui.Muted, texts.Say(a.Why), w)[:1]
	}
	sec := c.Security(n.Path.App)
	g := &m.env.Theme.Glyphs
	var lines []ui.Line
	room := w
	if a.Source != "" {
		room = w - ui.Width(a.Source) - 2
	}
	cur := ui.Line{}
	for _, ops := range operations(a, n.Dir) {
		piece := accessWords(a.For(ops[0]), ops, sec)
		switch {
		case cur.Width() == 0:
			cur = piece
		case cur.Width()+3+piece.Width() <= room:
			cur = append(cur.Add(ui.Muted, " "+g.Sep+" "), piece...)
		default:
			lines = append(lines, cur)
			cur, room = piece, w
		}
	}
	lines = append(lines, cur)
	if len(lines) > max {
		lines = lines[:max]
		lines[max-1] = lines[max-1].Add(ui.Muted, " "+g.Ellipsis)
	}
	if a.Source != "" {
		lines[0] = ui.Spread(g, lines[0], ui.Tok(ui.Muted, a.Source), w, w*2/3)
	}
	return lines
}

// operations are the ones worth a word: reading and updating always, others
// where somebody may do them, those with the same condition together.
func operations(a fs.Access, dir bool) [][]fs.Operation {
	var out [][]fs.Operation
	if !dir {
		out = [][]fs.Operation{{fs.OpRead}, {fs.OpUpdate}}
	}
	first := len(out)
	for _, g := range a.Grants {
		if (g.Op == fs.OpRead || g.Op == fs.OpUpdate) && !dir || g.Condition.Kind == ef.CondNever {
			continue
		}
		i := first
		for i < len(out) && fs.Words(a.For(out[i][0])) != fs.Words(g.Condition) {
			i++
		}
		if i == len(out) {
			out = append(out, nil)
		}
		out[i] = append(out[i], g.Op)
	}
	return out
}

// accessWords is "read PIN1 (verified)".
func accessWords(c ef.Condition, ops []fs.Operation, sec fs.Security) ui.Line {
	var names []string
	for _, op := range ops {
		names = append(names, op.Word())
	}
	l := ui.L(ui.S(ui.Muted, strings.Join(names, ", ")+" "), ui.S(ui.Text, fs.Words(c)))
	switch word, met := standing(c, sec); {
	case word == "":
		return l
	case met:
		return l.Add(ui.Good, " ("+word+")")
	default:
		return l.Add(ui.Muted, " ("+word+")")
	}
}

// standing says in a word whether a condition is fulfilled now; nothing where
// the condition says so itself.
func standing(c ef.Condition, sec fs.Security) (word string, met bool) {
	if c.Kind == ef.CondAlways || c.Kind == ef.CondNever || c.Kind == ef.CondUnknown {
		return "", false
	}
	one := c.Kind == ef.CondKey && len(c.Keys) == 1
	switch sec.Satisfied(c) {
	case fs.Yes:
		switch {
		case one && sec[card.PINRef(c.Keys[0])].Verified:
			return texts.Say("files.access.verified"), true
		case one && !sec[card.PINRef(c.Keys[0])].Enabled:
			return texts.Say("files.access.off"), true
		}
		return texts.Say("files.access.met"), true
	case fs.No:
		if one {
			return texts.Say("files.access.not_verified"), false
		}
		return texts.Say("files.access.unmet"), false
	}
	return texts.Say("files.access.unknown"), false
}

// missing says why the card refuses to let a file be read, and what helps.
func (m *Model) missing(n fs.Node) (why, next string) {
	c := m.env.Card.Files
	cond := c.Access(n.Path).For(fs.OpRead)
	sec := c.Security(n.Path.App)
	what := fs.Words(cond)
	switch {
	case cond.Kind == ef.CondNever:
		return texts.Say("files.denied.never"), ""
	case cond.Kind == ef.CondUnknown:
		return texts.Say("files.denied.unknown"), texts.Say("files.denied.unknown.next")
	case sec.Satisfied(cond) == fs.Yes && m.rights.gained <= m.rights.denied[n.Path]:
		return texts.Say("files.denied.though", "what", what), texts.Say("files.denied.though.next")
	case sec.Satisfied(cond) == fs.Yes:
		return texts.Say("files.denied.again", "what", what), texts.Say("files.denied.again.next")
	case issuers(cond):
		return texts.Say("files.denied.missing", "what", what), texts.Say("files.denied.issuer.next", "what", what)
	}
	return texts.Say("files.denied.missing", "what", what), texts.Say("files.denied.missing.next")
}

// issuers reports whether only keys of the issuer fulfil a condition.
func issuers(c ef.Condition) bool {
	for _, k := range c.Keys {
		if card.PINRef(k).Kind() != card.PINAdm {
			return false
		}
	}
	for _, sub := range c.Of {
		if !issuers(sub) {
			return false
		}
	}
	return len(c.Keys) > 0 || len(c.Of) > 0
}
