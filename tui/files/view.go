package files

import (
	"fmt"
	"strings"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/ui"
)

// treeWidth is the width of the tree beside the file.
const treeWidth = 36

// View implements kit.Screen.
func (m *Model) View(w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	th := m.env.Theme
	if m.env.Card == nil || m.number != m.env.Number {
		return m.noCard(w, h)
	}
	m.wide = w >= narrow
	switch {
	case m.wide:
		return ui.Beside(m.treePane(th, treeWidth, h), m.filePane(th, w-treeWidth, h))
	case m.front && m.file.has:
		return m.filePane(th, w, h)
	}
	return m.treePane(th, w, h)
}

// noCard tells why there is nothing to see.
func (m *Model) noCard(w, h int) string {
	say := texts.Say("files.no_card")
	var hints []ui.Hint
	switch {
	case m.env.Opening:
		say = texts.Say("files.opening", "reader", m.env.Reader.ID.Name)
	case m.env.Trouble != nil:
		say = m.env.Trouble.String()
		fallthrough
	default:
		hints = verbHints("go.readers")
	}
	return ui.Empty(m.env.Theme, say, hints, w, h)
}

// verbHints are the keys of verbs, for a state with a next step.
func verbHints(ids ...string) []ui.Hint {
	var out []ui.Hint
	for _, id := range ids {
		if v, ok := app.FindVerb(id); ok && v.Key != "" {
			out = append(out, ui.Hint{Key: v.Key, Does: v.Hint()})
		}
	}
	return out
}

func (m *Model) treePane(th *ui.Theme, w, h int) string {
	p := ui.Pane{
		Title: ui.T(texts.Say("files.title")), Foot: m.tree.Position(),
		Focus: m.focus == onTree || !m.wide,
	}
	iw, ih := p.Inner(w, h)
	var foot string
	if m.find.active() && ih > 1 {
		foot = m.findLine(th, iw)
		ih--
	}
	m.tree.Focus = p.Focus && !m.find.typing
	var body string
	switch {
	case m.tree.Len() == 0 && m.find.active():
		body = ui.Empty(th, texts.Say("files.find.none"), []ui.Hint{{Key: "esc", Does: texts.Say("files.find.leave")}}, iw, ih)
	case m.tree.Len() == 0:
		body = ui.Empty(th, texts.Say("files.none"), verbHints("files.read-all"), iw, ih)
	default:
		if m.moves == m.began {
			m.tree.View(th, iw, ih) // tells the tree its height
			m.settleTop()
		}
		body = m.tree.View(th, iw, ih)
	}
	return p.View(th, w, h, ui.Above(body, foot))
}

func (m *Model) filePane(th *ui.Theme, w, h int) string {
	p := ui.Pane{Focus: m.focus != onTree || !m.wide}
	if !m.file.has {
		iw, ih := p.Inner(w, h)
		return p.View(th, w, h, ui.Empty(th, texts.Say("files.choose"), nil, iw, ih))
	}
	p.Title, p.Note = m.heading(th, w)
	iw, ih := p.Inner(w, h)
	body := m.body(th, iw, ih)
	p.Foot = m.position()
	return p.View(th, w, h, body)
}

// heading is path and name, and what kind of file it is: as much as fits.
func (m *Model) heading(th *ui.Theme, w int) (ui.Line, string) {
	g := &th.Glyphs
	parts := strings.Split(m.env.Name(m.file.node.Path), "/")
	last := len(parts) - 1
	title := ui.Line{}
	for _, s := range parts[:last] {
		title = title.Add(ui.Muted, s+" "+g.Crumb+" ")
	}
	title = title.Add(ui.Text, parts[last])
	if p := m.file.part(); m.file.records && p != nil {
		title = title.Add(ui.Muted, " "+g.Crumb+" ").Add(ui.Text, m.partName(p))
	}
	if title.Width() > w-6 {
		title = ui.T(g.TruncateMiddle(title.Plain(), max(w-6, 1)))
	}
	notes := m.notes()
	for drop := range len(notes) {
		note := strings.Join(notes[:len(notes)-drop], " "+g.Sep+" ")
		if ui.Width(note)+4 <= w-4-title.Width() {
			return title, note
		}
	}
	return title, ""
}

func (m *Model) partName(p *part) string {
	if m.file.node.Structure().HasRecords() {
		return texts.Say("files.record", "n", p.name)
	}
	return texts.Say("files.object", "tag", p.name)
}

// notes are identifier, size, structure and short identifier, the most
// telling first.
func (m *Model) notes() []string {
	n := m.file.node
	out := []string{fid(n).String()}
	f := n.FCP
	if f == nil || n.Dir {
		return out
	}
	if p := m.file.part(); p != nil && m.file.records {
		return append(out, texts.Say("files.note.bytes", "n", len(p.data)))
	}
	if f.SFI != 0 {
		out = append(out, texts.Say("files.note.sfi", "sfi", fmt.Sprintf("%02X", f.SFI)))
	}
	out = append(out, texts.Say("files.structure."+n.Structure().String()))
	if n.Structure().HasRecords() {
		return append(out, texts.Say("files.note.records", "n", f.Records, "length", f.RecordLen))
	}
	return append(out, texts.Say("files.note.bytes", "n", f.Size))
}

// position is where one is in what has the keys.
func (m *Model) position() string {
	switch {
	case m.focus == onBytes:
		at := m.hex.Position()
		if p := m.file.part(); p != nil {
			if i := m.hex.FieldAt(); i >= 0 && i < len(p.Fields) {
				return p.Fields[i].Label + "  " + at
			}
		}
		return at
	case m.focus == onValue && m.file.part() == nil && m.table != nil:
		return m.table.Position()
	}
	return ""
}

// body is what stands in the file's pane.
func (m *Model) body(th *ui.Theme, w, h int) string {
	switch {
	case m.file.state == "dir":
		return m.dirBody(th, w, h)
	case m.file.state != "":
		return m.stateBody(th, w, h)
	case m.file.part() == nil:
		return m.tableBody(th, w, h)
	}
	return m.valueBody(th, w, h)
}

// aboutLines is the sentence on what the file is for, cut to lines.
func (m *Model) aboutLines(w, lines int) []ui.Line {
	if lines <= 0 {
		return nil
	}
	out := ui.Paragraph(ui.Text, m.file.about, w)
	if len(out) > lines {
		g := &m.env.Theme.Glyphs
		rest := out[lines-1].Plain() + " " + out[lines].Plain()
		out = append(out[:lines-1:lines-1], ui.T(g.Truncate(rest, w)))
	}
	return out
}

// valueBody is sentence, fields, access and bytes. What does not fit gives
// way in this order: blank lines, lines of the sentence, rows of bytes.
func (m *Model) valueBody(th *ui.Theme, w, h int) string {
	p := m.file.part()
	tw := textWidth(w)
	m.textW = tw
	rows := m.layValues(tw)
	m.mark(p, rows)
	above := append(m.noteLines(tw, max(h/5, 1)), m.summaryLines(p, tw)...)
	about := m.aboutLines(tw, max(h/5, 1))
	access := m.accessLines(tw, max(h/8, 1))
	if m.keys.path == m.file.node.Path && m.keys.content != nil {
		above = append(above, ui.Tok(ui.Secret, texts.Say("files.reveal.shown", "seconds", int(revealFor.Seconds()))))
	}
	hexRows := m.hex.RowsFor(textWidth(w))
	m.hex.Focus = m.focus == onBytes
	if m.raw {
		head := append(about, nil)
		if h < len(head)+min(hexRows, 4) {
			head = nil
		}
		hh := h - len(head)
		return ui.Above(lines(th, head, w), m.hexView(th, w, hh))
	}
	fields := len(rows)
	gaps := 2
	if len(rows)+len(above) == 0 {
		gaps = 1
	}
	need := func() int { return len(about) + len(above) + fields + gaps + len(access) + hexRows }
	if b := m.belongLines(tw); need()+len(b) <= h {
		access = append(access, b...)
	}
	if need() > h {
		hexRows = min(hexRows, max(h/4, 1))
		fields = min(fields, max(h-len(about)-len(above)-gaps-len(access)-hexRows, 3))
		hexRows = max(min(hexRows, h-need()+hexRows), 0)
	}
	if need() > h {
		gaps = 0
		about = about[:min(len(about), max(h-need()+len(about), 0))]
	}
	if gaps > 0 {
		about = append(about, nil)
	}
	if gaps > 1 {
		access = append([]ui.Line{nil}, access...)
	}
	picture := m.pictureBlock(th, w, h-need())
	return ui.FitBlock(ui.Above(
		lines(th, append(about, above...), w),
		m.valuesView(th, rows, w, fields),
		strings.Join(picture, "\n"),
		lines(th, access, w),
		m.hexView(th, w, hexRows),
	), w, h)
}

// lines draws text one cell from the border, where lists have their cursor.
func lines(th *ui.Theme, ls []ui.Line, w int) string {
	if len(ls) == 0 {
		return ""
	}
	return block(th, ls, w, len(ls))
}

func block(th *ui.Theme, ls []ui.Line, w, h int) string {
	out := make([]ui.Line, len(ls))
	for i, l := range ls {
		if len(l) > 0 {
			out[i] = append(ui.Line{}.Gap(1), l...)
		}
	}
	return ui.RenderLines(th, out, w, h)
}

// textWidth is the width that is left for text.
func textWidth(w int) int { return max(w-2, 1) }

// hexView draws the bytes one cell from the border.
func (m *Model) hexView(th *ui.Theme, w, h int) string {
	if h <= 0 || w <= 2 {
		return ui.FitBlock("", w, max(h, 0))
	}
	edge := ui.FitBlock("", 1, h)
	return ui.Beside(edge, m.hex.View(th, w-2, h), edge)
}

func (m *Model) summaryLines(p *part, w int) []ui.Line {
	if s := m.summary(p); s != "" {
		return ui.Paragraph(ui.Muted, s, w)
	}
	return nil
}

// valuesView draws the fields: as a list where they have the keys or follow
// the bytes, else at rest without a cursor.
func (m *Model) valuesView(th *ui.Theme, rows valueRows, w, h int) string {
	if h <= 0 || len(rows) == 0 {
		return ""
	}
	if m.focus != onTree {
		m.values.Focus = m.focus == onValue
		return m.values.View(th, w, h)
	}
	ls := make([]ui.Line, 0, h)
	for _, r := range rows[:min(len(rows), h)] {
		ls = append(ls, append(ui.L(ui.S(ui.Text, " ")), r.line...))
	}
	if more := len(rows) - h; more > 0 {
		ls[h-1] = ui.Line{}.Gap(1).Add(ui.Muted, texts.Say("files.value.more", "n", more+1))
	}
	return ui.RenderLines(th, ls, w, h)
}

// mark highlights the bytes of the selected field while the file has the
// keys, and keeps bytes of keys hidden.
func (m *Model) mark(p *part, rows valueRows) {
	m.hex.Marked, m.hex.Hidden = nil, nil
	if !p.secret {
		for _, f := range p.Fields {
			if f.Secret {
				m.hex.Hidden = append(m.hex.Hidden, ui.Range{From: f.Offset, To: f.Offset + f.Length})
			}
		}
	}
	if i, ok := m.values.Selected(); ok && m.focus != onTree && i < len(rows) {
		if r := rows[i].marks; r.To > r.From {
			m.hex.Marked = []ui.Range{r}
		}
	}
}

// tableBody is the table of records.
func (m *Model) tableBody(th *ui.Theme, w, h int) string {
	tw := textWidth(w)
	about := m.aboutLines(tw, max(h/5, 1))
	access := m.accessLines(tw, max(h/8, 1))
	var notes []ui.Line
	for _, s := range m.file.oddly {
		notes = append(notes, ui.Paragraph(ui.Warn, m.env.Theme.Glyphs.Warn+" "+s, tw)...)
	}
	notes = notes[:min(len(notes), h/4)]
	if n := m.free(); n > 0 {
		id := "files.record.free_n"
		if n == len(m.file.parts) {
			id = "files.record.all_free"
		}
		notes = append(notes, ui.Tok(ui.Muted, texts.Say(id, "n", n)))
	}
	if len(m.file.parts) == 0 {
		notes = append(notes, ui.Tok(ui.Muted, texts.Say("files.record.none")))
	}
	if !m.file.known {
		notes = append(notes, ui.Tok(ui.Muted, texts.Say("files.value.unknown")))
	}
	want := m.table.Len() + 1
	if m.table.Len() == 0 {
		want = 0
	}
	about = append(about, m.noteLines(tw, max(h/5, 1))...)
	if h >= len(about)+2+min(want, 5)+len(notes)+len(access)+1 {
		about = append(about, nil)
		access = append([]ui.Line{nil}, access...)
	}
	if b := m.belongLines(tw); h >= len(about)+want+len(notes)+len(access)+len(b) {
		access = append(access, b...)
	}
	rows := min(want, max(h-len(about)-len(notes)-len(access), min(3, h)))
	m.table.Focus = m.focus == onValue
	picture := m.pictureBlock(th, w, h-len(about)-rows-len(notes)-len(access))
	return ui.FitBlock(ui.Above(
		lines(th, about, w), m.table.View(th, w, rows), lines(th, notes, w), strings.Join(picture, "\n"), lines(th, access, w),
	), w, h)
}

// stateBody says why there is no content.
func (m *Model) stateBody(th *ui.Theme, w, h int) string {
	tw := textWidth(w)
	n := m.file.node
	g := &th.Glyphs
	out := append(m.aboutLines(tw, max(h/4, 1)), m.noteLines(tw, max(h/5, 1))...)
	out = append(out, nil)
	say := texts.Say("files.state."+m.file.state, "sw", n.SW.String())
	next := texts.Maybe("files.state." + m.file.state + ".next")
	tok := ui.Text
	switch {
	case m.file.state == "denied":
		say, next = m.missing(n)
		say = g.Denied + " " + say
		tok = ui.Warn
	case m.file.state == "secret":
		say = g.Secret + " " + say
		tok = ui.Secret
	case m.slow(n):
		say, next = texts.Say("files.state.reading"), ""
	case m.file.state == "failed":
		tok = ui.Warn
		if mean, ok := n.SW.Meaning(); ok {
			say += " " + mean.Text + "."
		}
	}
	para := ui.Paragraph(tok, say, tw)
	if m.file.state == "denied" && n.SW != 0 && para[len(para)-1].Width()+6 <= tw {
		para[len(para)-1] = para[len(para)-1].Add(ui.Muted, "  "+n.SW.String())
	}
	out = append(out, para...)
	if next != "" {
		out = append(out, ui.Paragraph(ui.Muted, next, tw)...)
	}
	if m.asked.wrong != "" && m.asked.path == n.Path {
		out = append(out, ui.Paragraph(ui.Warn, m.asked.wrong, tw)...)
	}
	for _, s := range m.file.oddly {
		out = append(out, ui.Paragraph(ui.Warn, g.Warn+" "+s, tw)...)
	}
	if a := append(m.accessLines(tw, 2), m.belongLines(tw)...); len(a) > 0 {
		out = append(append(out, nil), a...)
	}
	return block(th, out, w, h)
}

// slow reports whether the file is being read for so long that it is told.
func (m *Model) slow(n fs.Node) bool {
	return m.asked.id != 0 && m.asked.path == n.Path && m.env.Now().Sub(m.asked.since) > tellAfter
}

// dirBody is what a directory holds.
func (m *Model) dirBody(th *ui.Theme, w, h int) string {
	tw := textWidth(w)
	n := m.file.node
	out := append(m.aboutLines(tw, max(h/4, 1)), nil)
	if !n.State.Exists() {
		say := "files.dir." + n.State.String()
		out = append(out, ui.Paragraph(ui.Text, texts.Say(say, "sw", n.SW.String()), tw)...)
		return block(th, out, w, h)
	}
	pair := func(id, value string) {
		if value != "" {
			label := texts.Say(id)
			out = append(out, ui.L(ui.S(ui.Muted, label)).Gap(max(14-ui.Width(label), 1)).Add(ui.Text, value))
		}
	}
	if n.Path.IsRoot() && n.Path.App != "" {
		pair("files.dir.aid", n.Path.App.String())
	}
	counts, off := m.counts(n.Path)
	pair("files.dir.holds", counts)
	pair("files.dir.off", off)
	pair("files.dir.scan", m.scanMark(n.Path))
	if !n.Scanned && !m.reading() {
		out = append(out, nil, ui.Tok(ui.Muted, texts.Say("files.dir.unscanned")))
	}
	for _, s := range m.file.oddly {
		out = append(out, ui.Paragraph(ui.Warn, th.Glyphs.Warn+" "+s, tw)...)
	}
	if a := m.accessLines(tw, 2); a != nil {
		out = append(append(out, nil), a...)
	}
	return block(th, out, w, h)
}

// counts tells in words how many files there are below a directory and how
// many of them could be read.
func (m *Model) counts(dir card.Path) (holds, off string) {
	var files, read, denied, secret, offs int
	for _, n := range m.env.Card.Files.Tree().All() {
		if n.Path == dir || !n.Path.Within(dir) || n.Dir {
			continue
		}
		switch {
		case n.State == fs.ServiceOff:
			offs++
		case !n.State.Exists():
			continue
		case card.SecretFile(n.Path):
			secret++
		case n.State == fs.Read:
			read++
		case n.State == fs.Denied:
			denied++
		}
		if n.State.Exists() {
			files++
		}
	}
	var parts []string
	for _, p := range []struct {
		id string
		n  int
	}{{"read", read}, {"denied", denied}, {"secret", secret}} {
		if p.n > 0 {
			parts = append(parts, texts.Say("files.count."+p.id, "n", p.n))
		}
	}
	holds = texts.Say("files.count", "n", files)
	if len(parts) > 0 {
		holds += ": " + strings.Join(parts, ", ")
	}
	if offs > 0 {
		off = texts.Say("files.count.off", "n", offs)
	}
	return holds, off
}
