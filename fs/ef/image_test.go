package ef

import (
	"image/color"
	"strings"
	"testing"
)

func basicInstance(w, h, length int) ImageInstance {
	return ImageInstance{Width: w, Height: h, Scheme: SchemeBasic, SchemeByte: 0x11, Length: length}
}

// The points of a basic image run on from row to row (TS 31.102 annex B.1):
// three points a row do not begin a byte anew.
func TestBasicImage(t *testing.T) {
	m, flags := DecodeImage(basicInstance(3, 3, 4), unhex(t, "03035A80"))
	if len(flags) > 0 || m.Width != 3 || m.Height != 3 || !m.Mono {
		t.Fatalf("%+v %v", m, flags)
	}
	var rows []string
	for y := range m.Height {
		row := ""
		for x := range m.Width {
			row += map[color.NRGBA]string{black: "#", white: "."}[m.At(x, y)]
		}
		rows = append(rows, row)
	}
	if got := strings.Join(rows, "/"); got != ".#./##./#.#" {
		t.Errorf("5A 80 is drawn as %s", got)
	}
}

// A colour image whose table lies before it, read with and without the last
// colour being none (TS 31.102 annexes B.2 and B.3).
func TestColourImage(t *testing.T) {
	file := unhex(t, "FF0000 00FF00 0000FF 02020203 0000 1B")
	inst := ImageInstance{Width: 2, Height: 2, Scheme: SchemeColour, SchemeByte: 0x21, Offset: 9, Length: 7}
	m, flags := DecodeImage(inst, file)
	red, green, blue := color.NRGBA{R: 255, A: 255}, color.NRGBA{G: 255, A: 255}, color.NRGBA{B: 255, A: 255}
	want := []color.NRGBA{red, green, blue, {}}
	if got := m.Pixels; len(got) != 4 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] || got[3] != want[3] {
		t.Errorf("%v", got)
	}
	if len(flags) != 1 || flags[0].ID != "flag.image.colour" { // 3 is no colour of the table
		t.Errorf("%v", flags)
	}
	inst.Scheme = SchemeTransparent
	if m, _ = DecodeImage(inst, file); m.At(0, 1) != (color.NRGBA{}) || m.At(1, 0) != green {
		t.Errorf("with transparency %v", m.Pixels)
	}
}

func TestImageFlags(t *testing.T) {
	colour := func(w, h, offset, length int) ImageInstance {
		return ImageInstance{Width: w, Height: h, Scheme: SchemeColour, Offset: offset, Length: length}
	}
	for _, c := range []struct {
		name   string
		inst   ImageInstance
		file   string
		flags  string
		pixels int
	}{
		{"too short", basicInstance(8, 8, 10), "0808FF", "image.offset image.short", 64},
		{"too long", basicInstance(8, 1, 5), "0801FFFFFF", "image.long", 8},
		{"other size", basicInstance(8, 2, 3), "0801FF", "image.size", 8},
		{"no width", basicInstance(8, 2, 3), "0001FF", "image.empty", 0},
		{"no head", basicInstance(8, 2, 1), "08", "image.short", 0},
		{"beyond", colour(2, 2, 9, 2), "0808", "image.offset", 0},
		{"negative", colour(2, 2, -1, 2), "0808", "image.offset", 0},
		{"no coding", ImageInstance{Length: 2, SchemeByte: 0x33}, "0808", "image.scheme", 0},
		{"nine bits", colour(1, 1, 0, 7), "01010901000700000000", "image.bits", 0},
		{"table outside", colour(1, 1, 0, 7), "01010101FFFF00", "image.table image.colour", 1},
		{"too many colours", colour(1, 1, 0, 7), "01010103000780000000111111222222", "image.entries", 1},
	} {
		m, flags := DecodeImage(c.inst, unhex(t, c.file))
		if got := flagIDs(Decoded{Flags: flags}); got != c.flags || len(m.Pixels) != c.pixels {
			t.Errorf("%s: flags %q, %d pixels, want %q, %d", c.name, got, len(m.Pixels), c.flags, c.pixels)
		}
		for _, f := range flags {
			if f.Offset < 0 || f.Length < 0 || f.Offset+f.Length > len(unhex(t, c.file)) || strings.ContainsAny(f.String(), "<{") {
				t.Errorf("%s: flag %+v reads %q", c.name, f, f)
			}
		}
	}
}

func TestHalfBlocks(t *testing.T) {
	red, blue := color.NRGBA{R: 200, A: 255}, color.NRGBA{B: 200, A: 255}
	m := Image{Width: 5, Height: 3, Pixels: []color.NRGBA{
		red, red,
		{},
		{},
		red,
		blue,
		{},
		blue,
		{},
		red,
		red,
		{},
		{},
		{},
		{},
	}}
	cells := m.HalfBlocks(0, 0)
	if len(cells) != 2 || len(cells[0]) != 5 {
		t.Fatalf("%v", cells)
	}
	text := ""
	for _, row := range cells {
		for _, c := range row {
			text += string(c.Rune)
		}
	}
	if text != "▀▀▄ █▀    " {
		t.Errorf("drawn as %q", text)
	}
	for i, want := range []struct {
		ink, paper     color.NRGBA
		hasInk, hasPpr bool
	}{{red, blue, true, true}, {red, color.NRGBA{}, true, false}, {blue, blue, true, false}, {color.NRGBA{}, color.NRGBA{}, false, false}, {red, red, true, false}} {
		ink, hasInk := cells[0][i].Ink()
		paper, hasPaper := cells[0][i].Paper()
		if ink != want.ink || hasInk != want.hasInk || paper != want.paper || hasPaper != want.hasPpr {
			t.Errorf("cell %d: ink %v %v, paper %v %v", i, ink, hasInk, paper, hasPaper)
		}
	}
}

func TestASCII(t *testing.T) {
	m, _ := DecodeImage(basicInstance(4, 3, 4), unhex(t, "0403C5A0"))
	// 1100 / 0101 / 1010
	if got := strings.Join(m.ASCII(0, 0), "/"); got != "'# ./' '" {
		t.Errorf("drawn as %q", got)
	}
	dark := Image{Width: 2, Height: 2, Pixels: []color.NRGBA{black, white, black, {}}}
	if got := strings.Join(dark.ASCII(0, 0), "/"); got != "@" {
		t.Errorf("black beside white is %q", got)
	}
}

// The largest picture there is fits where it is told to, in its proportions.
func TestImageFits(t *testing.T) {
	m := Image{Width: 255, Height: 255, Mono: true, Pixels: make([]color.NRGBA, 255*255)}
	for i := range m.Pixels {
		m.Pixels[i] = black
	}
	for _, c := range []struct{ columns, rows, wantColumns, wantRows int }{
		{0, 0, 255, 128}, {80, 0, 80, 40}, {80, 10, 20, 10}, {1, 1, 1, 1}, {1000, 1000, 255, 128}, {-1, -1, 255, 128},
	} {
		cells := m.HalfBlocks(c.columns, c.rows)
		if len(cells) != c.wantRows || len(cells[0]) != c.wantColumns {
			t.Errorf("%d by %d: %d rows of %d", c.columns, c.rows, len(cells), len(cells[0]))
		}
		if r := cells[0][0].Rune; r != '█' && r != '▀' {
			t.Errorf("%d by %d: %c", c.columns, c.rows, r)
		}
		if lines := m.ASCII(c.columns, c.rows); len(lines) != c.wantRows || len(lines[0]) != c.wantColumns {
			t.Errorf("%d by %d: %d lines of %d", c.columns, c.rows, len(lines), len(lines[0]))
		}
	}
	if cells := (Image{}).HalfBlocks(80, 24); len(cells) != 0 {
		t.Errorf("no picture is drawn as %v", cells)
	}
}

// Whatever the file and its description: no panic, flags inside the file, and
// a picture of as many pixels as its size says.
func FuzzDecodeImage(f *testing.F) {
	f.Add([]byte{8, 8, 1, 2, 3}, byte(0x11), 0, 5)
	f.Add([]byte{2, 2, 2, 3, 0, 7, 0x1B, 1, 2, 3, 4, 5, 6, 7, 8, 9}, byte(0x22), 0, 7)
	f.Fuzz(func(t *testing.T, file []byte, scheme byte, offset, length int) {
		m, flags := DecodeImage(ImageInstance{Scheme: imageSchemes[scheme], SchemeByte: scheme, Offset: offset, Length: length}, file)
		for _, fl := range flags {
			if fl.Offset < 0 || fl.Length < 0 || fl.Offset+fl.Length > len(file) {
				t.Errorf("flag %s lies at %d+%d of %d", fl.ID, fl.Offset, fl.Length, len(file))
			}
		}
		if len(m.Pixels) != m.Width*m.Height && len(m.Pixels) > 0 {
			t.Errorf("%d pixels of %d by %d", len(m.Pixels), m.Width, m.Height)
		}
		if len(m.Pixels) > 0 {
			m.HalfBlocks(40, 20)
			m.ASCII(40, 20)
		}
	})
}
