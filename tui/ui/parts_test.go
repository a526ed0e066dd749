package ui

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// growing is a log of which rows are added at the end and dropped in front.
type growing struct{ first, n int }

func (g *growing) Len() int          { return g.n - g.first }
func (g *growing) Key(i int) string  { return fmt.Sprint(g.first + i) }
func (g *growing) Row(i, _ int) Row  { return Row{Left: T(g.Key(i) + " row")} }
func (g *growing) filter(i int) bool { return (g.first+i)%10 == 0 }

func TestThemeChoice(t *testing.T) {
	for _, c := range []struct {
		o    ThemeOptions
		want string
		mono bool
	}{
		{ThemeOptions{}, "dark", false},
		{ThemeOptions{Name: "auto", LightBackground: true}, "light", false},
		{ThemeOptions{NoColor: "yes"}, "monochrome", true},
		{ThemeOptions{NoColor: "0"}, "monochrome", true},
		{ThemeOptions{NoColor: "1", Name: "light"}, "light", false},
		{ThemeOptions{Name: "high-contrast"}, "high-contrast", false},
	} {
		th, err := NewTheme(c.o)
		if err != nil || th.Name != c.want || th.Mono != c.mono {
			t.Errorf("%+v: %v, %v", c.o, th, err)
		}
	}
	if _, err := NewTheme(ThemeOptions{Name: "pink"}); err == nil || !strings.Contains(err.Error(), "high-contrast") {
		t.Errorf("an unknown theme: %v", err)
	}
}

func TestThemeForProfile(t *testing.T) {
	th := theme(t, "dark", true)
	if got := th.ForProfile(colorprofile.ANSI256); got != th {
		t.Error("256 colours come by conversion")
	}
	for p, mono := range map[colorprofile.Profile]bool{
		colorprofile.ANSI: false, colorprofile.Ascii: true, colorprofile.NoTTY: true,
	} {
		got := th.ForProfile(p)
		if got.Mono != mono || got.Glyphs != GlyphsASCII {
			t.Errorf("%v: mono %v, glyphs %+v", p, got.Mono, got.Glyphs)
		}
		if strings.Contains(drawScreen(got, 80, 24), "38;2") {
			t.Errorf("%v has true colour", p)
		}
	}
}

// TestSelectionIsNotColourAlone: in every theme the selected row differs from
// the others by a glyph, and without colours by reversal too.
func TestSelectionIsNotColourAlone(t *testing.T) {
	for _, name := range ThemeNames {
		th := theme(t, name, true)
		view := strings.Split(demoList().View(th, 40, 5), "\n")
		if !strings.HasPrefix(ansi.Strip(view[2]), ">contact 12") {
			t.Errorf("%s: no glyph: %q", name, view[2])
		}
		if th.Mono && !strings.Contains(view[2], "\x1b[7m") {
			t.Errorf("%s: not reversed: %q", name, view[2])
		}
	}
}

func TestListIdentity(t *testing.T) {
	src := &growing{n: 100}
	l := NewList(src)
	l.Select("50")
	l.View(theme(t, "dark", false), 20, 10)
	top := l.top
	src.first = 20
	l.Sync()
	if l.SelectedKey() != "50" || l.top != top-20 {
		t.Errorf("dropping rows moved the selection to %s, window %d → %d", l.SelectedKey(), top, l.top)
	}
	l.SetFilter(src.filter)
	if l.Len() != 8 || l.SelectedKey() != "50" || l.Position() != "4/8" {
		t.Errorf("filtered: %d rows, %s, %s", l.Len(), l.SelectedKey(), l.Position())
	}
	src.n = 130
	l.Sync()
	if l.Len() != 11 || l.SelectedKey() != "50" {
		t.Errorf("grown under a filter: %d rows, %s", l.Len(), l.SelectedKey())
	}
	l.SetFilter(nil)
	if l.SelectedKey() != "50" || l.Len() != 110 {
		t.Errorf("unfiltered: %s of %d", l.SelectedKey(), l.Len())
	}
	l.SetFilter(func(int) bool { return false })
	if _, ok := l.Selected(); ok || l.Position() != "" {
		t.Error("an empty list has a selection")
	}
}

func TestListFollow(t *testing.T) {
	src := &growing{n: 10}
	l := NewList(src)
	l.Follow = true
	src.n = 20
	l.Sync()
	if l.SelectedKey() != "19" {
		t.Errorf("following is at %s", l.SelectedKey())
	}
	l.Key("up")
	src.n = 30
	l.Sync()
	if l.SelectedKey() != "18" || l.Follow {
		t.Errorf("moving up ends following; at %s", l.SelectedKey())
	}
}

// TestListDrawsOnlyWhatIsSeen: a list of a million rows makes a screenful.
func TestListDrawsOnlyWhatIsSeen(t *testing.T) {
	made := 0
	l := NewList(counting{&growing{n: 1_000_000}, &made})
	l.Key("G")
	l.View(theme(t, "dark", false), 40, 20)
	if made != 20 {
		t.Errorf("%d rows were made for 20 lines", made)
	}
}

type counting struct {
	*growing
	made *int
}

func (c counting) Row(i, w int) Row { *c.made++; return c.growing.Row(i, w) }

func TestTreeKeys(t *testing.T) {
	tr := demoTree(&GlyphsUnicode)
	do := func(key, want string, used bool) {
		t.Helper()
		if got := tr.Update(press(key)); got != used || tr.SelectedKey() != want {
			t.Errorf("%s: used %v, at %s; want %v, %s", key, got, tr.SelectedKey(), used, want)
		}
	}
	do("enter", "7FFF/6F07", false) // a leaf is the screen's to open
	do("backspace", "7FFF", true)
	do("right", "7FFF/6F07", true)
	do("h", "7FFF", true)
	do("left", "7FFF", true)
	if tr.IsOpen("7FFF") || tr.Len() != 5 {
		t.Errorf("closed: %v, %d rows", tr.IsOpen("7FFF"), tr.Len())
	}
	do("left", "7FFF", true) // a root stays
	do("enter", "7FFF", true)
	if !tr.Reveal("7FFF/6F46") || tr.SelectedKey() != "7FFF/6F46" {
		t.Error("Reveal")
	}
	tr.SetFilter(func(n *Node) bool { return strings.Contains(n.Name.Plain(), "LOCI") })
	if tr.Len() != 2 || tr.Select("3F00") {
		t.Errorf("the filter shows %d rows", tr.Len())
	}
	tr.SetFilter(nil)
	tr.Select("7FFF/6F7E")
	tr.Node().Name = T("EF.LOCI filled")
	tr.Sync()
	if tr.SelectedKey() != "7FFF/6F7E" || !strings.Contains(tr.View(theme(t, "dark", false), 36, 11), "filled") {
		t.Error("a row filled in place")
	}
	if tr.Reveal("nowhere") {
		t.Error("Reveal of what is not there")
	}
}

func TestHexView(t *testing.T) {
	v := demoHex()
	v.Field = func(i int) int { return i / 9 }
	th := theme(t, "monochrome", false)
	v.View(th, 72, 2)
	v.SetCursor(6)
	if v.FieldAt() != 0 {
		t.Errorf("field %d", v.FieldAt())
	}
	v.Update(press("down"))
	if v.Cursor() != 22 || v.FieldAt() != 2 || v.Position() != "23/44" {
		t.Errorf("down: byte %d, field %d, %s", v.Cursor(), v.FieldAt(), v.Position())
	}
	v.Update(press("G"))
	if v.Cursor() != 43 || !strings.HasPrefix(v.View(th, 72, 2), "0010") {
		t.Errorf("end: %d", v.Cursor())
	}
	for _, w := range []int{11, 12, 24, 45, 72} {
		v.SetCursor(24)
		if plain := ansi.Strip(v.View(th, w, 44)); strings.Contains(plain, "73 65 63") || strings.Contains(plain, "nd a s") {
			t.Errorf("hidden bytes are seen at %d", w)
		}
	}
	empty := HexView{Field: func(int) int { panic("asked for a byte that is not there") }}
	empty.Update(press("down"))
	if empty.FieldAt() != -1 || empty.Cursor() != 0 || empty.Position() != "" {
		t.Error("no bytes")
	}
}

func TestInput(t *testing.T) {
	in := Input{Limit: 8, Accept: HexOnly}
	for _, k := range []string{"0", "g", "a", " ", "F", "left", "left", "1"} {
		in.Update(press(k))
	}
	if in.Value() != "0a1 F" {
		t.Errorf("typed %q", in.Value())
	}
	in.Update(tea.PasteMsg{Content: "22\n\x1b[2J33 4455"})
	if in.Value() != "0a122  F" && len([]rune(in.Value())) > 8 {
		t.Errorf("pasted %q", in.Value())
	}
	in.Update(press("ctrl+u"))
	in.Update(press("ctrl+k"))
	if in.Value() != "" || in.Update(press("enter")) {
		t.Errorf("left %q", in.Value())
	}
}

func run(cmd tea.Cmd) tea.Msg {
	if cmd == nil {
		return nil
	}
	return cmd()
}

func TestConfirm(t *testing.T) {
	for _, c := range []struct {
		word string
		keys string
		done bool
		want tea.Msg
	}{
		{"", "enter", true, ConfirmedMsg{"x", false}},
		{"", "tab enter", true, ConfirmedMsg{"x", true}},
		{"", "right left enter", true, ConfirmedMsg{"x", false}},
		{"", "y", false, nil},
		{"LAST", "enter", true, ConfirmedMsg{"x", false}},
		{"LAST", "L A S enter", false, nil},
		{"LAST", "l a s t enter", false, nil},
		{"LAST", "L A S T enter", true, ConfirmedMsg{"x", true}},
	} {
		d := &Confirm{ID: "x", Word: c.word, Danger: true}
		var done bool
		var cmd tea.Cmd
		for k := range strings.FieldsSeq(c.keys) {
			done, cmd = d.Update(press(k))
		}
		if got := run(cmd); done != c.done || got != c.want {
			t.Errorf("%q %q: done %v, %v", c.word, c.keys, done, got)
		}
	}
	d := &Confirm{ID: "x", Word: "LAST"}
	d.Update(tea.PasteMsg{Content: "LAST"})
	if d.Armed() {
		t.Error("the word was pasted, not typed")
	}
}

type stubborn struct{ Notice }

func (*stubborn) Escape() (bool, tea.Cmd) { return false, nil }

func TestDialogs(t *testing.T) {
	var d Dialogs
	if used, _ := d.Update(press("x")); used {
		t.Error("without a dialog the screen has the keys")
	}
	d.Push(&Notice{Text: "below"})
	d.Push(&Confirm{ID: "c"})
	used, cmd := d.Update(press("esc"))
	if !used || d.Len() != 1 || run(cmd) != (ConfirmedMsg{"c", false}) {
		t.Error("esc leaves the top dialog alone, and that is a no")
	}
	if used, _ := d.Update(tea.WindowSizeMsg{}); used {
		t.Error("a message that is not input was kept from the screen")
	}
	d.Update(press("x"))
	d.Push(&stubborn{})
	d.Update(press("esc"))
	if d.Len() != 1 {
		t.Error("a dialog that waits for the truth was left")
	}
	d.Pop()
	d.Pop()
	if d.Top() != nil {
		t.Error("empty stack")
	}
}

func TestToast(t *testing.T) {
	th := theme(t, "dark", false)
	var toast Toast
	toast.Show(Good, "first")
	first := ToastGoneMsg{toast.id}
	toast.Show(Bad, "second")
	if !toast.Update(first) || !toast.Shown() {
		t.Error("an old timer took a new message away")
	}
	toast.Update(ToastGoneMsg{toast.id})
	if toast.Shown() || toast.Over(th, "hints", 10) != "hints     " || toast.Update(press("x")) {
		t.Error("gone")
	}
}

func TestPalette(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  tea.Msg
	}{
		{"ver", PaletteChosenMsg{"verify", ""}},
		{"cp", PaletteChosenMsg{"change", ""}},
		{"QUIT", PaletteChosenMsg{"quit", ""}},
		{"select 3f00/7ff0 x", PaletteChosenMsg{"select", "3f00/7ff0 x"}},
		{"星", PaletteChosenMsg{"chinese", ""}},
		{"enlarge", PaletteChosenMsg{"log", ""}},
		{"edit", nil}, // cannot be done now
		{"zzzz", nil},
	} {
		p := NewPalette(demoItems())
		for _, r := range c.typed {
			p.Update(press(string(r)))
		}
		done, cmd := p.Update(press("enter"))
		if got := run(cmd); got != c.want || done != (c.want != nil) {
			t.Errorf("%q: %v %v", c.typed, done, got)
		}
	}
	p := NewPalette(demoItems())
	for _, r := range "edit" {
		p.Update(press(string(r)))
	}
	p.Update(press("enter"))
	if !strings.Contains(ansi.Strip(p.View(theme(t, "monochrome", false), 72, 10)), "! the card is READ-ONLY") {
		t.Error("the reason is not told")
	}
	p = NewPalette(demoItems())
	if done, _ := p.Update(press("backspace")); !done {
		t.Error("backspace on nothing leaves")
	}
	p.Update(press("down"))
	if _, cmd := p.Update(press("enter")); run(cmd) != nil {
		t.Error("the second verb cannot be done now")
	}
}

func TestHelpSearch(t *testing.T) {
	p := NewHelp(demoItems())
	for _, k := range []string{"/", "p", "u", "k"} {
		p.Update(press(k))
	}
	view := ansi.Strip(p.View(theme(t, "monochrome", false), 80, 20))
	if !strings.Contains(view, "unblock PIN1") || strings.Contains(view, "quit") {
		t.Errorf("search:\n%s", view)
	}
	if leave, _ := p.Escape(); leave {
		t.Error("the first esc ends the search")
	}
	if leave, _ := p.Escape(); !leave {
		t.Error("the second leaves")
	}
	p.Update(press("G"))
	if view = ansi.Strip(p.View(theme(t, "monochrome", false), 80, 8)); !strings.Contains(view, "15 of 15") {
		t.Errorf("end:\n%s", view)
	}
}

func TestFuzzyOrder(t *testing.T) {
	best, _, _ := Fuzzy("cp", "change PIN1")
	worse, _, ok := Fuzzy("cp", "escape")
	if !ok || best <= worse {
		t.Errorf("beginnings of words: %d, %d", best, worse)
	}
	if _, _, ok := Fuzzy("pc", "change PIN1"); ok {
		t.Error("order matters")
	}
}

func TestWidths(t *testing.T) {
	cols := []Column{{Min: 4}, {Min: 4, Max: 10, Drop: 1}, {Min: 6, Drop: 2}}
	for w := range 60 {
		got := Widths(cols, []int{30, 30, 6}, w)
		sum := -columnGap
		for _, n := range got {
			if n > 0 {
				sum += n + columnGap
			}
		}
		if sum > w || w >= 4 && got[0] < 4 {
			t.Errorf("%d cells: %v", w, got)
		}
		if got[1] > 10 || got[2] > 0 && got[1] == 0 {
			t.Errorf("%d cells: %v", w, got)
		}
	}
}

func TestCopy(t *testing.T) {
	env := func(m map[string]string) func(string) string { return func(k string) string { return m[k] } }
	want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("6F07")) + "\a"
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{nil, want},
		{map[string]string{"TMUX": "/s,1,0", "TERM": "screen"}, want + "\x1bPtmux;\x1b" + want + "\x1b\\"},
		{map[string]string{"STY": "1.x"}, "\x1bP" + want + "\x1b\\"},
	} {
		cmd, say, ok := Copy("6F07", env(c.env))
		m, _ := run(cmd).(tea.RawMsg)
		if !ok || m.Msg != c.want || say != "sent to terminal (OSC 52)" {
			t.Errorf("%v: %q %q %v", c.env, m.Msg, say, ok)
		}
	}
	if cmd, say, ok := Copy(strings.Repeat("x", clipboardMax+1), env(nil)); ok || cmd != nil || !strings.Contains(say, "74995") {
		t.Errorf("too long: %q %v", say, ok)
	}
	long := clipboardSequence(strings.Repeat("x", 3000), env(map[string]string{"STY": "1"}))
	for part := range strings.SplitSeq(long, "\x1b\\") {
		if len(part) > 768 {
			t.Errorf("GNU Screen drops a string of %d", len(part))
		}
	}
}

func TestProgress(t *testing.T) {
	g := &GlyphsUnicode
	for _, c := range []struct {
		done, total int
		want        string
	}{
		{71, 100, "reading 71 %  ▰▰▰▰▰▱▱"},
		{0, 9, "reading 0 %  ▱▱▱▱▱▱▱"},
		{999, 1000, "reading 99 %  ▰▰▰▰▰▰▱"},
		{5, 3, "reading 100 %  ▰▰▰▰▰▰▰"},
		{-1, 3, "reading 0 %  ▱▱▱▱▱▱▱"},
		{12, 0, "reading 12"},
	} {
		if got := Progress(g, "reading", c.done, c.total).Plain(); got != c.want {
			t.Errorf("%d of %d: %q", c.done, c.total, got)
		}
	}
}

func TestBindings(t *testing.T) {
	b := Bind("ctrl+d pgdown", "page")
	if !b.Matches("pgdown") || b.Matches("d") {
		t.Error("Matches")
	}
	if h := b.Hint(); h.Key != "ctrl+d" || h.Does != "page" || h.Off {
		t.Errorf("%+v", h)
	}
	if ShowKey(&GlyphsASCII, "ctrl+d") != "ctrl-d" || ShowKey(&GlyphsUnicode, "up") != "↑" || ShowKey(&GlyphsASCII, " ") != "space" {
		t.Error("ShowKey")
	}
}

func BenchmarkScreen(b *testing.B) {
	th := theme(b, "dark", false)
	b.ReportAllocs()
	for b.Loop() {
		drawScreen(th, 120, 40)
	}
}

// BenchmarkWrapLong holds that a text without spaces is wrapped in linear
// time: a card can hold 64 KiB of it.
func BenchmarkWrapLong(b *testing.B) {
	s := strings.Repeat("移", 32<<10)
	for b.Loop() {
		Wrap(s, 60)
	}
}
