package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func typeArea(a *Area, keys ...string) {
	for _, k := range keys {
		if !a.Key(k) {
			for _, r := range k {
				a.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
		}
	}
}

func TestArea(t *testing.T) {
	for _, tt := range []struct {
		name, start string
		keys        []string
		want        string
		row, col    int
	}{
		{"typing", "", []string{"ab", "enter", "c"}, "ab\nc", 2, 2},
		{"a blank", "", []string{"a", " ", " ", "b"}, "a  b", 1, 5},
		{"splitting a line keeps its indent", "  ab", []string{"end", "left", "enter"}, "  a\n  b", 2, 3},
		{"backspace joins lines", "a\nb", []string{"down", "home", "backspace"}, "ab", 1, 2},
		{"delete joins lines", "a\nb", []string{"end", "delete"}, "ab", 1, 2},
		{"backspace at the beginning", "a", []string{"backspace"}, "a", 1, 1},
		{"delete at the end", "a", []string{"end", "delete"}, "a", 1, 2},
		{"right over the end", "a\nb", []string{"right", "right", "x"}, "a\nxb", 2, 2},
		{"left over the beginning", "a\nb", []string{"down", "home", "left", "x"}, "ax\nb", 1, 3},
		{"up keeps within a short line", "a\nlong", []string{"down", "end", "up", "x"}, "ax\nlong", 1, 3},
		{"rest of a line", "abc", []string{"right", "ctrl+k"}, "a", 1, 2},
		{"beginning of a line", "abc", []string{"right", "ctrl+u"}, "bc", 1, 1},
		{"wide characters", "星辰", []string{"right", "x", "delete"}, "星x", 1, 3},
	} {
		a := &Area{Focus: true}
		a.SetValue(tt.start)
		typeArea(a, tt.keys...)
		row, col := a.Position()
		if a.Value() != tt.want || row != tt.row || col != tt.col {
			t.Errorf("%s: %q at %d:%d, want %q at %d:%d", tt.name, a.Value(), row, col, tt.want, tt.row, tt.col)
		}
	}
}

func TestAreaBounds(t *testing.T) {
	a := &Area{Limit: 10, Focus: true}
	a.Update(tea.PasteMsg{Content: strings.Repeat("ab\r\n", 1000)})
	if n := len(a.Value()); n > 10 {
		t.Errorf("%d characters, the limit is 10", n)
	}
	a = &Area{Focus: true}
	a.SetValue("x\x1b[31my\u202ez")
	if strings.ContainsAny(a.Value(), "\x1b\u202e") {
		t.Errorf("%q", a.Value())
	}
	th, err := NewTheme(ThemeOptions{Name: "monochrome"})
	if err != nil {
		t.Fatal(err)
	}
	a.SetValue(strings.Repeat("星辰移动 long\n", 200))
	for range 150 {
		a.Key("down")
	}
	for _, size := range [][2]int{{80, 20}, {3, 2}, {1, 1}, {0, 0}} {
		view := a.View(th, size[0], size[1])
		if size[1] == 0 {
			if view != "" {
				t.Errorf("%q", view)
			}
			continue
		}
		lines := strings.Split(view, "\n")
		if len(lines) != size[1] {
			t.Errorf("%v: %d lines", size, len(lines))
		}
		for _, l := range lines {
			if ansi.StringWidth(l) != size[0] {
				t.Errorf("%v: %d cells: %q", size, ansi.StringWidth(l), l)
			}
		}
	}
}
