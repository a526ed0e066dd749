package svg

import "testing"

// Every line drawing character has a drawing, and a line reaches an edge of
// the cell exactly where the table has an arm: that is what makes borders
// join from cell to cell and row to row.
func TestLinesReachTheirEdges(t *testing.T) {
	if len(lines) != 128 {
		t.Fatalf("the table has %d characters, want 128", len(lines))
	}
	for i, arms := range lines {
		char := rune(0x2500 + i)
		if arms == "0000" {
			if !isShape(char) {
				t.Errorf("%c %U is not drawn", char, char)
			}
			continue
		}
		rects, _ := boxRects(char)
		for arm := range 4 {
			if got, want := reaches(rects, arm), int(arms[arm]-'0'); got != want {
				t.Errorf("%c %U arm %d: weight %d at the edge, want %d", char, char, arm, got, want)
			}
		}
		for _, r := range rects {
			if r.w <= 0 || r.h <= 0 || r.x < 0 || r.y < 0 || r.x+r.w > cellW*10 || r.y+r.h > cellH*10 {
				t.Errorf("%c %U: %+v leaves its cell", char, char, r)
			}
		}
	}
}

// reaches tells the weight of what touches an edge: one line of one pixel is
// light, of three heavy, two lines are double.
func reaches(rects []rect, arm int) int {
	count, thick := 0, 0
	for _, r := range rects {
		var touches, upright bool
		switch arm {
		case armLeft:
			touches = r.x == 0
		case armUp:
			touches, upright = r.y == 0, true
		case armRight:
			touches = r.x+r.w == cellW*10
		case armDown:
			touches, upright = r.y+r.h == cellH*10, true
		}
		if !touches {
			continue
		}
		count++
		thick = r.h
		if upright {
			thick = r.w
		}
	}
	switch {
	case count == 0:
		return none
	case count == 2 && thick == 10:
		return double
	case count == 1 && thick == 10:
		return light
	case count == 1 && thick == 30:
		return heavy
	}
	return -1
}

// The lines of a character must meet: each pair of rectangles that belong to
// one drawing is connected through the others, but for the two separate
// halves of a double line.
func TestLinesMeetInTheMiddle(t *testing.T) {
	for i, arms := range lines {
		rects, ok := boxRects(rune(0x2500 + i))
		if !ok || arms == "0000" || arms == "3030" || arms == "0303" {
			continue
		}
		want := 1
		switch char := rune(0x2500 + i); char {
		case '╔', '╗', '╚', '╝', '╠', '╣', '╦', '╩': // an outer and inner lines
			want = 2
			if char == '╠' || char == '╣' || char == '╦' || char == '╩' {
				want = 3
			}
		case '╬':
			want = 4
		case '╟', '╢', '╤', '╧': // a single line ends at the near one of two
			want = 2
		}
		if got := pieces(rects); got != want {
			t.Errorf("%c: %d separate pieces, want %d", rune(0x2500+i), got, want)
		}
	}
}

func pieces(rects []rect) int {
	group := make([]int, len(rects))
	for i := range group {
		group[i] = i
	}
	for range rects {
		for i, a := range rects {
			for j, b := range rects {
				if a.x <= b.x+b.w && b.x <= a.x+a.w && a.y <= b.y+b.h && b.y <= a.y+a.h {
					group[i] = min(group[i], group[j])
				}
			}
		}
	}
	seen := map[int]bool{}
	for _, g := range group {
		seen[g] = true
	}
	return len(seen)
}

func TestBlocksFillTheirShare(t *testing.T) {
	area := func(r rune) (sum int) {
		rects, _ := boxRects(r)
		for _, q := range rects {
			sum += q.w * q.h
		}
		return sum * 8 / (cellW * cellH * 100)
	}
	for r, eighths := range map[rune]int{
		'█': 8, '▀': 4, '▄': 4, '▌': 4, '▐': 4, '▙': 6, '▚': 4, '▘': 2, '▓': 8, '▆': 6, '▊': 6,
	} {
		if got := area(r); got != eighths {
			t.Errorf("%c fills %d eighths, want %d", r, got, eighths)
		}
	}
}
