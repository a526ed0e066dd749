package ef

import "image/color"

// Image coding schemes (TS 31.102 clause 4.6.1.1, TS 51.011 clause 10.6.1.1).
const (
	SchemeBasic       = "basic"       // 11: a bit a point
	SchemeColour      = "colour"      // 21: points refer to a table of colours
	SchemeTransparent = "transparent" // 22: the last colour of the table is none
)

var imageSchemes = map[byte]string{0x11: SchemeBasic, 0x21: SchemeColour, 0x22: SchemeTransparent}

// ImageInstance says where in which EF.IIDF one form of an image lies, and how
// it is coded: nine bytes of a record of EF.IMG.
type ImageInstance struct {
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Scheme     string `json:"image_coding_scheme"` // "basic", "colour", "transparent", "reserved"
	SchemeByte byte   `json:"image_coding_scheme_byte"`
	File       Hex    `json:"image_instance_file_identifier"`
	Offset     int    `json:"offset_into_file"`
	Length     int    `json:"length_of_data"`
}

// Image is a decoded picture. Pixels are rows from the top, each from the
// left; one whose A is 0 is transparent. At most 255 by 255 points.
type Image struct {
	Width, Height int
	// Mono: the points have no colour of their own. Those that are set are
	// black here, the others white; a screen may take its own two colours.
	Mono   bool
	Pixels []color.NRGBA
}

// At is the point in column x and row y; transparent outside the picture.
func (m Image) At(x, y int) color.NRGBA {
	if x < 0 || y < 0 || x >= m.Width || y >= m.Height {
		return color.NRGBA{}
	}
	return m.Pixels[y*m.Width+x]
}

var (
	black = color.NRGBA{A: 0xFF}
	white = color.NRGBA{R: 0xFF, G: 0xFF, B: 0xFF, A: 0xFF}
)

// Lengths of what stands before the points (TS 31.102 annexes B.1 and B.2).
const (
	basicHead  = 2
	colourHead = 6
)

// DecodeImage reads the image that inst describes from file, the whole content
// of the EF.IIDF that inst names (TS 31.102 annex B, TS 51.011 annex G). What
// is missing of it stays transparent and is flagged; the offsets of flags are
// those in file. An image that cannot be read at all has no pixels.
func DecodeImage(inst ImageInstance, file []byte) (Image, []Flag) {
	r := imageReader{file: file}
	if inst.Offset < 0 || inst.Length < 0 || inst.Offset > len(file) {
		r.flag("image.offset", 0, 0, "offset", inst.Offset, "limit", len(file))
		return Image{}, r.Flags
	}
	end := inst.Offset + inst.Length
	if end > len(file) {
		r.flag("image.offset", inst.Offset, len(file)-inst.Offset, "offset", end, "limit", len(file))
		end = len(file)
	}
	body := file[inst.Offset:end]
	var m Image
	switch inst.Scheme {
	case SchemeBasic:
		m = r.basic(body, inst.Offset)
	case SchemeColour, SchemeTransparent:
		m = r.colour(body, inst.Offset, inst.Scheme == SchemeTransparent)
	default:
		r.flag("image.scheme", inst.Offset, 0, "scheme", hexByte(inst.SchemeByte))
		return Image{}, r.Flags
	}
	if len(m.Pixels) > 0 && (m.Width != inst.Width || m.Height != inst.Height) {
		r.flag("image.size", inst.Offset, 2, "width", m.Width, "height", m.Height, "saidwidth", inst.Width, "saidheight", inst.Height)
	}
	return m, r.Flags
}

// imageReader collects the flags of one picture.
type imageReader struct {
	builder
	file []byte
}

// start makes the picture that the first two bytes of body give the size of.
func (r *imageReader) start(body []byte, off, head int) (Image, bool) {
	if len(body) < head {
		r.flag("image.short", off, len(body), "have", len(body), "need", head)
		return Image{}, false
	}
	m := Image{Width: int(body[0]), Height: int(body[1])}
	if m.Width == 0 || m.Height == 0 {
		r.flag("image.empty", off, 2)
		return Image{}, false
	}
	m.Pixels = make([]color.NRGBA, m.Width*m.Height)
	return m, true
}

// need flags a body that has not as many bits as the points take.
func (r *imageReader) need(m Image, body []byte, off, head, bits int) {
	want := head + (m.Width*m.Height*bits+7)/8
	switch {
	case len(body) < want:
		r.flag("image.short", off, len(body), "have", len(body), "need", want)
	case len(body) > want:
		r.flag("image.long", off+want, len(body)-want, "n", len(body)-want)
	}
}

// basic reads points of one bit that run on from row to row.
func (r *imageReader) basic(body []byte, off int) Image {
	m, ok := r.start(body, off, basicHead)
	if !ok {
		return m
	}
	m.Mono = true
	r.need(m, body, off, basicHead, 1)
	b := bitCursor{b: body[basicHead:]}
	for i := range m.Pixels {
		set := b.take(1)
		if b.short {
			break
		}
		m.Pixels[i] = white
		if set == 1 {
			m.Pixels[i] = black
		}
	}
	return m
}

// colour reads points that are numbers of colours in a table, which lies
// anywhere in the same file.
func (r *imageReader) colour(body []byte, off int, transparent bool) Image {
	m, ok := r.start(body, off, colourHead)
	if !ok {
		return m
	}
	bits, entries := int(body[2]), int(body[3])
	if entries == 0 {
		entries = 256
	}
	if bits < 1 || bits > 8 {
		r.flag("image.bits", off+2, 1, "n", bits)
		return Image{}
	}
	if entries > 1<<bits {
		r.flag("image.entries", off+3, 1, "n", entries, "limit", 1<<bits)
	}
	table := r.table(int(body[4])<<8|int(body[5]), entries, off+4)
	if transparent && len(table) == entries {
		table[entries-1] = color.NRGBA{}
	}
	r.need(m, body, off, colourHead, bits)
	b := bitCursor{b: body[colourHead:]}
	missing := false
	for i := range m.Pixels {
		n := b.take(bits)
		if b.short {
			break
		}
		if n >= len(table) {
			missing = true
			continue
		}
		m.Pixels[i] = table[n]
	}
	if missing {
		r.flag("image.colour", off+colourHead, len(body)-colourHead, "limit", entries)
	}
	return m
}

// table reads the colours at an offset of the file, three bytes each.
func (r *imageReader) table(at, entries, off int) []color.NRGBA {
	if at+3*entries > len(r.file) {
		r.flag("image.table", off, 2, "offset", at, "n", entries)
		entries = max((len(r.file)-at)/3, 0)
	}
	out := make([]color.NRGBA, entries)
	for i := range out {
		c := r.file[at+3*i:]
		out[i] = color.NRGBA{R: c[0], G: c[1], B: c[2], A: 0xFF}
	}
	return out
}
