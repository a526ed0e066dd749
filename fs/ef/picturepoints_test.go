package ef

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			if x < w/2 {
				m.Set(x, y, color.NRGBA{R: 0xFF, A: 0xFF})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturePoints(t *testing.T) {
	v := Picture{Format: "png", Width: 4, Height: 2, Data: pngOf(t, 4, 2)}
	m, ok := v.Points()
	if !ok || m.Width != 4 || m.Height != 2 || m.At(0, 0).R != 0xFF || m.At(3, 1).A != 0 {
		t.Errorf("%v %+v", ok, m)
	}
	big := Picture{Format: "png", Width: 600, Height: 10, Data: pngOf(t, 600, 10)}
	if m, ok := big.Points(); !ok || m.Width > 255 {
		t.Errorf("%v, %d wide", ok, m.Width)
	}
	// A few bytes that claim much, or that end too early, draw nothing.
	for what, p := range map[string]Picture{
		"claims":  {Width: 1 << 14, Height: 1 << 14, Data: v.Data},
		"nothing": {Data: v.Data},
		"short":   {Width: 4, Height: 2, Data: v.Data[:40]},
		"other":   {Width: 4, Height: 2, Data: Hex{1, 2, 3}},
	} {
		if _, ok := p.Points(); ok {
			t.Errorf("%s is drawn", what)
		}
	}
}
