package ef

import (
	"slices"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// Tags of a multimedia message descriptor (TS 31.102 clause 4.6.3.1).
const (
	tagMMSImplementation tlv.Tag = 0x80
	tagMMFile            tlv.Tag = 0x81
	tagMMContent         tlv.Tag = 0x82
	tagMMSize            tlv.Tag = 0x83
	tagMMStatus          tlv.Tag = 0x84
	tagMMAlpha           tlv.Tag = 0x85
)

// MMDescriptor is a data object of EF.MML (TS 31.102 clause 4.6.3.1): one
// message of the list, whose content lies in EF.MMDF.
type MMDescriptor struct {
	Tag             Hex      `json:"tag"`
	Implementation  *byte    `json:"mms_implementation,omitempty"`
	Implementations []string `json:"mms_implementations,omitempty"` // what the bits say
	File            Hex      `json:"mm_file_identifier,omitempty"`  // two bytes, or a short one
	Content         Hex      `json:"mm_content_data_object_tag,omitempty"`
	Size            *int     `json:"mm_size,omitempty"` // in bytes
	Status          Hex      `json:"mm_status,omitempty"`
	AlphaID         string   `json:"mm_alpha_identifier,omitempty"`
	Carry
}

// soleObject reads the one data object that data is, and its nested ones.
func (b *builder) soleObject(data []byte) (tag Hex, value []byte, off int, ok bool) {
	nodes := b.readObjects(data, 0)
	if len(nodes) == 0 {
		if len(b.Flags) == 0 {
			b.flag("short", 0, len(data), "have", len(data), "need", 2)
		}
		return Hex{}, nil, 0, false
	}
	n := nodes[0]
	if len(nodes) > 1 {
		b.flag("mm.objects", nodes[1].Offset, len(data)-nodes[1].Offset)
	}
	whole := tlv.Append(nil, n.Tag, nil)
	return whole[:len(whole)-1], n.Value, valueOffset(data, n), true
}

func decodeMML(data []byte, _ Context, b *builder) MMDescriptor {
	v := MMDescriptor{Tag: Hex{}, Carry: Carry{data}}
	tag, value, off, ok := b.soleObject(data)
	if !ok {
		return v
	}
	v.Tag = tag
	b.add("object_tag", tag.String(), 0, len(tag))
	nodes := b.readObjects(value, off)
	for _, n := range nodes {
		v.read(n, off+valueOffset(value, n), b)
	}
	b.Summary = v.AlphaID
	if v.Size != nil {
		b.Summary = strings.TrimSpace(b.Summary + "  " + texts.Say("ef.picture.bytes", "n", *v.Size))
	}
	return v
}

func (v *MMDescriptor) read(n tlv.Node, off int, b *builder) {
	size := len(n.Value)
	switch n.Tag {
	case tagMMSImplementation:
		if size != 1 {
			b.flag("mm.length", off, size, "tag", n.Tag)
			return
		}
		c := n.Value[0]
		v.Implementation = &c
		for i, name := range mmsImplementations {
			if c&(1<<i) != 0 {
				v.Implementations = append(v.Implementations, name)
			}
		}
		b.add("mm_implementation", strings.Join(v.Implementations, ", "), off, 1)
	case tagMMFile:
		v.File = n.Value
		b.add("mm_file_identifier", v.File.String(), off, size)
	case tagMMContent:
		v.Content = n.Value
		b.add("mm_content_data_object_tag", v.Content.String(), off, size)
	case tagMMSize:
		if size == 0 || size > 4 {
			b.flag("mm.length", off, size, "tag", n.Tag)
			return
		}
		total := 0
		for _, c := range n.Value {
			total = total<<8 | int(c)
		}
		v.Size = &total
		b.add("mm_size", texts.Say("ef.picture.bytes", "n", total), off, size)
	case tagMMStatus:
		v.Status = n.Value
		b.add("mm_status", v.Status.String(), off, size)
	case tagMMAlpha:
		a := DecodeAlpha(n.Value)
		v.AlphaID = a.Text
		b.alphaFlags(a, off)
		b.add("alpha_identifier", a.Text, off, size)
	default:
		b.flag("object.stranger", off, size, "tag", n.Tag)
	}
}

func encodeMML(v MMDescriptor, size int) ([]byte, error) {
	var value []byte
	if v.Implementation != nil {
		value = tlv.Append(value, tagMMSImplementation, []byte{*v.Implementation})
	}
	for tag, b := range map[tlv.Tag]Hex{tagMMFile: v.File, tagMMContent: v.Content} {
		if len(b) > 3 {
			return nil, refuse("length", "what", tag, "need", 3)
		}
	}
	if len(v.File) > 0 {
		value = tlv.Append(value, tagMMFile, v.File)
	}
	if len(v.Content) > 0 {
		value = tlv.Append(value, tagMMContent, v.Content)
	}
	if v.Size != nil {
		if *v.Size < 0 || *v.Size > 0xFFFFFF {
			return nil, refuse("mm.size", "limit", 0xFFFFFF)
		}
		value = tlv.Append(value, tagMMSize, leastBytes(*v.Size))
	}
	if len(v.Status) > 0 {
		value = tlv.Append(value, tagMMStatus, v.Status)
	}
	if v.AlphaID != "" {
		value = tlv.Append(value, tagMMAlpha, shortestAlpha(v.AlphaID))
	}
	return dataObject(v.Tag, value, size)
}

// leastBytes is n in as few bytes as hold it, at least one.
func leastBytes(n int) []byte {
	out := []byte{byte(n)}
	for n >>= 8; n > 0; n >>= 8 {
		out = append(out, byte(n))
	}
	slices.Reverse(out)
	return out
}

// dataObject writes a data object, which is never padded.
func dataObject(tag Hex, value []byte, size int) ([]byte, error) {
	if len(tag) == 0 || len(tag) > 3 || len(value) > 0xFFFFFF {
		return nil, refuse("object.bytes")
	}
	var t tlv.Tag
	for _, c := range tag {
		t = t<<8 | tlv.Tag(c)
	}
	out := tlv.Append(nil, t, value)
	if nodes, err := tlv.ParseFlat(out); err != nil || len(nodes) != 1 || nodes[0].Tag != t || nodes[0].Offset != 0 {
		return nil, refuse("object.bytes")
	}
	if len(out) > size {
		return nil, refuse("size", "need", len(out), "limit", size)
	}
	return out, nil
}

// MMContent is a data object of EF.MMDF (TS 31.102 clause 4.6.3.2): a
// multimedia message as it is sent, with its headers first (OMA MMS
// Encapsulation, table 25; WAP-230 WSP clause 8.4).
type MMContent struct {
	Tag     Hex         `json:"tag"`
	Message Hex         `json:"mm_content"`
	Headers []MMSHeader `json:"headers"` // what the message says of itself
	Carry
}

func decodeMMDF(data []byte, _ Context, b *builder) MMContent {
	v := MMContent{Tag: Hex{}, Message: Hex{}, Headers: []MMSHeader{}, Carry: Carry{data}}
	tag, value, off, ok := b.soleObject(data)
	if !ok {
		return v
	}
	v.Tag, v.Message = tag, value
	b.add("object_tag", tag.String(), 0, len(tag))
	var read int
	v.Headers, read = mmsHeaders(value)
	b.mmsHeaderFields(v.Headers, off)
	if read < len(value) && headerValue(v.Headers, "Content-Type") == "" {
		b.flag("mms.headers", off+read, len(value)-read)
	}
	var shown []string
	for _, h := range v.Headers {
		switch h.Name {
		case "From", "Subject", "Date":
			shown = append(shown, h.Value)
		}
	}
	shown = append(shown, texts.Say("ef.picture.bytes", "n", len(value)))
	b.Summary = strings.Join(shown, "  ")
	return v
}

// encodeMMDF writes the message; its headers are a part of it.
func encodeMMDF(v MMContent, size int) ([]byte, error) {
	if headers, _ := mmsHeaders(v.Message); !sameJSON(headers, v.Headers) {
		return nil, refuse("mm.headers")
	}
	return dataObject(v.Tag, v.Message, size)
}
