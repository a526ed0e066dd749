package ef

import (
	"encoding/xml"
	"strings"
	"unicode/utf8"

	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/texts"
)

// ConfigObject is a data object of EF.IMSConfigData or EF.MuDMiDConfigData (TS
// 31.103 clauses 4.2.18 and 4.2.21): how the configuration is coded (tag 80) or
// the configuration itself (tag 81), an XML document of TS 24.167 or TS 24.175.
type ConfigObject struct {
	Tag      string `json:"tag"`
	Encoding *byte  `json:"encoding,omitempty"`
	Document string `json:"document,omitempty"`
	Value    Hex    `json:"value,omitempty"` // of another tag, or a document that is no text
	Carry
}

const (
	tagConfigEncoding tlv.Tag = 0x80
	tagConfigData     tlv.Tag = 0x81
)

func decodeConfigObject(data []byte, _ Context, b *builder) ConfigObject {
	v := ConfigObject{Carry: Carry{data}}
	list := b.fileObjects(data, 0)
	if len(list) == 0 {
		if allFF(data) || len(data) == 0 {
			b.erase()
		}
		return v
	}
	o := list[0]
	if len(list) > 1 || o.off != 0 || o.size() != len(data) {
		b.flag("net.objects", 0, len(data))
	}
	v.Tag = o.Tag.String()
	switch {
	case o.Tag == tagConfigEncoding && len(o.Value) == 1:
		v.Encoding = &o.Value[0]
		b.Summary = texts.Say("ef.config.encoding", "code", hexByte(o.Value[0]))
		b.add("config_encoding", hexByte(o.Value[0]), o.at, 1)
	case o.Tag == tagConfigData && utf8.Valid(o.Value):
		v.Document = string(o.Value)
		b.document(v.Document, o.at)
	default:
		v.Value = o.Value
		b.extra(o)
		if o.Tag == tagConfigData {
			b.flag("utf8", o.at, len(o.Value))
		} else {
			b.flag("net.object", o.off, o.size(), "tag", v.Tag)
		}
	}
	return v
}

// maxDocumentLines is how many elements of a document are listed.
const maxDocumentLines = 1000

// document lists the elements of an XML document as lines; text that is no
// XML is one line.
func (b *builder) document(doc string, at int) {
	d := xml.NewDecoder(strings.NewReader(doc))
	d.Strict = false
	depth, lines := 0, 0
	var leaf *Field
	for lines < maxDocumentLines {
		off := int(d.InputOffset())
		token, err := d.RawToken()
		if err != nil {
			break
		}
		end := int(d.InputOffset())
		switch t := token.(type) {
		case xml.StartElement:
			f := b.addAs("xml", safe.Text(xmlName(t.Name)), xmlAttributes(t.Attr), at+off, end-off)
			f.Depth = min(depth, 16)
			leaf = f
			depth++
			if lines++; lines == 1 {
				b.Summary = texts.Say("ef.net.document", "root", f.Label, "n", len(doc))
			}
		case xml.EndElement:
			depth, leaf = max(0, depth-1), nil
		case xml.CharData:
			if text := strings.TrimSpace(string(t)); text != "" && leaf != nil {
				f := b.addAs("xml", "", text, at+off, end-off)
				f.Depth = min(depth, 16)
			}
		}
	}
	if lines == 0 {
		b.add("config_data", doc, at, len(doc))
		b.Summary = texts.Say("ef.net.document.text", "n", len(doc))
	}
}

func xmlName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

func xmlAttributes(list []xml.Attr) string {
	out := make([]string, 0, len(list))
	for _, a := range list {
		out = append(out, xmlName(a.Name)+"="+a.Value)
	}
	return strings.Join(out, " ")
}

func encodeConfigObject(v ConfigObject, size int) ([]byte, error) {
	if v.Tag == "" {
		return nil, refuse("tlv.tag", "tag", v.Tag)
	}
	value := []byte(v.Value)
	switch {
	case v.Encoding != nil:
		value = []byte{*v.Encoding}
	case len(v.Value) == 0:
		if !utf8.ValidString(v.Document) {
			return nil, refuse("utf8")
		}
		value = []byte(v.Document)
	}
	out, err := appendObjects(nil, []TLV{{v.Tag, value}})
	if err != nil {
		return nil, err
	}
	if len(out) != size {
		return nil, refuse("net.objectsize", "need", len(out), "limit", size)
	}
	return out, nil
}
