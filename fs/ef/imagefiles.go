package ef

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // so that DecodeConfig knows the format
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise
	"strings"

	"simscope/texts"
)

// ImageList is a record of EF.IMG (TS 31.102 clause 4.6.1.1, TS 51.011 clause
// 10.6.1.1): the forms of one image; its number is the record's.
type ImageList struct {
	Instances []ImageInstance `json:"image_instances"`
	Carry
}

// imageInstance is the length of one descriptor.
const imageInstance = 9

func decodeIMG(data []byte, _ Context, b *builder) ImageList {
	v := ImageList{Instances: []ImageInstance{}, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if !b.expect(data, 1) {
		return v
	}
	n, room := int(data[0]), (len(data)-1)/imageInstance
	if n == 0 || allFF(data) {
		b.erase()
		return v
	}
	if n > room {
		b.flag("image.instances", 0, 1, "n", n, "limit", room)
		n = room
	}
	b.add("image_instances", fmt.Sprint(n), 0, 1)
	var shown []string
	for i := range n {
		inst := b.instance(data[1+i*imageInstance:], 1+i*imageInstance)
		v.Instances = append(v.Instances, inst)
		shown = append(shown, texts.Say("ef.image", "width", inst.Width, "height", inst.Height, "scheme", word("image."+inst.Scheme)))
	}
	b.Summary = shorten(shown, 4)
	b.Columns = []string{fmt.Sprint(n), b.Summary}
	return v
}

func (b *builder) instance(e []byte, off int) ImageInstance {
	v := ImageInstance{Width: int(e[0]), Height: int(e[1]), SchemeByte: e[2], Scheme: "reserved", File: e[3:5]}
	v.Offset, v.Length = int(e[5])<<8|int(e[6]), int(e[7])<<8|int(e[8])
	if s, ok := imageSchemes[e[2]]; ok {
		v.Scheme = s
	} else {
		b.flag("image.scheme", off+2, 1, "scheme", hexByte(e[2]))
	}
	b.add("image_size", fmt.Sprintf("%d × %d", v.Width, v.Height), off, 2)
	for _, f := range []*Field{
		b.add("image_coding_scheme", word("image."+v.Scheme), off+2, 1),
		b.add("image_instance_file_identifier", v.File.String(), off+3, 2),
	} {
		f.Depth = 1
	}
	b.add("image_offset", fmt.Sprint(v.Offset), off+5, 2).Depth = 1
	b.add("image_length", fmt.Sprint(v.Length), off+7, 2).Depth = 1
	return v
}

func encodeIMG(v ImageList, size int) ([]byte, error) {
	room := min((size-1)/imageInstance, 0xFF)
	if size < 1 || len(v.Instances) > room {
		return nil, refuse("entries", "need", len(v.Instances), "limit", max(room, 0))
	}
	out := []byte{byte(len(v.Instances))}
	for _, i := range v.Instances {
		scheme := i.SchemeByte
		if imageSchemes[scheme] != i.Scheme && i.Scheme != "reserved" {
			scheme = 0
			for c, name := range imageSchemes {
				if name == i.Scheme {
					scheme = c
				}
			}
			if scheme == 0 {
				return nil, refuse("image.scheme", "scheme", i.Scheme)
			}
		}
		for _, n := range []int{i.Width >> 8, i.Height >> 8, i.Offset >> 16, i.Length >> 16} {
			if n != 0 {
				return nil, refuse("image.range")
			}
		}
		if len(i.File) != 2 {
			return nil, refuse("length", "what", "image_instance_file_identifier", "need", 2)
		}
		out = append(out, byte(i.Width), byte(i.Height), scheme, i.File[0], i.File[1])
		out = append(out, byte(i.Offset>>8), byte(i.Offset), byte(i.Length>>8), byte(i.Length))
	}
	return padded(out, size)
}

// ImageData is the content of EF.IIDF (TS 31.102 clause 4.6.1.2): one image or
// several, and tables of colours. Only EF.IMG says for sure what lies where;
// Looks is what the bytes look like when they are one image from the start.
type ImageData struct {
	Data  Hex            `json:"image_instance_data"`
	Looks *ImageInstance `json:"looks_like,omitempty"`
}

func decodeIIDF(data []byte, _ Context, b *builder) ImageData {
	v := ImageData{Data: data}
	if allFF(data) || allZero(data) {
		b.erase()
		return v
	}
	v.Looks = guessImage(data)
	b.Summary = texts.Say("ef.picture.bytes", "n", len(data))
	if v.Looks == nil {
		b.add("image_instance_data", b.Summary, 0, len(data))
		return v
	}
	b.Summary = texts.Say("ef.image", "width", v.Looks.Width, "height", v.Looks.Height, "scheme", word("image."+v.Looks.Scheme))
	b.add("image_size", fmt.Sprintf("%d × %d", v.Looks.Width, v.Looks.Height), 0, 2)
	b.add("image_coding_scheme", word("image."+v.Looks.Scheme), 0, 0).Note = word("image.looks")
	head := basicHead
	if v.Looks.Scheme == SchemeColour {
		head = colourHead
		colours := int(data[3])
		if colours == 0 {
			colours = 256
		}
		b.add("image_bits", fmt.Sprint(data[2]), 2, 1)
		b.add("image_colours", fmt.Sprint(colours), 3, 1)
		b.add("image_table", texts.Say("ef.image.offset", "n", int(data[4])<<8|int(data[5])), 4, 2)
	}
	n := v.Looks.Length - head
	b.add("image_body", texts.Say("ef.picture.bytes", "n", n), head, n)
	return v
}

// guessImage says what data is as one image from its start: coded in colour
// with a table in the same file, or basic with nothing but filler behind it.
func guessImage(data []byte) *ImageInstance {
	if len(data) < basicHead+1 || data[0] == 0 || data[1] == 0 {
		return nil
	}
	w, h := int(data[0]), int(data[1])
	if len(data) >= colourHead && data[2] >= 1 && data[2] <= 8 {
		entries, at := int(data[3]), int(data[4])<<8|int(data[5])
		if entries == 0 {
			entries = 256
		}
		n := colourHead + (w*h*int(data[2])+7)/8
		if entries <= 1<<data[2] && at >= n && at+3*entries <= len(data) {
			return &ImageInstance{Width: w, Height: h, Scheme: SchemeColour, SchemeByte: 0x21, File: Hex{}, Length: n}
		}
	}
	n := basicHead + (w*h+7)/8
	if n <= len(data) && allFF(data[n:]) {
		return &ImageInstance{Width: w, Height: h, Scheme: SchemeBasic, SchemeByte: 0x11, File: Hex{}, Length: n}
	}
	return nil
}

func encodeIIDF(v ImageData, size int) ([]byte, error) {
	if !sameJSON(guessImage(v.Data), v.Looks) && v.Looks != nil {
		return nil, refuse("image.looks")
	}
	return padded(bytes.Clone(v.Data), size)
}

// Picture is the content of an EF.ICON, or of a data object of
// EF.ICE_GRAPHICS: a picture in a format of the web.
type Picture struct {
	Tag    Hex    `json:"tag,omitempty"` // of a data object
	Format string `json:"format"`        // "png", "jpeg", "gif", "unknown"; empty where there is none
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Data   Hex    `json:"data"`
}

// maxPicture is the largest picture that is believed; a card's are small.
const maxPicture = 1 << 14

// picture names the format and the size; it draws nothing.
func (b *builder) picture(data []byte, off int) Picture {
	v := Picture{Data: data}
	if allFF(data) || allZero(data) {
		b.erase()
		return v
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		v.Format = "unknown"
		b.flag("picture.format", off, len(data))
		b.Summary = texts.Say("ef.picture.bytes", "n", len(data))
		b.add("picture_data", b.Summary, off, len(data))
		return v
	}
	v.Format, v.Width, v.Height = format, config.Width, config.Height
	if v.Width < 1 || v.Height < 1 || v.Width > maxPicture || v.Height > maxPicture {
		b.flag("picture.size", off, len(data), "width", v.Width, "height", v.Height)
	}
	b.Summary = strings.ToUpper(format) + fmt.Sprintf("  %d × %d", v.Width, v.Height)
	b.add("picture_format", strings.ToUpper(format), off, len(data))
	b.add("picture_size", fmt.Sprintf("%d × %d", v.Width, v.Height), off, len(data))
	b.add("picture_data", texts.Say("ef.picture.bytes", "n", len(data)), off, len(data))
	return v
}

func decodeIcon(data []byte, _ Context, b *builder) Picture { return b.picture(data, 0) }

// encodeIcon writes the picture. Its format and size are its own.
func encodeIcon(v Picture, size int) ([]byte, error) {
	if err := v.agrees(); err != nil {
		return nil, err
	}
	return padded(bytes.Clone(v.Data), size)
}

func (v Picture) agrees() error {
	var quiet builder
	if p := quiet.picture(v.Data, 0); p.Format != v.Format || p.Width != v.Width || p.Height != v.Height {
		return refuse("picture.format", "format", v.Format)
	}
	return nil
}

// PictureObject is a data object of EF.ICE_GRAPHICS (TS 31.102 clause
// 4.6.1.3): a JPEG picture for an emergency contact.
type PictureObject struct {
	Picture
	Carry
}

func decodeICEGraphics(data []byte, _ Context, b *builder) PictureObject {
	v := PictureObject{Picture: Picture{Tag: Hex{}, Data: Hex{}}, Carry: Carry{data}}
	tag, value, off, ok := b.soleObject(data)
	if !ok {
		return v
	}
	b.add("object_tag", tag.String(), 0, len(tag))
	v.Picture = b.picture(value, off)
	v.Tag = tag
	if v.Format != "" && v.Format != "jpeg" && v.Format != "unknown" {
		b.flag("picture.jpeg", off, len(value), "format", strings.ToUpper(v.Format))
	}
	return v
}

func encodeICEGraphics(v PictureObject, size int) ([]byte, error) {
	if err := v.agrees(); err != nil {
		return nil, err
	}
	return dataObject(v.Tag, v.Data, size)
}
