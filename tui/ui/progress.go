package ui

import (
	"strings"

	"simscope/texts"
)

const barCells = 7

// Progress is "reading 71 %  ▰▰▰▰▰▱▱" for done of total. A total that is not
// known (0) gives the count alone, never a made-up share.
func Progress(g *Glyphs, doing string, done, total int) Line {
	if total <= 0 {
		return Tok(Muted, texts.Say("ui.progress.count", "doing", doing, "done", max(done, 0)))
	}
	done = max(min(done, total), 0)
	share := int(int64(done) * 100 / int64(total))
	full := int((int64(done)*barCells*2 + int64(total)) / (2 * int64(total)))
	if done < total {
		full = min(full, barCells-1) // a full bar means done
	}
	l := Tok(Muted, texts.Say("ui.progress.share", "doing", doing, "share", share)+"  ")
	return append(l, Bar(g, full, barCells)...)
}

// Bar is full of cells cells filled.
func Bar(g *Glyphs, full, cells int) Line {
	cells = max(cells, 0)
	full = max(min(full, cells), 0)
	return L(S(Accent, strings.Repeat(g.BarFull, full)), S(Border, strings.Repeat(g.BarEmpty, cells-full)))
}
