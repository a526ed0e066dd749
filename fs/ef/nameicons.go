package ef

import (
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/texts"
)

// NameIcons is the content of EF.SPNI and a record of EF.PNNI: pictures to
// show with a name or in its place (TS 31.102 clauses 4.2.88 and 4.2.89).
type NameIcons struct {
	Icons []NameIcon `json:"icons"`
	Other []TLV      `json:"other,omitempty"`
	Carry
}

// NameIcon is one picture: a URI, or a record of EF.IMG.
type NameIcon struct {
	Qualifier string `json:"icon_qualifier"` // "self_explanatory" replaces the text, "not_self_explanatory" stands beside it
	QualByte  byte   `json:"icon_qualifier_byte"`
	URI       string `json:"uri,omitempty"`
	Record    int    `json:"img_record,omitempty"`
}

var iconQualifiers = []string{"reserved", "self_explanatory", "not_self_explanatory"}

func decodeNameIcons(data []byte, _ Context, b *builder) NameIcons {
	v := NameIcons{Icons: []NameIcon{}, Carry: Carry{data}}
	b.Columns = []string{""}
	var shown []string
	for _, o := range b.fileObjects(data, 0) {
		if (o.Tag != 0x80 && o.Tag != 0x81) || len(o.Value) < 2 {
			v.Other = append(v.Other, b.extra(o))
			b.flag("icon", o.off, o.size())
			continue
		}
		i := NameIcon{QualByte: o.Value[0], Qualifier: chosen(o.Value[0], iconQualifiers)}
		if i.Qualifier == "reserved" {
			b.flag("icon.qualifier", o.at, 1)
		}
		link := ""
		if o.Tag == 0x80 {
			i.URI = string(o.Value[1:])
			link = i.URI
			if !utf8.ValidString(link) {
				b.flag("utf8", o.at+1, len(link))
			}
		} else {
			i.Record = int(o.Value[1])
			link = texts.Say("ef.icon.img", "n", i.Record)
			if len(o.Value) != 2 || i.Record == 0 {
				b.flag("icon", o.off, o.size())
			}
		}
		b.add("icon_link", link, o.at+1, len(o.Value)-1).Note = word("icon." + i.Qualifier)
		v.Icons = append(v.Icons, i)
		shown = append(shown, link)
	}
	b.Summary = strings.Join(shown, ", ")
	if b.Columns[0] = b.Summary; len(v.Icons)+len(v.Other) == 0 && len(b.Flags) == 0 {
		b.erase()
	}
	return v
}

func encodeNameIcons(v NameIcons, size int) ([]byte, error) {
	if len(v.Icons) == 0 && len(v.Other) == 0 {
		return fill(size), nil
	}
	var out []byte
	for _, i := range v.Icons {
		q, err := choice(i.Qualifier, i.QualByte, iconQualifiers)
		if err != nil {
			return nil, err
		}
		switch {
		case i.URI != "":
			out = tlv.Append(out, 0x80, append([]byte{q}, i.URI...))
		case i.Record >= 1 && i.Record <= 0xFE:
			out = tlv.Append(out, 0x81, []byte{q, byte(i.Record)})
		default:
			return nil, refuse("icon")
		}
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
