package svg

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

var update = flag.Bool("update", false, "write the golden files anew")

// screen shows a byte stream on a terminal of the size.
func screen(t *testing.T, cols, rows int, stream string) Screen {
	t.Helper()
	em := vt.NewEmulator(cols, rows)
	if _, err := em.Write([]byte(strings.ReplaceAll(stream, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
	s := Screen{Cells: make([][]uv.Cell, rows)}
	for y := range rows {
		for x := range cols {
			s.Cells[y] = append(s.Cells[y], *em.CellAt(x, y))
		}
	}
	return s
}

var streams = []struct {
	name       string
	cols, rows int
	theme      string
	stream     string
}{
	{"attributes", 34, 6, "dark", "\x1b[1mbold\x1b[0m \x1b[2mfaint\x1b[0m \x1b[3mitalic\x1b[0m \x1b[9mstruck\x1b[0m\n" +
		"\x1b[4mone\x1b[0m \x1b[4:2mtwo\x1b[0m \x1b[4:3mcurly\x1b[0m \x1b[4:4mdots\x1b[0m \x1b[4:5mdash\x1b[0m\n" +
		"\x1b[7mreverse\x1b[0m \x1b[31;44mred on blue\x1b[0m \x1b[8mhidden\x1b[0m\n" +
		"\x1b[38;5;208morange\x1b[0m \x1b[38;2;1;2;3;48;2;250;251;252mtrue\x1b[0m \x1b[91mbright\x1b[0m\n" +
		"a<b & \"c\" -> != ok  two  blanks"},
	{"cjk", 22, 4, "light", "╭ 联系人 ────────────╮\n│\x1b[7m 张伟 \x1b[0m +44 7700     │\n│ \x1b[1;4m星辰移动\x1b[0m é 😀 ✓ ∎  │\n╰────────────────────╯"},
	{"boxes", 22, 6, "dark", "┌─┬─┐┏━┳━┓╔═╦═╗╭─╮ ╱╲╳\n│ │ │┃ ┃ ┃║ ║ ║│ │ ┄┆┉\n├─┼─┤┣━╋━┫╠═╬═╣╰─╯ ▰▰▱\n└─┴─┘┗━┻━┛╚═╩═╝\n▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐▀▔▕\n░▒▓▖▗▘▙▚▛▜▝▞▟╞╪╡╟╫╢"},
}

func TestGolden(t *testing.T) {
	for _, c := range streams {
		t.Run(c.name, func(t *testing.T) {
			got := Draw(screen(t, c.cols, c.rows, c.stream), Themes[c.theme], "a <title>")
			wellFormed(t, got)
			file := filepath.Join("testdata", c.name+".svg")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s (run with -update and look at it)\n%s", file, firstDifference(want, got))
			}
		})
	}
}

func firstDifference(want, got []byte) string {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func wellFormed(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Fatalf("not well-formed XML: %v", err)
			}
			return
		}
	}
}

// Columns must stay columns: what stands after wide characters begins at the
// same place as what stands after as many narrow ones.
func TestColumnsAfterWideCharacters(t *testing.T) {
	got := string(Draw(screen(t, 12, 2, "星辰移动  7\nabcdefgh  8"), Themes["dark"], ""))
	for _, want := range []string{
		fmt.Sprintf(`<text x="%d" y="17" fill="#d7dae0">7<`, 10*cellW),
		fmt.Sprintf(`<text x="%d" y="39" fill="#d7dae0">8<`, 10*cellW),
		`<text x="10" y="17" text-anchor="middle" font-size="18.5" fill="#d7dae0">星<`,
		`<text x="70" y="17" text-anchor="middle" font-size="18.5" fill="#d7dae0">动<`,
		`<text x="0" y="39" textLength="80" fill="#d7dae0">abcdefgh<`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
}

func TestHiddenTextIsNotInThePicture(t *testing.T) {
	got := Draw(screen(t, 12, 1, "\x1b[8mhidden\x1b[0m seen"), Themes["dark"], "")
	if bytes.Contains(got, []byte("hidden")) || !bytes.Contains(got, []byte("seen")) {
		t.Errorf("hidden text is drawn, or seen text is not:\n%s", got)
	}
}

func TestCursorIsDrawnReversed(t *testing.T) {
	s := screen(t, 3, 1, "ab")
	s.Cursor = Cursor{X: 1, Y: 0, Visible: true}
	dark := Themes["dark"]
	want := fmt.Sprintf("<rect x=\"10\" y=\"0\" width=\"10\" height=\"22\" fill=\"%s\"", hex(dark.Foreground))
	if got := string(Draw(s, dark, "")); !strings.Contains(got, want) {
		t.Errorf("%s is missing in\n%s", want, got)
	}
	s.Cursor.Visible = false
	if got := string(Draw(s, dark, "")); strings.Contains(got, want) {
		t.Error("a cursor that is not visible is drawn")
	}
}

func TestEmptyScreen(t *testing.T) {
	wellFormed(t, Draw(Screen{}, Themes["dark"], "empty"))
}
