// Package compare is the dialog that sets two subscriptions of a card beside
// each other, file by file, the differences first. It sends nothing: what was
// not read is not compared, and says so.
package compare

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"simscope/card"
	"simscope/fs"
	"simscope/texts"
	"simscope/tui/app"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// Dialog is the list.
type Dialog struct {
	env         *kit.Env
	number      int
	left, right card.Path
	rows        []fs.Difference
	counts      map[fs.Same]int
	table       *ui.Table
}

// order is how files are listed: those that differ, those that stand on one
// side, those that were not compared. Files that are the same are counted.
var order = []fs.Same{fs.Differs, fs.OnlyLeft, fs.OnlyRight, fs.NotCompared}

// New compares two directories of the open card.
func New(env *kit.Env, left, right card.Path) *Dialog {
	d := &Dialog{env: env, number: env.Number, left: left, right: right}
	d.table = ui.NewTable(
		ui.Column{Title: texts.Say("compare.column.file"), Min: 14},
		ui.Column{Title: texts.Say("compare.column.how"), Min: 9},
		ui.Column{Title: env.Name(left), Min: 10},
		ui.Column{Title: env.Name(right), Min: 10},
	)
	d.table.Focus = true
	d.refresh()
	return d
}

func (d *Dialog) refresh() {
	d.rows, d.counts = nil, map[fs.Same]int{}
	all := d.env.Card.Files.Compare(d.left, d.right)
	for _, x := range all {
		d.counts[x.Result]++
	}
	var rows []ui.TableRow
	for _, how := range order {
		for _, x := range all {
			if x.Result == how {
				d.rows = append(d.rows, x)
				rows = append(rows, row(len(d.rows)-1, x))
			}
		}
	}
	d.table.SetRows(rows)
}

func row(i int, x fs.Difference) ui.TableRow {
	tok := ui.Text
	if x.Result == fs.NotCompared {
		tok = ui.Muted
	}
	return ui.TableRow{Key: strconv.Itoa(i), Cells: []ui.Line{
		ui.Tok(tok, x.Name), ui.Tok(ui.Muted, texts.Say("compare."+x.Result.String())), ui.Tok(tok, x.Left), ui.Tok(tok, x.Right),
	}}
}

// Update implements ui.Dialog.
func (d *Dialog) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	if d.number != d.env.Number || d.env.Card == nil {
		return true, nil // about a card that is gone
	}
	switch msg := msg.(type) {
	case app.AnswerEvent:
		d.refresh() // more may have been read
	case tea.KeyPressMsg:
		if i, ok := d.table.Selected(); ok && msg.String() == "enter" {
			x := d.rows[i]
			if x.Result == fs.OnlyRight {
				return true, kit.GoFile(x.RightPath)
			}
			return true, kit.GoFile(x.LeftPath)
		}
		d.table.Update(msg)
	case tea.MouseWheelMsg:
		d.table.Update(msg)
	}
	return false, nil
}

// Size implements ui.Dialog.
func (d *Dialog) Size(w, h int) (dw, dh int) { return min(116, w-2), min(32, h-2) }

// View implements ui.Dialog.
func (d *Dialog) View(th *ui.Theme, w, h int) string {
	p := ui.Pane{Title: ui.Tok(ui.Title, texts.Say("compare.title")), Foot: d.table.Position(), Focus: true}
	iw, ih := p.Inner(w, h)
	said := ui.Line{}.Gap(1).Add(ui.Text, texts.Say("compare.said",
		"differ", d.counts[fs.Differs], "one", d.counts[fs.OnlyLeft]+d.counts[fs.OnlyRight],
		"same", d.counts[fs.SameContent], "open", d.counts[fs.NotCompared]))
	keys := ui.L(ui.S(ui.Text, " "), ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+texts.Say("search.enter")+"   "),
		ui.S(ui.Accent, "esc"), ui.S(ui.Muted, " "+texts.Say("search.close")))
	return p.View(th, w, h, ui.Above(said.Render(th, iw), d.table.View(th, iw, max(ih-2, 0)), keys.Render(th, iw)))
}
