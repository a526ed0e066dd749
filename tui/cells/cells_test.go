package cells

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"pgregory.net/rapid"
)

// screen is a terminal behind the framework's renderer, used as the framework
// uses it.
type screen struct {
	w, h     int
	sent     bytes.Buffer
	renderer *uv.TerminalRenderer
	frame    uv.ScreenBuffer
	terminal *vt.Emulator
}

func newScreen(term string, w, h int) *screen {
	s := &screen{w: w, h: h, frame: uv.NewScreenBuffer(w, h), terminal: vt.NewEmulator(w, h)}
	s.renderer = uv.NewTerminalRenderer(&s.sent, []string{"TERM=" + term})
	s.renderer.SetTabStops(-1)
	s.renderer.SetBackspace(true)
	s.renderer.SetScrollOptim(true)
	s.renderer.SetFullscreen(true)
	s.renderer.SetRelativeCursor(false)
	s.renderer.Erase()
	return s
}

// draw shows a frame and returns how many bytes the terminal got.
func (s *screen) draw(t interface{ Fatal(...any) }, frame string) int {
	s.frame.Clear()
	uv.NewStyledString(frame).Draw(s.frame, s.frame.Bounds())
	s.renderer.Render(s.frame.RenderBuffer)
	if err := s.renderer.Flush(); err != nil {
		t.Fatal(err)
	}
	b := join(bytes.Clone(s.sent.Bytes()))
	s.sent.Reset()
	if _, err := s.terminal.Write(b); err != nil {
		t.Fatal(err)
	}
	return len(b)
}

// text is what a person sees.
func (s *screen) text() string {
	var rows []string
	for y := range s.h {
		var row strings.Builder
		for x := 0; x < s.w; {
			c := s.terminal.CellAt(x, y)
			if c == nil || c.Content == "" {
				row.WriteByte(' ')
				x++
				continue
			}
			row.WriteString(c.Content)
			x += max(c.Width, 1)
		}
		rows = append(rows, row.String())
	}
	return strings.Join(rows, "\n")
}

func TestSplit(t *testing.T) {
	const w = 10
	for _, c := range []struct{ name, in, want string }{
		{"nothing wide", "abc─…    ", "abc─…    "},
		{"a name", "a 星辰    ", "a \U000F661F\U0010661F\U000F8FB0\U00108FB0   \U000F0020"},
		{"no space at the end", "a 星     │", "a \U000F661F\U0010661F     │"},
		{"styled", "\x1b[1m星\x1b[m       \x1b[2m \x1b[m", "\x1b[1m\U000F661F\U0010661F\x1b[m       \x1b[2m\U000F0020\x1b[m"},
		{"a syllable of parts", "\u1112\u1161\u11AB星      ", "\u1112\u1161\u11AB\U000F661F\U0010661F     \U000F0020"},
		{"another width", "星", "星"},
		{"a wide character at the end", "        星", "        星"},
		{"code points that join", "か\u3099星      ", "か\u3099\U000F661F\U0010661F     \U000F0020"},
		{"an emoji", "🙂        ", "🙂       \U000F0020"},
	} {
		if got := Split(c.in, w); got != c.want {
			t.Errorf("%s: %q became %q, want %q", c.name, c.in, got, c.want)
		}
		if got := string(join([]byte(Split(c.in, w)))); got != c.in {
			t.Errorf("%s: %q comes back as %q", c.name, c.in, got)
		}
	}
}

// Both measures of the framework agree on what is split.
func TestWideIsWide(t *testing.T) {
	n := 0
	for _, w := range wide {
		for r := w.from; r <= w.to; r++ {
			if c := string(r); ansi.StringWidth(c) == 2 {
				n++
				if ansi.StringWidthWc(c) != 2 {
					t.Errorf("U+%04X is two cells wide by one measure only", r)
				}
			}
		}
	}
	if n < 40_000 {
		t.Errorf("%d characters", n)
	}
}

// Halves that come alone keep the cursor where the renderer takes it to be,
// and nothing but characters and spaces is ever made of private code points.
func TestJoin(t *testing.T) {
	for in, want := range map[string]string{
		"\U000F661F":                     "星\b",
		"\U0010661F":                     "\x1b[C",
		"\U000F661F\U0010661F":           "星",
		"\U000F661F\U00108FB0":           "星\b\x1b[C",
		"\U000F0007\U0010001B\U000F0041": "\U000F0007\U0010001B\U000F0041",
		"\U000F0020|":                    " |",
		"\xF3\xF4\xB0":                   "\xF3\xF4\xB0",
	} {
		if got := string(join([]byte(in))); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// A line with a wide character costs nothing while it does not change.
func TestUnchangedLineCostsNothing(t *testing.T) {
	const w, h = 40, 4
	s := newScreen("xterm-256color", w, h)
	frame := func(n int) string {
		lines := []string{"simscope \x1b[1m星辰移动\x1b[m on", "", "", fmt.Sprintf("row %d", n)}
		for i, l := range lines {
			lines[i] = l + strings.Repeat(" ", w-ansi.StringWidth(l))
		}
		return Split(strings.Join(lines, "\n"), w)
	}
	s.draw(t, frame(1))
	if !strings.Contains(s.text(), "星辰移动 on") {
		t.Fatalf("the name is not shown:\n%s", s.text())
	}
	if n := s.draw(t, frame(2)); n > 12 {
		t.Errorf("one digit took %d bytes", n)
	}
	if !strings.Contains(s.text(), "row 2") {
		t.Errorf("the digit is not shown:\n%s", s.text())
	}
}

// Whatever comes after whatever, the terminal shows the frame.
func TestScreenShowsTheFrame(t *testing.T) {
	const w, h = 14, 5
	piece := rapid.SampledFrom([]string{" ", " ", "      ", "a", "b", "aaaaaaaa", "星", "辰", "星星星", "移动", "│", "한", "🙂", "\x1b[1m星\x1b[m", "\x1b[7m辰 \x1b[m", "\x1b[7ma\x1b[m"})
	line := rapid.Custom(func(t *rapid.T) string {
		l := ""
		for _, p := range rapid.SliceOfN(piece, 0, 9).Draw(t, "pieces") {
			if ansi.StringWidth(l+p) <= w {
				l += p
			}
		}
		end := rapid.SampledFrom([]string{"", " ", "│"}).Draw(t, "end")
		return l + strings.Repeat(" ", max(0, w-ansi.StringWidth(l+end))) + end
	})
	rapid.Check(t, func(t *rapid.T) {
		s := newScreen(rapid.SampledFrom([]string{"xterm-256color", "tmux-256color", "screen-256color", "linux"}).Draw(t, "term"), w, h)
		if rapid.Bool().Draw(t, "unicode") { // the terminal says that it measures clusters
			s.frame.Method = ansi.GraphemeWidth
		}
		lines := rapid.SliceOfN(line, h, h).Draw(t, "lines")
		for range 6 {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0: // the screen scrolls
				lines = append(lines[1:], line.Draw(t, "below"))
			default:
				lines[rapid.IntRange(0, h-1).Draw(t, "at")] = line.Draw(t, "line")
			}
			for i, l := range lines {
				lines[i] = ansi.Truncate(l, w, "") + strings.Repeat(" ", max(0, w-ansi.StringWidth(l)))
			}
			frame := strings.Join(lines, "\n")
			s.draw(t, Split(frame, w))
			if got, want := s.text(), ansi.Strip(frame); got != want {
				t.Fatalf("the screen shows\n%s\nwant\n%s", got, want)
			}
		}
	})
}
