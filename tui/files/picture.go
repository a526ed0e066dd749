package files

import (
	"strconv"

	"simscope/fs"
	"simscope/fs/ef"
	"simscope/texts"
	"simscope/tui/ui"
)

// leastPicture is the fewest lines in which a picture is drawn.
const leastPicture = 4

// pictures are those of the open part: of EF.IMG of the record that is open
// or selected.
func (m *Model) pictures() []fs.Picture {
	if m.file.state != "" {
		return nil
	}
	record := 0
	if m.file.records {
		record = m.file.open + 1
		if m.file.open < 0 && m.table != nil {
			if row, ok := m.table.SelectedRow(); ok {
				record = keyRecord(row.Key)
			}
		}
	}
	return m.env.Card.Files.Pictures(m.file.node.Path, record)
}

// pictureBlock draws pictures, one below the other, in at most h lines; empty
// where there is nothing to draw or too little room for it.
func (m *Model) pictureBlock(th *ui.Theme, w, h int) []string {
	var out []string
	for _, p := range m.pictures() {
		if h-len(out) < leastPicture {
			break
		}
		out = append(out, ui.Fit("", w))
		title := ui.Tok(ui.Muted, p.Title)
		switch rows := h - len(out) - 1; {
		case p.Why != "":
			title = title.Add(ui.Muted, "  "+p.Why)
		case p.Image.Width > w-2 || p.Image.Height > 2*rows:
			title = title.Add(ui.Muted, "  "+texts.Say("files.picture.smaller"))
		}
		out = append(out, append(ui.Line{}.Gap(1), title...).Render(th, w))
		if p.Why != "" {
			continue
		}
		for _, row := range drawn(th, p.Image, w-2, h-len(out)) {
			out = append(out, ui.Fit(" "+row, w))
		}
	}
	return out
}

// drawn is a picture in half blocks; in plain characters where the theme has
// no colours for one that needs them, or keeps to ASCII.
func drawn(th *ui.Theme, m ef.Image, w, h int) []string {
	if th.ASCII() || th.Mono && !m.Mono {
		return m.ASCII(w, h)
	}
	var out []string
	for _, cells := range m.HalfBlocks(w, h) {
		row := make([]ui.Block, len(cells))
		for i, c := range cells {
			row[i] = pictureCell(c, m.Mono)
		}
		out = append(out, th.Blocks(row))
	}
	return out
}

// pictureCell is one cell. A picture without colours takes the terminal's two: its
// dark points are drawn, the others left.
func pictureCell(c ef.Cell, mono bool) ui.Block {
	if mono {
		return ui.Block{Rune: c.Mono()}
	}
	b := ui.Block{Rune: c.Rune}
	if ink, ok := c.Ink(); ok {
		b.Ink = ink
	}
	if paper, ok := c.Paper(); ok {
		b.Paper = paper
	}
	return b
}

// keyRecord is the record of a row of the table.
func keyRecord(key string) int {
	i, err := strconv.Atoi(key)
	if err != nil {
		return 0
	}
	return i + 1
}
