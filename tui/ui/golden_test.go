package ui

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "write the golden files anew")

func theme(t testing.TB, name string, ascii bool) *Theme {
	t.Helper()
	th, err := NewTheme(ThemeOptions{Name: name, ASCII: ascii})
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// press is a key press as a terminal reports it.
func press(key string) tea.KeyPressMsg {
	named := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace, "home": tea.KeyHome,
		"end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "delete": tea.KeyDelete,
	}
	if code, ok := named[key]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if rest, ok := strings.CutPrefix(key, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(rest)[0], Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

// golden compares got with testdata/name.golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	got += "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept)\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}

// failer is what testing and rapid have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// exact fails unless view is h lines of w cells, each closing its colours.
func exact(t failer, what, view string, w, h int) {
	t.Helper()
	if w <= 0 || h <= 0 {
		if view != "" {
			t.Fatalf("%s at %dx%d is not empty: %q", what, w, h, view)
		}
		return
	}
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%s at %dx%d has %d lines:\n%s", what, w, h, len(lines), ansi.Strip(view))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			t.Fatalf("%s at %dx%d: line %d has %d cells: %q", what, w, h, i, n, l)
		}
		if last := strings.LastIndex(l, "\x1b["); last >= 0 && !strings.HasPrefix(l[last:], ansi.ResetStyle) {
			t.Fatalf("%s at %dx%d: line %d leaves its colours open: %q", what, w, h, i, l)
		}
	}
}

// scenes draws every part with lively contents; the golden files and the
// property of exact sizes go through the same table.
var scenes = []struct {
	name  string
	draw  func(th *Theme, w, h int) string
	sizes [][2]int
}{
	{"pane", drawPane, [][2]int{{60, 6}, {30, 6}, {3, 3}}},
	{"frame", drawFrame, [][2]int{{120, 4}, {80, 4}, {60, 4}, {24, 4}}},
	{"list", drawList, [][2]int{{48, 7}, {20, 5}}},
	{"tree", drawTree, [][2]int{{36, 11}, {18, 6}}},
	{"table", drawTable, [][2]int{{70, 6}, {40, 6}, {22, 6}}},
	{"hex", drawHex, [][2]int{{72, 4}, {45, 5}, {24, 4}, {12, 3}}},
	{"input", drawInput, [][2]int{{40, 4}, {12, 4}}},
	{"steps", drawSteps, [][2]int{{80, 24}, {50, 14}, {20, 8}}},
	{"confirm", drawConfirm, [][2]int{{80, 18}, {40, 14}}},
	{"confirmword", drawConfirmWord, [][2]int{{80, 18}, {40, 14}}},
	{"notice", drawNotice, [][2]int{{60, 12}}},
	{"palette", drawPalette, [][2]int{{80, 24}, {44, 16}}},
	{"help", drawHelp, [][2]int{{90, 24}, {50, 20}}},
	{"toast", drawToast, [][2]int{{60, 1}, {18, 1}}},
	{"progress", drawProgress, [][2]int{{60, 1}, {10, 1}}},
	{"empty", drawEmpty, [][2]int{{60, 10}, {20, 8}}},
	{"small", drawSmall, [][2]int{{40, 5}, {20, 5}}},
	{"screen", drawScreen, [][2]int{{110, 30}, {80, 24}}},
}

func TestGolden(t *testing.T) {
	for _, s := range scenes {
		var b strings.Builder
		for _, size := range s.sizes {
			for _, ascii := range []bool{false, true} {
				view := s.draw(theme(t, "monochrome", ascii), size[0], size[1])
				exact(t, s.name, view, size[0], size[1])
				fmt.Fprintf(&b, "%dx%d\n%s\n", size[0], size[1], ansi.Strip(view))
			}
		}
		golden(t, s.name, strings.TrimSuffix(b.String(), "\n"))
	}
}

// TestGoldenColour holds the colours themselves, with the escape sequences
// made visible, and that no colour is in them where none may be.
func TestGoldenColour(t *testing.T) {
	for _, name := range append([]string{"dark16"}, ThemeNames...) {
		th := theme(t, "dark", false)
		if name == "dark16" {
			th = th.ForProfile(colorprofile.ANSI)
		} else {
			th = theme(t, name, false)
		}
		view := drawScreen(th, 100, 24)
		exact(t, name, view, 100, 24)
		golden(t, "colour-"+name, strings.ReplaceAll(view, "\x1b", "␛"))
	}
}

func TestNoColourWithoutColours(t *testing.T) {
	for _, s := range scenes {
		var b bytes.Buffer
		w := colorprofile.Writer{Forward: &b, Profile: colorprofile.Ascii}
		view := s.draw(theme(t, "monochrome", true), 80, 24)
		if _, err := w.WriteString(view); err != nil {
			t.Fatal(err)
		}
		// A profile without colours takes nothing away: there was none.
		if strings.Contains(view, "38;") || strings.Contains(view, "48;") || ansi.Strip(b.String()) != ansi.Strip(view) {
			t.Errorf("%s sends colours in monochrome", s.name)
		}
	}
}

// TestASCII holds that the program's own signs stay within ASCII.
func TestASCII(t *testing.T) {
	th := theme(t, "monochrome", true)
	for name, view := range map[string]string{
		"pane":  Pane{Title: T("Files"), Note: "note", Foot: "1/2", Focus: true}.View(th, 30, 4, "x"),
		"hex":   drawHex(th, 72, 4),
		"steps": (&StepDialog{Title: "t", Steps: []string{"a", "b", "c"}, Current: 1}).View(th, 70, 8),
		"bar":   Progress(&th.Glyphs, "reading", 1, 2).Render(th, 40),
	} {
		for _, r := range view {
			if r >= 0x80 {
				t.Errorf("%s has %q with --ascii", name, r)
				break
			}
		}
	}
}

// TestDemo prints a composed screen for looking at it: SIMSCOPE_UI_DEMO=dark
// go test -run TestDemo -v ./tui/ui
func TestDemo(t *testing.T) {
	name := os.Getenv("SIMSCOPE_UI_DEMO")
	if name == "" {
		name = "dark"
	}
	th := theme(t, name, os.Getenv("SIMSCOPE_UI_ASCII") != "")
	view := drawScreen(th, 110, 30)
	exact(t, "demo", view, 110, 30)
	if os.Getenv("SIMSCOPE_UI_DEMO") == "" {
		return
	}
	fmt.Println(view)
	var d Dialogs
	d.Push(stepDialog())
	fmt.Println(d.View(th, view, 110, 30))
	fmt.Println(drawPalette(th, 110, 30))
	fmt.Println(drawHelp(th, 110, 30))
	fmt.Println(drawConfirmWord(th, 110, 20))
}
