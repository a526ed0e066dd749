package files

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"simscope/fs"
	"simscope/fs/ef"
	"simscope/fs/plmn"
	"simscope/texts"
	"simscope/tui/change"
	"simscope/tui/kit"
	"simscope/tui/ui"
)

// listsNetworks reports whether the selected file is a list of networks.
func (m *Model) listsNetworks() bool {
	p := m.file.part()
	if p == nil {
		return false
	}
	_, ok := p.Value.(ef.NetworkList)
	return ok
}

// changeNetworks opens the editor of the list, with the key's change made
// already.
func (m *Model) changeNetworks(what string) tea.Cmd {
	if m.noEdit() != "" {
		return nil
	}
	list, ok := m.env.Card.Files.NetworkList(m.file.node.Path)
	if !ok {
		return nil
	}
	e := newNetworks(m.env, list, m.networkAt())
	e.do(what)
	return kit.Push(e)
}

// networkAt is the position in the list of the network under the cursor, from
// 0 on.
func (m *Model) networkAt() int {
	p := m.file.part()
	i, ok := m.values.Selected()
	if p == nil || !ok || m.focus == onTree || i >= len(m.laid.rows) {
		return 0
	}
	at, entries := m.laid.rows[i].marks.From, 0
	for _, f := range p.Fields {
		if f.ID == "plmn" && f.Offset < at {
			entries++
		}
	}
	return entries
}

// networks changes a list of networks: nothing is sent by it, what comes out
// becomes one plan, which has its own dialog.
type networks struct {
	env    *kit.Env
	number int // of the card
	was    []ef.Network
	list   fs.Preferred
	at     int
	form   *networkForm // open on top, for a network that is added

	refused string
	warned  bool // Esc was pressed once although something was changed
	ended   bool
}

func newNetworks(env *kit.Env, list fs.Preferred, at int) *networks {
	return &networks{
		env: env, number: env.Number, was: slices.Clone(list.Networks), list: list,
		at: min(at, max(len(list.Networks)-1, 0)),
	}
}

// do makes one change of the list.
func (e *networks) do(what string) {
	e.refused, e.warned = "", false
	switch what {
	case "add":
		if len(e.list.Networks) >= e.list.Limit {
			_, err := e.list.Add(ef.Network{}, 0)
			e.refuse(err)
			return
		}
		e.form = newNetworkForm(e.list.WithAct)
	case "remove":
		if len(e.list.Networks) > 0 && e.take(e.list.Remove(e.at+1)) {
			e.at = min(e.at, max(len(e.list.Networks)-1, 0))
		}
	case "up", "down":
		to := e.at - 1
		if what == "down" {
			to = e.at + 1
		}
		if to >= 0 && to < len(e.list.Networks) && e.take(e.list.Move(e.at+1, to+1)) {
			e.at = to
		}
	}
}

// take makes a changed list the one that is shown.
func (e *networks) take(list []ef.Network, err error) bool {
	if err != nil {
		e.refuse(err)
		return false
	}
	e.list.Networks = list
	return true
}

func (e *networks) refuse(err error) {
	if err != nil {
		e.refused = err.Error()
	}
}

// add puts a network behind the one under the cursor; one that is listed
// already moves there.
func (e *networks) add(n ef.Network) {
	at := e.at + 2
	if i := e.list.Find(n.MCC, n.MNC); i > 0 && i < at {
		at--
	}
	at = min(at, len(e.list.Networks)+1)
	if i := e.list.Find(n.MCC, n.MNC); i > 0 {
		at = min(at, len(e.list.Networks))
	}
	if e.take(e.list.Add(n, at)) {
		e.at = at - 1
	}
}

func (e *networks) changed() bool {
	return !slices.EqualFunc(e.was, e.list.Networks, func(a, b ef.Network) bool {
		return a.PLMN() == b.PLMN() && slices.Equal(a.Act, b.Act)
	})
}

func (e *networks) gone() bool {
	e.ended = e.ended || e.env.Card == nil || e.env.Number != e.number
	return e.ended
}

// Escape implements ui.Escaper: it closes the form, then the list; a changed
// list is dropped at the second Esc.
func (e *networks) Escape() (leave bool, cmd tea.Cmd) {
	switch {
	case e.form != nil && !e.ended:
		e.form = nil
	case !e.changed() || e.warned || e.ended:
		return true, nil
	default:
		e.warned = true
	}
	return false, nil
}

// Update implements ui.Dialog.
func (e *networks) Update(msg tea.Msg) (done bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		if e.form != nil {
			e.form.paste(msg)
		}
	case tea.KeyPressMsg:
		return e.key(msg)
	default:
		e.gone()
	}
	return false, nil
}

func (e *networks) key(msg tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	k := msg.Keystroke()
	switch {
	case k == "ctrl+c":
		return true, kit.Do("quit")
	case e.gone():
		return k == "enter", nil
	case e.form != nil:
		if n, ok := e.form.key(msg); ok {
			e.form = nil
			e.add(n)
		}
		return false, nil
	}
	switch msg.String() {
	case "up", "k":
		e.at = max(e.at-1, 0)
	case "down", "j":
		e.at = min(e.at+1, max(len(e.list.Networks)-1, 0))
	case "home", "g":
		e.at = 0
	case "end", "G":
		e.at = max(len(e.list.Networks)-1, 0)
	case "+":
		e.do("add")
	case "-", "delete":
		e.do("remove")
	case "<", "K", "shift+up":
		e.do("up")
	case ">", "J", "shift+down":
		e.do("down")
	case "enter", "ctrl+s":
		return e.accept()
	}
	return false, nil
}

// accept makes the plan and hands it to its dialog.
func (e *networks) accept() (done bool, cmd tea.Cmd) {
	if !e.changed() {
		return false, kit.Toast(ui.Text, texts.Say("edit.same"))
	}
	plan, err := e.env.Card.Files.PlanNetworks(e.list, e.list.Networks)
	switch {
	case err != nil:
		e.refuse(err)
		return false, nil
	case len(plan.Steps) == 0:
		return false, kit.Toast(ui.Text, texts.Say("edit.same"))
	}
	return true, kit.Push(change.New(e.env, plan))
}

// String keeps what is edited out of prints.
func (e *networks) String() string { return "networks" }

// Size implements ui.Dialog.
func (e *networks) Size(w, h int) (dw, dh int) {
	return min(90, w), min(max(len(e.list.Networks)+8, 18), h, 30)
}

// View implements ui.Dialog.
func (e *networks) View(th *ui.Theme, w, h int) string {
	title := texts.Say("networks.title", "file", e.env.Name(e.list.Path))
	if e.form != nil {
		title = texts.Say("networks.add.title", "file", e.env.Name(e.list.Path))
	}
	p := ui.Pane{Title: ui.Tok(ui.Title, title), Focus: true, Pad: 1}
	iw, ih := p.Inner(w, h)
	if iw <= 0 || ih <= 0 {
		return ui.FitBlock("", w, h)
	}
	if e.ended {
		return p.View(th, w, h, ui.RenderLines(th, ui.Paragraph(ui.Bad, texts.Say("change.ended"), iw), iw, ih))
	}
	var body, foot []ui.Line
	if e.form != nil {
		foot = ui.Paragraph(ui.Muted, texts.Say("networks.add.help"), iw)
		foot = append(foot, e.form.hints())
	} else {
		foot = append(ui.Paragraph(e.statusTok(), e.status(), iw), e.hints())
	}
	foot = foot[max(len(foot)-max(ih-2, 1), 0):]
	room := max(ih-len(foot), 0)
	if e.form != nil {
		body = e.form.lines(th, iw, room)
	} else {
		body = e.lines(th, iw, room)
	}
	return p.View(th, w, h, ui.Above(ui.RenderLines(th, body, iw, room), ui.RenderLines(th, foot, iw, len(foot))))
}

// lines are the networks, best first, those around the cursor.
func (e *networks) lines(th *ui.Theme, w, h int) []ui.Line {
	if len(e.list.Networks) == 0 {
		return ui.Paragraph(ui.Muted, texts.Say("networks.none"), w)
	}
	cols := []ui.Column{{Min: 1}, {Min: 2, Right: true}, {Min: 6}, {Min: 8}, {Min: 6, Drop: 1}}
	var rows [][]ui.Line
	natural := make([]int, len(cols))
	for i, n := range e.list.Networks {
		tok, mark := ui.Text, " "
		if i == e.at {
			mark = th.Glyphs.Cursor
		}
		if !slices.ContainsFunc(e.was, func(o ef.Network) bool { return o.PLMN() == n.PLMN() }) {
			tok = ui.Accent
		}
		row := []ui.Line{
			ui.Tok(ui.Accent, mark), ui.Tok(ui.Muted, strconv.Itoa(i+1)), ui.Tok(tok, n.PLMN().String()),
			ui.Tok(tok, n.PLMN().Describe()), ui.Tok(ui.Muted, radioWords(n.Act)),
		}
		for c := range row {
			natural[c] = max(natural[c], row[c].Width())
		}
		rows = append(rows, row)
	}
	widths := ui.Widths(cols, natural, w)
	from := min(max(e.at-h/2, 0), max(len(rows)-h, 0))
	var out []ui.Line
	for _, row := range rows[from:min(from+h, len(rows))] {
		out = append(out, ui.ColumnsLine(&th.Glyphs, cols, widths, row))
	}
	return out
}

// radioWords names access technologies as people say them, those that phones
// have today first.
func radioWords(names []string) string {
	var out []string
	for _, r := range fs.Radios {
		if slices.Contains(names, r.Name) {
			out = append(out, texts.Say("networks.radio."+r.Short))
		}
	}
	for _, name := range names {
		if !slices.Contains(fs.EveryRadio(), name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

func (e *networks) statusTok() ui.Token {
	switch {
	case e.warned || e.refused != "":
		return ui.Warn
	case e.changed():
		return ui.Text
	}
	return ui.Muted
}

func (e *networks) status() string {
	switch {
	case e.warned:
		return texts.Say("networks.esc_again")
	case e.refused != "":
		return e.refused
	}
	return texts.Say("networks.room", "n", len(e.list.Networks), "limit", e.list.Limit)
}

func (e *networks) hints() ui.Line {
	return hints("+", "networks.hint.add", "-", "networks.hint.remove", "< >", "networks.hint.move",
		"enter", "edit.hint.accept", "esc", "change.hint.leave")
}

// hints are keys, each with the identifier of what it does.
func hints(pairs ...string) ui.Line {
	var l ui.Line
	for i := 0; i+1 < len(pairs); i += 2 {
		l = l.Add(ui.Accent, pairs[i]).Add(ui.Muted, " "+texts.Say(pairs[i+1])+"  ")
	}
	return l
}

// networkForm is where a network is looked for by its code or name, with the
// radios it is wanted for.
type networkForm struct {
	input  ui.Input
	hits   []plmn.PLMN
	at     int
	radios []bool // of fs.Radios; nil where the list names none
	radio  int    // under the cursor
	choose bool   // the radios have the keys
}

// mostHits bounds the networks that are offered.
const mostHits = 50

func newNetworkForm(withAct bool) *networkForm {
	f := &networkForm{input: ui.Input{Limit: 60, Focus: true, Prompt: texts.Say("networks.add.network") + "  ", Hint: texts.Say("networks.add.hint")}}
	if withAct {
		f.radios = make([]bool, len(fs.Radios))
		for i := range f.radios {
			f.radios[i] = true
		}
	}
	return f
}

func (f *networkForm) paste(msg tea.PasteMsg) {
	if !f.choose && f.input.Update(msg) {
		f.search()
	}
}

func (f *networkForm) search() { f.hits, f.at = plmn.Search(f.input.Value(), mostHits), 0 }

// key edits the form; ok says that the network was chosen.
func (f *networkForm) key(msg tea.KeyPressMsg) (n ef.Network, ok bool) {
	switch k := msg.Keystroke(); {
	case k == "enter":
		return f.network()
	case (k == "tab" || k == "shift+tab") && f.radios != nil:
		f.choose = !f.choose
		f.input.Focus = !f.choose
	case k == "up":
		f.at = max(f.at-1, 0)
	case k == "down":
		f.at = min(f.at+1, max(len(f.hits)-1, 0))
	case f.choose && (k == "left" || k == "h"):
		f.radio = max(f.radio-1, 0)
	case f.choose && (k == "right" || k == "l"):
		f.radio = min(f.radio+1, len(f.radios)-1)
	case f.choose && k == "space":
		f.radios[f.radio] = !f.radios[f.radio]
	case !f.choose:
		before := f.input.Value()
		if f.input.Update(msg) && f.input.Value() != before {
			f.search()
		}
	}
	return n, false
}

// network is what the form says; ok is false where no network is chosen, or
// no radio.
func (f *networkForm) network() (n ef.Network, ok bool) {
	if f.at >= len(f.hits) {
		return n, false
	}
	n = ef.Network{MCC: f.hits[f.at].MCC, MNC: f.hits[f.at].MNC}
	for i, on := range f.radios {
		if on {
			n.Act = append(n.Act, fs.Radios[i].Name)
		}
	}
	return n, f.radios == nil || len(n.Act) > 0
}

// lines are the form: what is typed, the radios, the networks that fit.
func (f *networkForm) lines(th *ui.Theme, w, h int) []ui.Line {
	g := &th.Glyphs
	out := []ui.Line{f.input.Line(g, w)}
	if f.radios != nil {
		out = append(out, f.radioLine(g))
	}
	out = append(out, nil)
	switch {
	case len(f.hits) == 0 && strings.TrimSpace(f.input.Value()) != "":
		return append(out, ui.Paragraph(ui.Muted, texts.Say("networks.add.nothing"), w)...)
	case f.radios != nil && !slices.Contains(f.radios, true):
		return append(out, ui.Paragraph(ui.Warn, texts.Say("networks.add.no_radio"), w)...)
	}
	room := max(h-len(out), 1)
	from := min(max(f.at-room/2, 0), max(len(f.hits)-room, 0))
	for i, p := range f.hits[from:min(from+room, len(f.hits))] {
		tok, mark := ui.Muted, "  "
		if from+i == f.at {
			tok, mark = ui.Text, g.Cursor+" "
		}
		name := p.Describe()
		if name == "" {
			name = texts.Say("networks.add.unknown")
		}
		out = append(out, ui.L(ui.S(ui.Accent, mark), ui.S(tok, g.Pad(p.String(), 9)), ui.S(tok, name)))
	}
	return out
}

func (f *networkForm) radioLine(g *ui.Glyphs) ui.Line {
	l := ui.Tok(ui.Muted, texts.Say("networks.add.radios")+"  ")
	for i, r := range fs.Radios {
		tok, mark, here := ui.Muted, "[ ] ", " "
		if f.radios[i] {
			tok, mark = ui.Text, "["+g.Good+"] "
		}
		if f.choose && i == f.radio {
			tok, here = ui.Accent, g.Cursor
		}
		l = l.Add(ui.Accent, here).Add(tok, mark+texts.Say("networks.radio."+r.Short)+" ")
	}
	return l
}

func (f *networkForm) hints() ui.Line {
	pairs := []string{"enter", "networks.hint.take"}
	switch {
	case f.choose:
		pairs = append(pairs, "space", "networks.hint.toggle", "tab", "networks.hint.back")
	case f.radios != nil:
		pairs = append(pairs, "tab", "networks.hint.radios")
	}
	return hints(append(pairs, "esc", "networks.hint.list")...)
}
