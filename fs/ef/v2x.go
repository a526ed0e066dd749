package ef

import (
	"encoding/xml"
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/texts"
)

// Configuration is a data object of EF.MCS_CONFIG and EF.V2X_CONFIG (TS 31.102
// clauses 4.6.4.2 and 4.6.5.3): one document in XML.
type Configuration struct {
	Tag      string `json:"tag"`
	Name     string `json:"name,omitempty"` // by the tag, which decides when it is written
	Document string `json:"document"`
	Carry
}

// Documents by their tags.
var (
	v2xDocuments = map[tlv.Tag]string{0x80: "v2x_config"}
	// TS 36.579-1 clause 5.5.10 has 80, and the documents in this order.
	mcsDocuments = map[tlv.Tag]string{
		0x80: "mcptt_ue_config",
		0x81: "mcptt_user_profile",
		0x82: "mcs_group_config",
		0x83: "mcptt_service_config",
		0x84: "mcs_ue_initial_config",
		0x85: "mcdata_ue_config",
		0x86: "mcdata_user_profile",
		0x87: "mcdata_service_config",
		0x88: "mcvideo_ue_config",
		0x89: "mcvideo_user_profile",
		0x8A: "mcvideo_service_config",
	}
)

func configurationObject(names map[tlv.Tag]string) func([]byte, Context, *builder) Configuration {
	return func(data []byte, _ Context, b *builder) Configuration {
		v := Configuration{Carry: Carry{data}}
		nodes := b.readObjects(data, 0)
		if len(nodes) == 0 {
			b.erase()
			return v
		}
		n := nodes[0]
		size := objectSize(data, n)
		if len(nodes) > 1 {
			b.flag("configuration.more", n.Offset+size, len(data)-n.Offset-size)
		}
		v.Tag, v.Name = n.Tag.String(), names[n.Tag]
		v.Document = strings.ToValidUTF8(string(n.Value), "\uFFFD") // or it would not come back from JSON
		title := texts.Say("ef.field.tag", "tag", v.Tag)
		if s := texts.Maybe("ef.field." + v.Name); s != "" {
			title = s
		} else {
			b.flag("parameter.tag", n.Offset, 1, "tag", v.Tag)
		}
		b.addAs("configuration", title, texts.Say("ef.configuration.bytes", "n", len(n.Value)), n.Offset, size)
		b.Summary = title
		b.outline(n.Value, n.Offset+size-len(n.Value))
		return v
	}
}

// Limits of the outline of a document: what is beyond them is only text.
const (
	maxOutlineLines = 256
	maxOutlineDepth = 32
	maxOutlineValue = 128 // bytes
)

// outline adds a line for each element of a document that holds text.
func (b *builder) outline(doc []byte, off int) {
	if !utf8.Valid(doc) {
		b.flag("utf8", off, len(doc))
		return
	}
	d := xml.NewDecoder(strings.NewReader(string(doc)))
	var open []string
	lines, elements := 0, 0
	for lines < maxOutlineLines {
		from := int(d.InputOffset())
		token, err := d.Token()
		if err != nil {
			if elements == 0 || len(open) > 0 {
				b.flag("configuration.xml", off, len(doc))
			}
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			elements++
			if open = append(open, t.Name.Local); len(open) > maxOutlineDepth {
				b.flag("configuration.deep", off+from, len(doc)-from, "limit", maxOutlineDepth)
				return
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			text := strings.TrimSpace(string(t))
			if text == "" || len(open) == 0 {
				continue
			}
			if len(text) > maxOutlineValue {
				text = strings.ToValidUTF8(text[:maxOutlineValue], "") + "…"
			}
			lines++
			f := b.addAs("element", strings.ToValidUTF8(open[len(open)-1], ""), text, off+from, int(d.InputOffset())-from)
			f.Depth = len(open)
		}
	}
}

func encodeConfigurationObject(v Configuration, size int) ([]byte, error) {
	tag, err := parseTag(v.Tag)
	if err != nil {
		return nil, err
	}
	out := tlv.Append(nil, tag, []byte(v.Document))
	if len(out) > size {
		return nil, refuse("size", "need", len(out), "limit", size)
	}
	return out, nil // an object of a BER-TLV file has no padding
}
