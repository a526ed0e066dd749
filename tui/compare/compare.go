// Package compare is the dialog that sets two subscriptions of a card beside
// each other, file by file, the differences first. It sends nothing: what was
// not read is not compared, and says so.
package compare

import (
	"cmp"
	"slices"
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
	all         []card.Path // subscriptions to choose from
	left, right card.Path
	rows        []fs.Difference
	counts      map[fs.Same]int
	table       *ui.Table
}

// order is how files are listed: those that differ, those that stand on one
// side, those that were not compared. Files that are the same are counted.
var order = []fs.Same{fs.Differs, fs.OnlyLeft, fs.OnlyRight, fs.NotCompared}

// New compares two of the subscriptions of the open card, two or more: the one
// spoken of and the next.
func New(env *kit.Env, all []card.Path) *Dialog {
	d := &Dialog{env: env, number: env.Number, all: all, left: all[0]}
	if now, ok := env.Card.Files.Subscriber(); ok && slices.Contains(all, now) {
		d.left = now
	}
	d.right = d.left
	d.right = d.next(d.left)
	d.refresh()
	return d
}

// next is the subscription after p that stands on neither side.
func (d *Dialog) next(p card.Path) card.Path {
	i := slices.Index(d.all, p)
	for range d.all {
		i = (i + 1) % len(d.all)
		if d.all[i] != d.left && d.all[i] != d.right {
			return d.all[i]
		}
	}
	return p
}

// columns makes the table for the two that are compared.
func (d *Dialog) columns() {
	d.table = ui.NewTable(
		ui.Column{Title: texts.Say("compare.column.file"), Min: 14},
		ui.Column{Title: texts.Say("compare.column.how"), Min: 9},
		ui.Column{Title: d.env.Name(d.left), Min: 10},
		ui.Column{Title: d.env.Name(d.right), Min: 10},
	)
	d.table.Focus = true
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
	if d.table == nil {
		d.columns()
	}
	d.table.SetRows(rows)
}

func row(i int, x fs.Difference) ui.TableRow {
	tok := ui.Text
	if x.Result == fs.NotCompared {
		tok = ui.Muted
	}
	return ui.TableRow{Key: strconv.Itoa(i), Cells: []ui.Line{
		ui.Tok(tok, x.Name), ui.Tok(ui.Muted, texts.Say("compare."+x.Result.String())), ui.Tok(tok, cmp.Or(x.Left, x.LeftWhy)), ui.Tok(tok, cmp.Or(x.Right, x.RightWhy)),
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
		if k := msg.String(); len(d.all) > 2 && (k == "l" || k == "r") {
			d.choose(k == "l")
			return false, nil
		}
		d.table.Update(msg)
	case tea.MouseWheelMsg:
		d.table.Update(msg)
	}
	return false, nil
}

// choose puts the next subscription on one side.
func (d *Dialog) choose(left bool) {
	side := &d.right
	if left {
		side = &d.left
	}
	*side = d.next(*side)
	d.table = nil
	d.refresh()
}

// Size implements ui.Dialog.
func (d *Dialog) Size(w, h int) (dw, dh int) { return min(116, w-2), min(32, h-2) }

// View implements ui.Dialog.
func (d *Dialog) View(th *ui.Theme, w, h int) string {
	title := texts.Say("compare.title")
	if len(d.all) > 2 {
		title = texts.Say("compare.title.of", "n", len(d.all))
	}
	p := ui.Pane{Title: ui.Tok(ui.Title, title), Foot: d.table.Position(), Focus: true}
	iw, ih := p.Inner(w, h)
	said := ui.Line{}.Gap(1).Add(ui.Text, texts.Say("compare.said",
		"differ", d.counts[fs.Differs], "one", d.counts[fs.OnlyLeft]+d.counts[fs.OnlyRight],
		"same", d.counts[fs.SameContent], "open", d.counts[fs.NotCompared]))
	keys := ui.L(ui.S(ui.Text, " "), ui.S(ui.Accent, "enter"), ui.S(ui.Muted, " "+texts.Say("search.enter")+"   "))
	if n := len(d.all); n > 2 {
		keys = keys.Add(ui.Accent, "l").Add(ui.Muted, " "+texts.Say("compare.left")+"   ").
			Add(ui.Accent, "r").Add(ui.Muted, " "+texts.Say("compare.right")+"   ")
	}
	keys = keys.Add(ui.Accent, "esc").Add(ui.Muted, " "+texts.Say("search.close"))
	return p.View(th, w, h, ui.Above(said.Render(th, iw), d.table.View(th, iw, max(ih-2, 0)), keys.Render(th, iw)))
}
