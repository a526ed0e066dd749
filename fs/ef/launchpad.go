package ef

import (
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
)

// LaunchPads is the content of EF.LAUNCHPAD (TS 102 221 clause 13.5) and
// EF.LAUNCH_SCWS: names, addresses and icons of pages that the card itself
// serves. Each data object is opened as far as it is constructed; texts are
// read where the bytes are text.
type LaunchPads struct {
	Objects []LaunchObject `json:"objects"`
	Carry
}

// LaunchObject is a data object. One that is constructed has Objects, the
// others have Value.
type LaunchObject struct {
	Tag     Hex            `json:"tag"`
	Kind    string         `json:"kind"` // "template", "url", "text", "bytes"
	Text    string         `json:"text,omitempty"`
	Value   Hex            `json:"value,omitempty"`
	Objects []LaunchObject `json:"objects,omitempty"`
}

func decodeLaunchPads(data []byte, _ Context, b *builder) LaunchPads {
	v := LaunchPads{Objects: []LaunchObject{}, Carry: Carry{data}}
	if allFF(data) || allZero(data) {
		b.erase()
		return v
	}
	nodes, err := tlv.Parse(data)
	if err != nil {
		b.flag("tlv", 0, len(data), "why", err.Error())
	}
	var shown []string
	v.Objects = b.launchObjects(nodes, data, 0, &shown)
	b.Summary = shorten(shown, 6)
	return v
}

// launchObjects lists nodes, whose offsets are those in data.
func (b *builder) launchObjects(nodes []tlv.Node, data []byte, depth int, shown *[]string) []LaunchObject {
	out := []LaunchObject{}
	for _, n := range nodes {
		head := tlv.Append(nil, n.Tag, nil)
		o := LaunchObject{Tag: head[:len(head)-1], Kind: "template"}
		off := valueOffset(data, n)
		if n.Tag.Constructed() {
			b.add("launch_template", o.Tag.String(), n.Offset, off-n.Offset+len(n.Value)).Depth = depth
			o.Objects = b.launchObjects(n.Children, data, depth+1, shown)
			out = append(out, o)
			continue
		}
		o.Value = n.Value
		o.Kind, o.Text = launchText(n.Value)
		switch o.Kind {
		case "url":
			b.add("launch_url", o.Text, off, len(n.Value)).Depth = depth
			*shown = append(*shown, o.Text)
		case "text":
			b.add("launch_text", o.Text, off, len(n.Value)).Depth = depth
			*shown = append(*shown, o.Text)
		default:
			f := b.add("launch_value", o.Value.String(), off, len(n.Value))
			f.Note, f.Depth = o.Tag.String(), depth
		}
		out = append(out, o)
	}
	return out
}

// launchText says whether a value is an address, a text, or neither. A text
// has two characters or more, so that a number is not taken for one.
func launchText(value []byte) (kind, text string) {
	s := string(value)
	if len(s) >= 2 && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F }) {
		for _, scheme := range []string{"http://", "https://"} {
			if strings.HasPrefix(s, scheme) {
				return "url", s
			}
		}
		return "text", s
	}
	if len(value) >= 3 && value[0] >= 0x80 && value[0] <= 0x82 {
		if a := DecodeAlpha(value); len(a.Flags) == 0 && a.Text != "" {
			return "text", a.Text
		}
	}
	return "bytes", ""
}

func encodeLaunchPads(v LaunchPads, size int) ([]byte, error) {
	out, err := launchBytes(v.Objects, 0)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

func launchBytes(objects []LaunchObject, depth int) ([]byte, error) {
	if depth > tlv.MaxDepth {
		return nil, refuse("object.bytes")
	}
	var out []byte
	for _, o := range objects {
		value := []byte(o.Value)
		if _, had := launchText(value); had != o.Text {
			alpha := len(value) > 0 && value[0] >= 0x80 && value[0] <= 0x82
			if value = []byte(o.Text); alpha { // it was edited
				value = shortestAlpha(o.Text)
			}
		}
		if len(o.Objects) > 0 {
			var err error
			if value, err = launchBytes(o.Objects, depth+1); err != nil {
				return nil, err
			}
		}
		one, err := dataObject(o.Tag, value, 1<<24)
		if err != nil {
			return nil, err
		}
		out = append(out, one...)
	}
	return out, nil
}
