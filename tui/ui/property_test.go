package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// awkward are characters and runs that break naive layouts.
var awkward = []string{
	"星", "辰", "😀", "👍🏽", "👨‍👩‍👧", "🇬🇧", "🇬", "❤️", "e\u0301", "\u0301", "\u0301\u0301\u0301\u0301\u0301\u0301", "का", "ा", "กำ",
	"ｱﾞ", "\u0d4e", "ᄀ", "ᅡ", "각", "\x1b[31m", "\x1b]52;c;eA==\a", "\t", "\r\n", "\x00", "\u202e", "\u200b", "\ufeff",
	"\xff", "\ue000", "…", "│", " ", "  ", "a", "B7", "﷽", "\u0600", "①", "\u2028", "\u2060",
}

func text(t *rapid.T, label string) string {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(awkward), rapid.StringN(0, 4, 16)), 0, 12).Draw(t, label)
	return strings.Join(parts, "")
}

func anyTheme(t *rapid.T) *Theme {
	th, err := NewTheme(ThemeOptions{
		Name:  rapid.SampledFrom(ThemeNames).Draw(t, "theme"),
		ASCII: rapid.Bool().Draw(t, "ascii"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// TestEveryPartAtEverySize draws every scene at every size up to beyond its
// comfort.
func TestEveryPartAtEverySize(t *testing.T) {
	th := theme(t, "dark", false)
	for _, s := range scenes {
		for w := 0; w <= 84; w += 1 + w/12 {
			for h := 0; h <= 26; h += 1 + h/5 {
				exact(t, s.name, s.draw(th, w, h), w, h)
			}
		}
	}
}

func TestPartsWithHostileText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		th := anyTheme(rt)
		w, h := rapid.IntRange(1, 60).Draw(rt, "w"), rapid.IntRange(1, 12).Draw(rt, "h")
		a, b, c := text(rt, "a"), text(rt, "b"), text(rt, "c")
		for name, view := range hostileViews(th, w, h, a, b, c) {
			lines := h
			if strings.HasPrefix(name, "line ") {
				lines = 1
			}
			exact(rt, name, view, w, lines)
			if plain := ansi.Strip(view); strings.ContainsAny(plain, "\x1b\a\r\t\x00\u202e\u200b") {
				rt.Fatalf("%s lets controls through: %q", name, plain)
			}
		}
	})
}

func hostileViews(th *Theme, w, h int, a, b, c string) map[string]string {
	list := NewList(Rows{{"1", Row{T(a), Tok(Muted, b)}}, {"2", Row{L(S(Text, b), S(Bad, c)), nil}}})
	list.Focus = true
	tree := &Tree{}
	tree.SetRoots([]*Node{{Key: "r", Name: T(a), Branch: true, Children: []*Node{{Key: "c", Name: T(b), Note: c}}}})
	tree.Open("r", true)
	table := NewTable(Column{Title: a}, Column{Title: b, Middle: true, Drop: 1}, Column{Title: "n", Right: true})
	table.SetRows([]TableRow{{"1", []Line{T(a), T(b), T(c)}}, {"2", []Line{T(c)}}})
	in := Input{Prompt: "/", Focus: true}
	in.SetValue(a + b)
	in.Key("left")
	hex := HexView{Data: []byte(a + b + c), Base: len(c), Focus: true, Marked: []Range{{1, 3}}, Hidden: []Range{{2, 5}}}
	var toast Toast
	toast.Show(Warn, a)
	items := []PaletteItem{{ID: "1", Name: a, About: b, Key: c, Group: a}, {ID: "2", Name: b, Why: c, Group: c}}
	var d Dialogs
	for _, x := range []Dialog{
		NewPalette(items), NewHelp(items), &Notice{Title: a, Text: b + "\n" + c},
		&Confirm{Title: a, Text: b, Word: c}, &Confirm{Title: a, Text: b, Action: c, Danger: true},
		&stepDialogModel{StepDialog{
			Title: a, Steps: []string{a, b, c}, Standing: T(c), Hints: []Hint{{Key: "x", Does: b}},
			Body: func(_ *Theme, w int) []Line { return Paragraph(Text, a, w) },
		}},
	} {
		d.Push(x)
	}
	pane := Pane{Title: L(S(Muted, a), S(Text, b)), Note: b, Foot: c, Pad: 1, Focus: true}
	iw, ih := pane.Inner(w, h)
	return map[string]string{
		"list": list.View(th, w, h), "tree": tree.View(th, w, h), "table": table.View(th, w, h), "hex": hex.View(th, w, h),
		"pane":        pane.View(th, w, h, list.View(th, iw, ih)),
		"overlay":     d.View(th, backdrop(w, h), w, h),
		"empty":       Empty(th, a+b, []Hint{{Key: "q", Does: c}}, w, h),
		"line input":  in.View(th, w),
		"line toast":  toast.Over(th, hints(th, w), w),
		"line header": Header(th, []Part{{Line: T(a)}, {Line: T(b), Rank: 2}, {Line: T(c), Right: true, Rank: 1}}, w),
		"line tabs":   Tabs(th, []Tab{{"1", a}, {"2", b}}, 1, T(c), w),
		"line hints":  HintLine(th, []Hint{{Key: "a", Does: a}, {Key: "b", Does: b, Off: true}}, T(c), w),
		"line rule":   Rule(th, a, b, true, w),
	}
}

func TestTextCells(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := &GlyphsUnicode
		s := text(rt, "s")
		w := rapid.IntRange(0, 30).Draw(rt, "w")
		if n := ansi.StringWidth(g.Pad(s, w)); n != w {
			rt.Fatalf("Pad(%q, %d) has %d cells", s, w, n)
		}
		if n := ansi.StringWidth(g.PadLeft(s, w)); n != w {
			rt.Fatalf("PadLeft(%q, %d) has %d cells", s, w, n)
		}
		for _, cut := range []string{g.Truncate(s, w), g.TruncateMiddle(s, w)} {
			if n := ansi.StringWidth(cut); n > w {
				rt.Fatalf("%q has %d cells, not at most %d", cut, n, w)
			}
		}
		if c := Clean(s); Clean(c) != c {
			rt.Fatalf("Clean is not stable: %q, then %q", c, Clean(c))
		}
		if w < 2 {
			return
		}
		for _, l := range Wrap(s, w) {
			if n := ansi.StringWidth(l); n > w {
				rt.Fatalf("Wrap(%q, %d) gives a line of %d cells: %q", s, w, n, l)
			}
		}
	})
}

func TestCutCells(t *testing.T) {
	for _, c := range []struct {
		s        string
		from, to int
		want     string
	}{
		{"a星b", 0, 4, "a星b"},
		{"a星b", 0, 2, "a "},
		{"a星b", 2, 4, " b"},
		{"星星", 1, 3, "  "},
		{"a", 0, 3, "a  "},
		{"a", 5, 7, "  "},
		{"", 0, 0, ""},
	} {
		if got := cutCells(c.s, c.from, c.to); got != c.want {
			t.Errorf("cutCells(%q, %d, %d) = %q, want %q", c.s, c.from, c.to, got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"one two three", 7, "one two|three"},
		{"a\n\nb", 5, "a||b"},
		{"星辰移动", 5, "星辰|移动"},
		{"abcdefgh ij", 3, "abc|def|gh|ij"},
		{"", 3, ""},
	} {
		if got := strings.Join(Wrap(c.s, c.w), "|"); got != c.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.s, c.w, got, c.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	g := &GlyphsUnicode
	if got := g.TruncateMiddle("8999990012345678 9013", 9); got != "8999…9013" {
		t.Errorf("middle: %q", got)
	}
	if got := g.Truncate("星辰移动", 6); got != "星辰…" {
		t.Errorf("wide end: %q", got)
	}
	if got := Fit("\x1b[31m星星\x1b[m", 3); ansi.StringWidth(got) != 3 || !strings.Contains(got, ansi.ResetStyle) {
		t.Errorf("styled: %q", got)
	}
}

// TestListWalk holds the list's promises under any run of keys and changes:
// the selection is in the window, with its margin, and View is repeatable.
func TestListWalk(t *testing.T) {
	keys := []string{"up", "down", "pgup", "pgdown", "ctrl+u", "ctrl+d", "g", "G", "home", "end", "j", "k"}
	rapid.Check(t, func(rt *rapid.T) {
		th := theme(t, "dark", false)
		src := &growing{n: rapid.IntRange(0, 30).Draw(rt, "n")}
		l := NewList(src)
		h := rapid.IntRange(1, 9).Draw(rt, "h")
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			before := l.SelectedKey()
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0:
				src.n += rapid.IntRange(1, 5).Draw(rt, "more")
				l.Sync()
				if before != "" && l.SelectedKey() != before {
					rt.Fatalf("growing moved the selection from %s to %s", before, l.SelectedKey())
				}
			case 1:
				src.first = min(src.first+rapid.IntRange(0, 3).Draw(rt, "dropped"), src.n)
				l.Sync()
			case 2:
				h = rapid.IntRange(1, 9).Draw(rt, "h2")
			default:
				l.Update(press(rapid.SampledFrom(keys).Draw(rt, "key")))
			}
			view := l.View(th, 20, h)
			if view != l.View(th, 20, h) {
				rt.Fatal("View is not repeatable")
			}
			exact(rt, "list", view, 20, h)
			if key := l.SelectedKey(); l.Len() > 0 && !strings.Contains(ansi.Strip(view), "▌"+key+" ") {
				rt.Fatalf("row %s is selected and not seen:\n%s", key, ansi.Strip(view))
			}
		}
	})
}

func TestUpdateNeverPanics(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		th := theme(t, "light", true)
		var d Dialogs
		d.Push(NewHelp(demoItems()))
		d.Push(NewPalette(demoItems()))
		hex, tree, table := demoHex(), demoTree(&th.Glyphs), demoTable()
		var in Input
		var pin PINInput
		for range 12 {
			k := rapid.SampledFrom([]string{
				"up", "down", "left", "right", "enter", "esc", "backspace", "delete", "tab", "/", "a", "7", " ", "星",
				"ctrl+u", "ctrl+k", "ctrl+w", "ctrl+a", "ctrl+e", "g", "G", "pgdown", "pgup", "?",
			}).Draw(rt, "key")
			var msg tea.Msg = press(k)
			if k == "tab" {
				msg = tea.PasteMsg{Content: text(rt, "paste")}
			}
			hex.Update(msg)
			tree.Update(msg)
			table.Update(msg)
			in.Update(msg)
			pin.Update(msg)
			d.Update(msg)
			exact(rt, "hex", hex.View(th, 30, 3), 30, 3)
			exact(rt, "tree", tree.View(th, 30, 3), 30, 3)
			exact(rt, "table", table.View(th, 30, 3), 30, 3)
			exact(rt, "input", in.View(th, 9), 9, 1)
			exact(rt, "stack", d.View(th, backdrop(60, 16), 60, 16), 60, 16)
		}
	})
}
