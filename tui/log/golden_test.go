package log

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"simscope/card"
	"simscope/tui/kit/kittest"
	"simscope/tui/ui/uitest"
)

// scenes are states of the screen, reached by keys.
var scenes = []struct {
	name string
	make func(t testing.TB) *root
}{
	{"empty", func(t testing.TB) *root { return newRoot(t, nil) }},
	{"rows", func(t testing.TB) *root { return newRoot(t, logOf(talk(t)...)) }},
	{"stay", func(t testing.TB) *root {
		r := newRoot(t, logOf(talk(t)...))
		r.key("f", "up", "up", "space", "up")
		return r
	}},
	{"fields", func(t testing.TB) *root { return pick(t, 1, "enter", "down", "down", "down") }},
	{"bytes", func(t testing.TB) *root { return pick(t, 2, "enter", "tab", "tab", "right", "right", "right") }},
	{"withheld", func(t testing.TB) *root { return pick(t, 5, "enter") }},
	{"note", func(t testing.TB) *root { return pick(t, 8, "enter") }},
	{"completing", func(t testing.TB) *root {
		r := newRoot(t, logOf(talk(t)...))
		r.key("/")
		r.write("sw:6")
		r.key("tab")
		return r
	}},
	{"mistaken", func(t testing.TB) *root {
		r := newRoot(t, logOf(talk(t)...))
		r.key("/")
		r.write("err sw:zz")
		return r
	}},
	{"filtered", func(t testing.TB) *root {
		r := newRoot(t, logOf(talk(t)...))
		r.key("/")
		r.write("ins:read !note")
		r.key("enter")
		return r
	}},
	{"nothing", func(t testing.TB) *root {
		r := newRoot(t, logOf(talk(t)...))
		r.key("/")
		r.write("nowhere")
		r.key("enter")
		return r
	}},
	{"export", func(t testing.TB) *root { return pick(t, 3, "x") }},
	{"record", func(t testing.TB) *root { return pick(t, 3, "R") }},
}

// pick goes to a row from the top and presses keys there.
func pick(t testing.TB, row int, keys ...string) *root {
	r := newRoot(t, logOf(talk(t)...))
	r.m.View(120, 37)
	r.key("f", "home")
	for range row {
		r.key("down")
	}
	r.key(keys...)
	return r
}

// bodies are the screen below the header on terminals of 120x40 and 80x24,
// and a very small one.
var bodies = [][2]int{{120, 37}, {80, 21}, {40, 12}}

func TestGolden(t *testing.T) {
	for _, s := range scenes {
		var b strings.Builder
		for _, size := range bodies {
			r := s.make(t)
			for _, ascii := range []bool{false, true} {
				if ascii && size[0] != 80 {
					continue
				}
				r.env.Theme = kittest.Theme(t, "monochrome", ascii)
				uitest.Exact(t, s.name, r.m.View(size[0], size[1]), size[0], size[1])
				fmt.Fprintf(&b, "%dx%d\n%s\n", size[0], size[1], r.screen(size[0], size[1]))
			}
		}
		golden(t, s.name, strings.TrimSuffix(b.String(), "\n"))
	}
}

func TestGoldenStrip(t *testing.T) {
	var b strings.Builder
	for _, rows := range [][]card.Exchange{nil, talk(t)[:2], talk(t), chinese(t)} {
		for _, w := range []int{80, 120} {
			r := newRoot(t, logOf(rows...))
			view := r.m.Strip(w, 6)
			uitest.Exact(t, "strip", view, w, 6)
			fmt.Fprintf(&b, "%dx6\n%s\n", w, ansi.Strip(view))
		}
	}
	golden(t, "strip", strings.TrimSuffix(b.String(), "\n"))
}

// TestColumnsLineUp holds that in every row the same column begins in the
// same cell, whatever the width of the characters before it.
func TestColumnsLineUp(t *testing.T) {
	names := []string{"EF.星辰移动", "EF." + strings.Repeat("🙂", 30), strings.Repeat("名", 80), "e\u0301\u0301\u200d", "\x1b[31m", ""}
	th := kittest.Theme(t, "monochrome", false)
	draw := func(name string, w int) (string, int) {
		r := row(&th.Glyphs, talk(t)[3], func(card.Path) string { return name }, false, w)
		line := ansi.Strip(r.Render(th, w))
		before, _, ok := strings.Cut(line, th.Glyphs.Good)
		if !ok || ansi.StringWidth(line) != w {
			t.Fatalf("%d cells instead of %d, or no status: %q", ansi.StringWidth(line), w, line)
		}
		return line, ansi.StringWidth(before)
	}
	for _, w := range []int{38, 58, 78, 98, 118, 198} {
		plain, want := draw("EF.IMSI", w)
		for _, name := range names {
			if line, got := draw(name, w); got != want {
				t.Errorf("the status begins in cell %d instead of %d:\n%s\n%s", got, want, plain, line)
			}
		}
	}
}

// TestSizes holds that every scene is exact at any size and in every theme.
func TestSizes(t *testing.T) {
	for _, s := range scenes {
		r := s.make(t)
		for _, name := range []string{"dark", "monochrome"} {
			r.env.Theme = kittest.Theme(t, name, name == "monochrome")
			for w := 1; w <= 130; w += 1 + w/9 {
				for h := 1; h <= 40; h += 1 + h/7 {
					uitest.Exact(t, s.name, r.m.View(w, h), w, h)
					if d := r.dialogs.Top(); d != nil {
						dw, dh := d.Size(w, h)
						uitest.Exact(t, s.name+" dialog", d.View(r.env.Theme, dw, dh), dw, dh)
					}
					if h >= 2 {
						uitest.Exact(t, s.name+" strip", r.m.Strip(w, h), w, h)
					}
				}
			}
		}
	}
}

// TestASCII holds that the program's own signs stay within ASCII.
func TestASCII(t *testing.T) {
	for _, s := range scenes {
		r := s.make(t)
		r.env.Theme = kittest.Theme(t, "monochrome", true)
		for _, c := range r.m.View(120, 37) + r.m.Strip(120, 6) {
			if c >= 0x80 && c != '…' {
				t.Errorf("%s shows %q:\n%s", s.name, c, r.screen(120, 37))
				break
			}
		}
	}
}

// TestDemo prints the scenes for looking at them: SIMSCOPE_LOG_DEMO=dark
// go test -run TestDemo -v ./tui/log
func TestDemo(t *testing.T) {
	name := os.Getenv("SIMSCOPE_LOG_DEMO")
	if name == "" {
		name = "dark"
	}
	for _, s := range scenes {
		r := s.make(t)
		r.env.Theme = kittest.Theme(t, name, false)
		view := r.dialogs.View(r.env.Theme, r.m.View(120, 30), 120, 30)
		uitest.Exact(t, s.name, view, 120, 30)
		if os.Getenv("SIMSCOPE_LOG_DEMO") != "" {
			fmt.Println(s.name + "\n" + view)
		}
	}
}
