package svg

import "strings"

// The grid. Ten by twenty-two is what JetBrains Mono asks for at 16.667 px: it
// advances 0.6 em and its line is 1.32 em high, so nothing drifts in a row.
const (
	cellW    = 10
	cellH    = 22
	baseline = 17
	midX     = 4 // the pixel in the middle of a cell, counted from 0
	midY     = 10
	gap      = 2 // distance of each line of a double line from the middle
)

// Arms of a line drawing character, in the order of the table.
const (
	armLeft = iota
	armUp
	armRight
	armDown
)

// Weights of an arm.
const (
	none = iota
	light
	heavy
	double
)

// lines holds U+2500 to U+257F: the weight of the arms to the left, up, right
// and down. Dashes, arcs and diagonals are drawn otherwise and stand as 0000.
var lines = strings.Fields("" +
	"1010 2020 0101 0202 0000 0000 0000 0000 0000 0000 0000 0000 0011 0021 0012 0022 " +
	"1001 2001 1002 2002 0110 0120 0210 0220 1100 2100 1200 2200 0111 0121 0211 0112 " +
	"0212 0221 0122 0222 1101 2101 1201 1102 1202 2201 2102 2202 1011 2011 1021 2021 " +
	"1012 2012 1022 2022 1110 2110 1120 2120 1210 2210 1220 2220 1111 2111 1121 2121 " +
	"1211 1112 1212 2211 1221 2112 1122 2221 2122 2212 1222 2222 0000 0000 0000 0000 " +
	"3030 0303 0031 0013 0033 3001 1003 3003 0130 0310 0330 3100 1300 3300 0131 0313 " +
	"0333 3101 1303 3303 3031 1013 3033 3130 1310 3330 3131 1313 3333 0000 0000 0000 " +
	"0000 0000 0000 0000 1000 0100 0010 0001 2000 0200 0020 0002 1020 0102 2010 0201")

// dash is a dashed line: how many pieces, and as heavy as what.
type dash struct {
	pieces, weight int
	upright        bool
}

var dashes = map[rune]dash{
	'┄': {3, light, false}, '┅': {3, heavy, false}, '┆': {3, light, true}, '┇': {3, heavy, true},
	'┈': {4, light, false}, '┉': {4, heavy, false}, '┊': {4, light, true}, '┋': {4, heavy, true},
	'╌': {2, light, false}, '╍': {2, heavy, false}, '╎': {2, light, true}, '╏': {2, heavy, true},
}

// strokes are the shapes that are no rectangles: paths within a cell, moved to
// the cell's corner before they are used.
var strokes = map[rune]string{
	'╭': "M4.5 22V15.5Q4.5 10.5 9.5 10.5H10",
	'╮': "M4.5 22V15.5Q4.5 10.5 0 10.5",
	'╯': "M4.5 0V5.5Q4.5 10.5 0 10.5",
	'╰': "M4.5 0V5.5Q4.5 10.5 9.5 10.5H10",
	'╱': "M0 22L10 0",
	'╲': "M0 0L10 22",
	'╳': "M0 22L10 0M0 0L10 22",
	'▱': "M3.5 6.5H9.5L6.5 16.5H.5Z",
}

// fills are shapes filled with the text's colour.
var fills = map[rune]string{'▰': "M3 6H10L7 17H0Z"}

// rect is a rectangle in tenths of a pixel, from the picture's or cell's corner.
type rect struct{ x, y, w, h int }

// boxRects gives the rectangles that make up a line drawing or block
// character, within its cell, and false for any other character.
func boxRects(r rune) ([]rect, bool) {
	if d, ok := dashes[r]; ok {
		return dashRects(d), true
	}
	switch {
	case r >= 0x2500 && r <= 0x257f && lines[r-0x2500] != "0000":
		return lineRects(lines[r-0x2500]), true
	case r >= 0x2580 && r <= 0x259f:
		return blockRects(r), true
	}
	return nil, false
}

// span is the run of pixels that a line of the weight covers across itself,
// when its middle is at mid.
func span(mid, weight int) (from, size int) {
	if weight == heavy {
		return mid - 1, 3
	}
	return mid, 1
}

func lineRects(arms string) []rect {
	var a [4]int
	for i := range a {
		a[i] = int(arms[i] - '0')
	}
	var out []rect
	for arm, weight := range a {
		switch weight {
		case none:
		case double:
			// The two lines of a double arm end where the lines across them
			// begin, each on its own side.
			out = append(out, armRect(a, arm, -gap, light), armRect(a, arm, gap, light))
		default:
			out = append(out, armRect(a, arm, 0, weight))
		}
	}
	return out
}

// armRect draws one line of an arm, shifted across by off, from the cell's
// edge to where it ends.
func armRect(a [4]int, arm, off, weight int) rect {
	upright := arm == armUp || arm == armDown
	mid, across, size := midX, midY+off, cellW
	if upright {
		mid, across, size = midY, midX+off, cellH
	}
	from, thick := span(across, weight)
	end := armEnd(a, arm, off)
	var start, length int
	if arm == armLeft || arm == armUp {
		start, length = 0, mid+end+1
	} else {
		start, length = mid-end, size-(mid-end)
	}
	if upright {
		return rect{from * 10, start * 10, thick * 10, length * 10}
	}
	return rect{start * 10, from * 10, length * 10, thick * 10}
}

// armEnd tells how many pixels beyond the middle a line of an arm goes;
// negative when it stops before the middle.
func armEnd(a [4]int, arm, off int) int {
	opposite := a[(arm+2)%4] != none
	before, after := a[armUp], a[armDown]
	if arm == armUp || arm == armDown {
		before, after = a[armLeft], a[armRight]
	}
	side := none
	switch {
	case off < 0:
		side = before
	case off > 0:
		side = after
	case before == double && after == double && !opposite:
		side = double // a single line stops at the near line of a double one
	}
	switch {
	case side == double:
		return -gap
	case side != none || opposite:
		return 0
	case before == double || after == double:
		return gap
	case before == heavy || after == heavy:
		return 1
	}
	return 0
}

func dashRects(d dash) []rect {
	size, mid := cellW, midY
	if d.upright {
		size, mid = cellH, midX
	}
	from, thick := span(mid, d.weight)
	step := size * 10 / d.pieces
	var out []rect
	for i := range d.pieces {
		if d.upright {
			out = append(out, rect{from * 10, i*step + 10, thick * 10, step - 20})
		} else {
			out = append(out, rect{i*step + 5, from * 10, step - 10, thick * 10})
		}
	}
	return out
}

// quadrants of U+2596 to U+259F: upper left, upper right, lower left, lower right.
var quadrants = [...]string{"0010", "0001", "1000", "1011", "1001", "1110", "1101", "0100", "0110", "0111"}

func blockRects(r rune) []rect {
	const w, h = cellW * 10, cellH * 10
	switch {
	case r == '▀':
		return []rect{{0, 0, w, h / 2}}
	case r <= '█': // lower eighths
		n := int(r-0x2580) * h / 8
		return []rect{{0, h - n, w, n}}
	case r <= '▏': // left eighths, from seven down to one
		return []rect{{0, 0, int(0x2590-r) * w / 8, h}}
	case r == '▐':
		return []rect{{w / 2, 0, w / 2, h}}
	case r <= '▓': // shades: the whole cell, thinned by shade
		return []rect{{0, 0, w, h}}
	case r == '▔':
		return []rect{{0, 0, w, h / 8}}
	case r == '▕':
		return []rect{{w - w/8, 0, w / 8, h}}
	}
	var out []rect
	for i, on := range quadrants[r-0x2596] {
		if on == '1' {
			out = append(out, rect{i % 2 * w / 2, i / 2 * h / 2, w / 2, h / 2})
		}
	}
	return out
}

// shade is how much of the text's colour a shade character has, in percent.
func shade(r rune) int {
	switch r {
	case '░':
		return 25
	case '▒':
		return 50
	case '▓':
		return 75
	}
	return 100
}
