package ef

import (
	"bytes"
	"image"
	"image/color"
)

// maxPoints bounds the points of a picture that is drawn: one of a card is
// far smaller, and a few bytes can claim a great many.
const maxPoints = 1 << 20

// Points draws a picture in a format of the web, made small enough for an
// Image. ok is false where it is too large, broken or of no known format.
func (v Picture) Points() (Image, bool) {
	if v.Width < 1 || v.Height < 1 || v.Width > maxPicture || v.Height > maxPicture || v.Width*v.Height > maxPoints {
		return Image{}, false
	}
	src, _, err := image.Decode(bytes.NewReader(v.Data))
	if err != nil {
		return Image{}, false
	}
	b := src.Bounds()
	if b.Dx() < 1 || b.Dy() < 1 || b.Dx()*b.Dy() > maxPoints {
		return Image{}, false
	}
	m := Image{Width: b.Dx(), Height: b.Dy(), Pixels: make([]color.NRGBA, 0, b.Dx()*b.Dy())}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			p, _ := color.NRGBAModel.Convert(src.At(x, y)).(color.NRGBA)
			if p.A < 0x80 {
				p = color.NRGBA{}
			}
			m.Pixels = append(m.Pixels, p)
		}
	}
	return m.fit(0xFF, 0xFF), true
}
