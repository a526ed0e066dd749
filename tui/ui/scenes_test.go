package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

const chinese = "星辰移动"

func drawPane(th *Theme, w, h int) string {
	p := Pane{
		Title: L(S(Muted, "ADF.USIM / "), S(Text, "EF.IMSI")), Note: "6F07 · transparent · 9 bytes",
		Foot: "1/9", Focus: true, Pad: 1,
	}
	return p.View(th, w, h, "IMSI      999 99 0123456789\noperator  "+chinese+" 😀 and a long tail that is cut")
}

func header(th *Theme, w int) string {
	return Header(th, []Part{
		{Line: Tok(Title, "simscope"), Rank: 9},
		{Line: L(S(Muted, "Virtual PCD 00 00 › "), S(Text, "USIM")), Rank: 5},
		{Line: T("8999…9013"), Rank: 6},
		{Line: T(chinese), Rank: 1},
		{Line: L(S(Text, "PIN1 on "), S(Good, th.Glyphs.Good), S(Text, " 3 left")), Rank: 7},
		{Line: Tok(Good, "READ-ONLY"), Rank: 8, Right: true},
	}, w)
}

var demoTabs = []Tab{
	{"1", "Overview"},
	{"2", "Files"},
	{"3", "PINs"},
	{"4", "Log"},
	{"5", "Auth"},
	{"6", "eSIM"},
	{"7", "Audit"},
	{"8", "Cards"},
}

func tabs(th *Theme, w int) string {
	return Tabs(th, demoTabs, 1, L(S(Accent, "?"), S(Muted, " help")), w)
}

func hints(th *Theme, w int) string {
	return HintLine(th, Hints(Bind("enter", "open"), Binding{Keys: []string{"e"}, Does: "edit", Why: "READ-ONLY"},
		Bind("/", "find"), Bind(":", "command"), Bind("L", "log"), Bind("w", "arm"), Bind("q", "quit")),
		Progress(&th.Glyphs, "reading", 71, 100), w)
}

func drawFrame(th *Theme, w, h int) string {
	return FitBlock(Above(header(th, w), tabs(th, w), Rule(th, "Log", "following · 128 rows · 0 dropped", false, w),
		hints(th, w)), w, h)
}

func demoList() *List {
	var rows Rows
	for i := range 40 {
		rows = append(rows, struct {
			ID string
			Row
		}{fmt.Sprint(i), Row{Left: T(fmt.Sprintf("contact %d %s 😀", i, chinese)), Right: Tok(Muted, "+44 7700 900123")}})
	}
	l := NewList(rows)
	l.Focus = true
	l.Select("12")
	return &l
}

func drawList(th *Theme, w, h int) string { return demoList().View(th, w, h) }

func demoTree(g *Glyphs) *Tree {
	leaf := func(key, name, sign string, tok Token) *Node {
		return &Node{Key: key, Name: T(name), Sign: sign, SignTok: tok, Note: key[len(key)-4:]}
	}
	usim := &Node{Key: "7FFF", Name: T("ADF.USIM"), Note: "7FFF", Branch: true, Children: []*Node{
		leaf("7FFF/6F07", "EF.IMSI", g.Good, Good), leaf("7FFF/6F08", "EF.Keys", g.Secret, Secret),
		leaf("7FFF/6F7E", "EF.LOCI", g.Good, Good), leaf("7FFF/6F05", "EF.LI", g.Denied, Warn),
		leaf("7FFF/6F46", "EF.SPN "+chinese+chinese+chinese, g.None, Muted),
	}}
	mf := &Node{Key: "3F00", Name: T("MF"), Note: "3F00", Branch: true, Children: []*Node{
		leaf("3F00/2FE2", "EF.ICCID", g.Good, Good), leaf("3F00/2F00", "EF.DIR", g.Good, Good),
		{Key: "7F10", Name: T("DF.TELECOM"), Note: "7F10", Branch: true},
	}}
	t := &Tree{}
	t.SetRoots([]*Node{mf, usim})
	t.Open("3F00", true)
	t.Open("7FFF", true)
	t.Focus = true
	t.Select("7FFF/6F07")
	return t
}

func drawTree(th *Theme, w, h int) string { return demoTree(&th.Glyphs).View(th, w, h) }

func demoTable() *Table {
	t := NewTable(Column{Title: "#", Right: true, Min: 3}, Column{Title: "Name", Min: 8},
		Column{Title: "Number", Min: 10, Middle: true}, Column{Title: "Group", Drop: 2, Min: 6}, Column{Title: "Ext", Drop: 1, Min: 3})
	var rows []TableRow
	for i, n := range []string{"Ada Example", "李华", "Grüße 😀", "王小明 (work)", "", "Zoë", "Night desk with a name that is long"} {
		rows = append(rows, TableRow{fmt.Sprint(i), []Line{
			Tok(Muted, fmt.Sprint(i+1)), T(n), T(fmt.Sprintf("+44 7700 9001%02d", i)), Tok(Muted, "family"), Tok(Muted, "-"),
		}})
	}
	t.SetRows(rows)
	t.Focus = true
	t.Select("1")
	return t
}

func drawTable(th *Theme, w, h int) string { return demoTable().View(th, w, h) }

func demoHex() *HexView {
	v := &HexView{
		Data:   []byte("\x08\x99\x99\x99\x10\x32\x54\x76\x98 plain text\x00\xff and a secret key here"),
		Marked: []Range{{1, 4}}, Hidden: []Range{{24, 32}}, Focus: true,
	}
	v.SetCursor(6)
	return v
}

func drawHex(th *Theme, w, h int) string { return demoHex().View(th, w, h) }

func drawInput(th *Theme, w, h int) string {
	in := Input{Prompt: "/", Hint: "filter", Focus: true}
	empty := in.View(th, w)
	in.SetValue("name = " + chinese)
	in.Key("left")
	pin := PINInput{Focus: true}
	pin.Update(press("1"))
	key := PINInput{Mode: KeyHex, Focus: true}
	for _, r := range "89ABcdef01234567" {
		key.Update(press(string(r)))
	}
	return FitBlock(Above(empty, in.View(th, w), pin.View(th, w), key.View(th, w)), w, h)
}

type stepDialogModel struct{ StepDialog }

// Update implements Dialog.
func (s *stepDialogModel) Update(tea.Msg) (bool, tea.Cmd) { return false, nil }

func stepDialog() *stepDialogModel {
	pin := PINInput{Focus: true}
	for range 4 {
		pin.Update(press("7"))
	}
	return &stepDialogModel{StepDialog{
		Title: "Change PIN1 of 8999…9013", Steps: []string{"what", "current", "new", "again", "check", "result"}, Current: 2,
		Standing: L(S(Text, "PIN1  "), S(Good, "3 tries left")),
		Hints:    []Hint{{Key: "enter", Does: "next"}, {Key: "backspace", Does: "delete"}, {Key: "esc", Does: "leave"}},
		Body: func(th *Theme, w int) []Line {
			out := Paragraph(Title, "Choose the new PIN.", w)
			out = append(out, Paragraph(Muted, "4 to 8 digits. A phone asks for it when it is switched on.", w)...)
			return append(out, nil, pin.Line(&th.Glyphs))
		},
	}}
}

func drawSteps(th *Theme, w, h int) string {
	var d Dialogs
	d.Push(stepDialog())
	return d.View(th, backdrop(w, h), w, h)
}

// backdrop is wide characters all over, so that a box cuts some in half.
func backdrop(w, h int) string {
	return FitBlock(strings.Repeat(strings.Repeat("a"+chinese, w/9+1)+"\n"+strings.Repeat(chinese, w/8+1)+"\n", h/2+1), w, h)
}

func drawConfirm(th *Theme, w, h int) string {
	var d Dialogs
	d.Push(&Confirm{
		ID: "off", Title: "Turn PIN1 off", Text: "Anyone who holds this card can then use it in a phone and receive your codes.",
		Action: "Turn PIN1 off", Danger: true,
	})
	return d.View(th, backdrop(w, h), w, h)
}

func drawConfirmWord(th *Theme, w, h int) string {
	var d Dialogs
	c := &Confirm{
		ID: "last", Title: "The last try for PIN1", Word: "LAST", Danger: true, Action: "Try",
		Text: "A wrong PIN1 blocks it. Then only the PUK opens the card; it stands on the carrier the card came in.",
	}
	c.Update(press("L"))
	c.Update(press("A"))
	d.Push(c)
	return d.View(th, backdrop(w, h), w, h)
}

func drawNotice(th *Theme, w, h int) string {
	var d Dialogs
	d.Push(&Notice{Title: "The card was taken out", Text: "Put it back to go on.\nNothing was sent after EF.IMSI; nothing was changed."})
	return d.View(th, backdrop(w, h), w, h)
}

func demoItems() []PaletteItem {
	return []PaletteItem{
		{ID: "open", Name: "open", About: "read the file", Key: "enter", Group: "Files"},
		{ID: "edit", Name: "edit", About: "change the value", Key: "e", Group: "Files", Why: "the card is READ-ONLY; press w to arm"},
		{ID: "select", Name: "select", About: "go to a path", Group: "Files", Args: true},
		{ID: "export", Name: "export", About: "write the file's bytes or value", Key: "x", Group: "Files"},
		{ID: "verify", Name: "verify PIN1", About: "show that you know it", Key: "enter", Group: "PINs"},
		{ID: "change", Name: "change PIN1", About: "of 8999…9013", Key: "c", Group: "PINs"},
		{ID: "unblock", Name: "unblock PIN1", About: "with its PUK", Key: "u", Group: "PINs", Why: "PIN1 is not blocked"},
		{ID: "log", Name: "log", About: "show, enlarge or hide the log", Key: "L", Group: "Everywhere"},
		{ID: "quit", Name: "quit", Key: "q", Group: "Everywhere"},
		{ID: "chinese", Name: "星辰", About: "移动", Key: "ctrl+s", Group: "Everywhere"},
	}
}

func drawPalette(th *Theme, w, h int) string {
	var d Dialogs
	p := NewPalette(demoItems())
	p.Update(press("e"))
	d.Push(p)
	return d.View(th, backdrop(w, h), w, h)
}

func drawHelp(th *Theme, w, h int) string {
	var d Dialogs
	d.Push(NewHelp(demoItems()))
	return d.View(th, backdrop(w, h), w, h)
}

func drawToast(th *Theme, w, h int) string {
	var t Toast
	t.Show(Good, "6F07 of "+chinese+" sent to terminal (OSC 52)")
	return FitBlock(t.Over(th, hints(th, w), w), w, h)
}

func drawProgress(th *Theme, w, h int) string {
	return FitBlock(Progress(&th.Glyphs, "reading", 71, 100).Render(th, w), w, h)
}

func drawEmpty(th *Theme, w, h int) string {
	return Empty(th, "There is no card in the reader. Put one in, or look at a demonstration card.",
		Hints(Bind("d", "demonstration"), Bind("r", "readers")), w, h)
}

func drawSmall(th *Theme, w, h int) string { return TooSmall(th, 60, 15, w, h) }

// drawScreen is the Files screen of the drawings, composed of the parts.
func drawScreen(th *Theme, w, h int) string {
	const logRows = 2
	bodyH := max(h-4-logRows, 0)
	treeW := min(36, w/2)
	tree := Pane{Title: T("Files"), Foot: "6/10", Focus: true}
	iw, ih := tree.Inner(treeW, bodyH)
	left := tree.View(th, treeW, bodyH, drawTree(th, iw, ih))
	file := Pane{Title: L(S(Muted, "ADF.USIM / "), S(Text, "EF.IMSI")), Note: "6F07 · SFI 07 · transparent · 9 bytes", Pad: 1}
	iw, ih = file.Inner(w-treeW, bodyH)
	lines := Paragraph(Text, "The identity of the subscriber, sent to networks until they give a temporary one.", iw)
	lines = append(lines, nil,
		L(S(Muted, "IMSI      "), S(Text, "999 99 0123456789")),
		L(S(Muted, "network   "), S(Text, "999 99"), S(Muted, "   private or test network "+chinese)), nil,
		Spread(&th.Glyphs, L(S(Muted, "read "), S(Good, "PIN1 "+th.Glyphs.Good), S(Muted, " · update ADM1 (not verified)")),
			Tok(Muted, "EF.ARR 2"), iw, 8), nil)
	hex := demoHex()
	hex.Data, hex.Hidden, hex.Focus = hex.Data[:9], nil, false
	body := Above(RenderLines(th, lines, iw, min(len(lines), ih)), hex.View(th, iw, max(ih-len(lines), 0)))
	right := file.View(th, w-treeW, bodyH, body)
	log := RenderLines(th, []Line{
		L(S(Muted, " 12:03:11.120  "), S(Text, "SELECT ADF.USIM/EF.IMSI   "), S(Muted, "00 A4 08 04 04 7F FF 6F 07   "),
			S(Good, th.Glyphs.Good), S(Text, " done "), S(Muted, "9000")),
		L(S(Muted, " 12:03:11.131  "), S(Text, "VERIFY PIN1               "), S(Muted, "00 20 00 01 08 "), S(Secret, "•••• PIN      "),
			S(Good, th.Glyphs.Good), S(Text, " done "), S(Muted, "9000")),
	}, w, logRows)
	return FitBlock(Above(header(th, w), tabs(th, w), Beside(left, right),
		Rule(th, "Log", "following · 128 rows · 0 dropped", false, w), log, hints(th, w)), w, h)
}
