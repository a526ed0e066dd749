package ef

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/texts"
)

// DialURI is a record of EF.FDNURI, EF.SDNURI (TS 31.102 clauses 4.2.97 and
// 4.2.99) and EF.BDNURI (4.2.98): a text object with tag 80 as in EF.IMPU,
// then a name, then for BDN the comparison method.
type DialURI struct {
	URI        string `json:"uri"`
	AlphaID    string `json:"alpha_identifier"`
	Coding     string `json:"alpha_coding,omitempty"`
	Comparison *byte  `json:"comparison_method_pointer,omitempty"` // record of EF.CMI, of EF.BDNURI
	Carry
}

func decodeDialURI(comparison bool) func([]byte, Context, *builder) DialURI {
	return func(data []byte, _ Context, b *builder) DialURI {
		v := DialURI{Carry: Carry{data}}
		b.Columns = []string{"", ""}
		body := data
		if comparison && len(data) > 0 {
			body = data[:len(data)-1]
			v.Comparison = &data[len(data)-1]
		}
		if allFF(body) {
			b.erase()
			return v
		}
		n, size, ok := b.firstObject(body, 0x80)
		if !ok {
			return v
		}
		v.URI = b.utf8Text(n)
		b.add("dial_uri", v.URI, n.Offset, size)
		rest := body[n.Offset+size:]
		// The address may have room behind it before the name begins.
		skip := 0
		for skip < len(rest) && rest[skip] == 0xFF {
			skip++
		}
		a := DecodeAlpha(rest[skip:])
		v.AlphaID, v.Coding = a.Text, a.Coding
		b.alphaFlags(a, n.Offset+size+skip)
		if v.AlphaID != "" {
			b.add("alpha_identifier", v.AlphaID, n.Offset+size+skip, len(rest)-skip)
		}
		if v.Comparison != nil {
			b.add("comparison_method", texts.Say("ef.record", "n", *v.Comparison), len(data)-1, 1)
		}
		b.Columns = []string{v.AlphaID, v.URI}
		b.Summary = strings.TrimSpace(v.AlphaID + "  " + v.URI)
		return v
	}
}

// firstObject reads the object at the start of b, which must carry tag; size
// is its length with tag and length field. What follows may be anything.
func (b *builder) firstObject(data []byte, tag tlv.Tag) (n tlv.Node, size int, ok bool) {
	nodes, err := tlv.ParseFlat(data)
	if len(nodes) == 0 || nodes[0].Tag != tag {
		if err != nil {
			b.flag("tlv", 0, len(data), "why", err.Error())
		}
		b.flag("uri.tag", 0, len(data))
		return n, 0, false
	}
	n = nodes[0]
	return n, valueOffset(data, n) + len(n.Value) - n.Offset, true
}

// utf8Text is the text of an object; what is no UTF-8 is flagged.
func (b *builder) utf8Text(n tlv.Node) string {
	if !utf8.Valid(n.Value) {
		b.flag("utf8", n.Offset, len(n.Value))
	}
	return string(n.Value)
}

func encodeDialURI(comparison bool) func(DialURI, int) ([]byte, error) {
	return func(v DialURI, size int) ([]byte, error) {
		if comparison {
			size--
		}
		if size < 0 {
			return nil, refuse("size", "need", 1, "limit", 0)
		}
		var out []byte
		if v.URI != "" {
			if !utf8.ValidString(v.URI) {
				return nil, refuse("utf8")
			}
			out = tlv.Append(out, 0x80, []byte(v.URI))
		} else if v.AlphaID != "" {
			return nil, refuse("dial.uri")
		}
		if len(out) > size {
			return nil, refuse("size", "need", len(out), "limit", size)
		}
		name, err := EncodeAlpha(v.AlphaID, size-len(out))
		if err != nil {
			return nil, err
		}
		out = append(out, name...)
		if comparison {
			c := byte(0xFF)
			if v.Comparison != nil {
				c = *v.Comparison
			}
			out = append(out, c)
		}
		return out, nil
	}
}

// APNs is the content of EF.ACL (TS 31.102 clause 4.2.48): the access points
// the phone may use, as names (TS 23.003 clause 9.1). An empty name is the one
// that the network provides.
type APNs struct {
	APNs []string `json:"apns"`
	Carry
}

const tagAPN = 0xDD

func decodeACL(data []byte, _ Context, b *builder) APNs {
	v := APNs{APNs: []string{}, Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	nodes, err := tlv.ParseFlat(data[1:])
	if err != nil {
		b.flag("tlv", 1, len(data)-1, "why", err.Error())
	}
	var shown []string
	for _, n := range nodes {
		at, size := 1+n.Offset, valueOffset(data[1:], n)+len(n.Value)-n.Offset
		if n.Tag != tagAPN {
			b.flag("acl.tag", at, size, "tag", n.Tag.String())
			continue
		}
		name, ok := apnText(n.Value)
		if !ok {
			b.flag("acl.apn", at, size)
		}
		v.APNs = append(v.APNs, name)
		if name == "" {
			name = word("apn.network")
		}
		b.add("acl_apn", name, at, size)
		shown = append(shown, name)
	}
	if count := int(data[0]); count != len(v.APNs) && !(count == 0xFF && len(v.APNs) == 0) {
		b.flag("acl.count", 0, 1, "n", count, "have", len(v.APNs))
	}
	if b.Summary = shorten(shown, 6); len(shown) == 0 && err == nil {
		b.erase()
	}
	return v
}

// apnText joins the labels of a name; each has a byte of length before it. A
// name that is not coded so is given as it is.
func apnText(b []byte) (string, bool) {
	var labels []string
	for rest := b; len(rest) > 0; {
		n := int(rest[0])
		if n == 0 || n > 63 || n > len(rest)-1 || !isASCII(rest[1:1+n]) {
			return string(b), false
		}
		labels = append(labels, string(rest[1:1+n]))
		rest = rest[1+n:]
	}
	return strings.Join(labels, "."), true
}

// isASCII reports whether b is printable ASCII without a dot.
func isASCII(b []byte) bool {
	for _, c := range b {
		if c <= 0x20 || c > 0x7E || c == '.' {
			return false
		}
	}
	return true
}

func encodeACL(v APNs, size int) ([]byte, error) {
	if len(v.APNs) > 0xFE {
		return nil, refuse("entries", "need", len(v.APNs), "limit", 0xFE)
	}
	out := []byte{byte(len(v.APNs))}
	for _, name := range v.APNs {
		var value []byte
		if name != "" {
			for label := range strings.SplitSeq(name, ".") {
				if len(label) == 0 || len(label) > 63 || !isASCII([]byte(label)) {
					return nil, refuse("acl.apn", "apn", name)
				}
				value = append(append(value, byte(len(label))), label...)
			}
		}
		if len(value) > 100 {
			return nil, refuse("acl.apn", "apn", name)
		}
		out = tlv.Append(out, tagAPN, value)
	}
	return padded(out, size)
}

// ComparisonMethod is a record of EF.CMI (TS 31.102 clause 4.2.46, TS 51.011
// clause 10.5.16): a way to compare a dialled number with the barred ones. The
// issuer of the card decides what the number of the method means.
type ComparisonMethod struct {
	AlphaID string `json:"alpha_identifier"`
	Coding  string `json:"alpha_coding,omitempty"`
	Method  byte   `json:"comparison_method_identifier"`
	Carry
}

func decodeCMI(data []byte, _ Context, b *builder) ComparisonMethod {
	v := ComparisonMethod{Method: 0xFF, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if !b.expect(data, 1) {
		return v
	}
	if allFF(data) {
		b.erase()
		return v
	}
	last := len(data) - 1
	a := DecodeAlpha(data[:last])
	v.AlphaID, v.Coding, v.Method = a.Text, a.Coding, data[last]
	b.alphaFlags(a, 0)
	b.add("alpha_identifier", v.AlphaID, 0, last)
	b.add("comparison_method", fmt.Sprint(v.Method), last, 1)
	b.Columns = []string{v.AlphaID, fmt.Sprint(v.Method)}
	b.Summary = strings.TrimSpace(v.AlphaID + "  " + fmt.Sprint(v.Method))
	return v
}

func encodeCMI(v ComparisonMethod, size int) ([]byte, error) {
	if size < 1 {
		return nil, refuse("size", "need", 1, "limit", size)
	}
	name, err := EncodeAlpha(v.AlphaID, size-1)
	return append(name, v.Method), err
}

// Alerting is a record of EF.NIA (TS 31.102 clause 4.2.72, TS 51.011 clause
// 10.3.31): a text for a category of incoming traffic. The category is an
// alerting pattern of TS 24.008 clause 10.5.4.26; FF is none.
type Alerting struct {
	Category byte   `json:"alerting_category"`
	Text     string `json:"informative_text"`
	Coding   string `json:"alpha_coding,omitempty"`
	Carry
}

// alertingPattern is the number of the pattern; 4 and more are patterns of the
// user's choice.
func alertingPattern(c byte) (int, bool) { return int(c) + 1, c <= 8 && c != 3 }

func decodeNIA(data []byte, _ Context, b *builder) Alerting {
	v := Alerting{Category: 0xFF, Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if !b.expect(data, 1) {
		return v
	}
	if allFF(data) {
		b.erase()
		return v
	}
	v.Category = data[0]
	a := DecodeAlpha(data[1:])
	v.Text, v.Coding = a.Text, a.Coding
	b.alphaFlags(a, 1)
	shown := word("none")
	if n, ok := alertingPattern(v.Category); ok {
		shown = texts.Say("ef.alerting", "n", n)
	} else if v.Category != 0xFF {
		shown = word("not_assigned")
		b.flag("nia", 0, 1, "category", hexByte(v.Category))
	}
	b.add("alerting_category", shown, 0, 1)
	b.add("informative_text", v.Text, 1, len(data)-1)
	b.Columns = []string{shown, v.Text}
	b.Summary = strings.TrimSpace(shown + "  " + v.Text)
	return v
}

func encodeNIA(v Alerting, size int) ([]byte, error) {
	if size < 1 {
		return nil, refuse("size", "need", 1, "limit", size)
	}
	if _, ok := alertingPattern(v.Category); !ok && v.Category != 0xFF {
		return nil, refuse("nia", "n", v.Category)
	}
	text, err := EncodeAlpha(v.Text, size-1)
	return append([]byte{v.Category}, text...), err
}

// EmergencyInfo is a record of EF.ICE_FF (TS 31.102 clause 4.5.7): what
// helpers should know, as a label and a text.
type EmergencyInfo struct {
	Label string `json:"label"`
	Text  string `json:"free_format"`
	Other []TLV  `json:"other,omitempty"`
	Carry
}

func decodeICEFF(data []byte, _ Context, b *builder) EmergencyInfo {
	v := EmergencyInfo{Carry: Carry{data}}
	b.Columns = []string{"", ""}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes := b.readObjects(data, 0)
	for _, n := range nodes {
		at := valueOffset(data, n)
		size := at + len(n.Value) - n.Offset
		switch n.Tag {
		case 0x80:
			v.Label = b.alphaObject("ice_label", n, at, size)
		case 0x81:
			v.Text = b.alphaObject("ice_text", n, at, size)
		default:
			v.Other = append(v.Other, b.plainObject(n, size))
		}
	}
	b.Columns = []string{v.Label, v.Text}
	b.Summary = strings.TrimSpace(v.Label + "  " + v.Text)
	return v
}

// alphaObject shows an object whose value, at byte at, is an alpha identifier.
func (b *builder) alphaObject(id string, n tlv.Node, at, size int) string {
	a := DecodeAlpha(n.Value)
	b.alphaFlags(a, at)
	b.addAs(id, fieldLabel(id), a.Text, n.Offset, size)
	return a.Text
}

// plainObject shows an object that has no field of its own.
func (b *builder) plainObject(n tlv.Node, size int) TLV {
	b.addAs("tag."+n.Tag.String(), texts.Say("ef.field.tag", "tag", n.Tag.String()), Hex(n.Value).String(), n.Offset, size)
	return TLV{n.Tag.String(), n.Value}
}

func encodeICEFF(v EmergencyInfo, size int) ([]byte, error) {
	var out []byte
	for _, o := range []struct {
		tag  tlv.Tag
		text string
	}{{0x80, v.Label}, {0x81, v.Text}} {
		if o.text == "" {
			continue
		}
		b, err := alphaBytes(o.text)
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, o.tag, b)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// SetUpMenu is the content of EF.SUME (TS 51.011 clause 10.3.34, TS 102 222):
// the title of the card's menu on the phone, as an alpha identifier object,
// and maybe an icon (TS 102 223 clauses 8.2 and 8.31).
type SetUpMenu struct {
	Title string    `json:"title_alpha_identifier"`
	Icon  *MenuIcon `json:"title_icon_identifier,omitempty"`
	Other []TLV     `json:"other,omitempty"`
	Carry
}

// MenuIcon points to a record of EF.IMG.
type MenuIcon struct {
	WithText bool `json:"with_text"` // the icon does not explain itself
	Record   byte `json:"record"`
}

func decodeSUME(data []byte, _ Context, b *builder) SetUpMenu {
	v := SetUpMenu{Carry: Carry{data}}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes, err := tlv.ParseFlat(data)
	if err != nil {
		b.flag("tlv", 0, len(data), "why", err.Error())
	}
	for _, n := range nodes {
		at := valueOffset(data, n)
		size := at + len(n.Value) - n.Offset
		switch tag := n.Tag & 0x7F; { // the highest bit asks for comprehension
		case tag == 0x05:
			v.Title = b.alphaObject("menu_title", n, at, size)
		case tag == 0x1E && len(n.Value) == 2:
			v.Icon = &MenuIcon{n.Value[0]&1 != 0, n.Value[1]}
			b.add("menu_icon", texts.Say("ef.record", "n", n.Value[1]), n.Offset, size)
		default:
			v.Other = append(v.Other, b.plainObject(n, size))
		}
	}
	if b.Summary = v.Title; err == nil && v.Title == "" && v.Icon == nil && len(v.Other) == 0 {
		b.erase()
	}
	return v
}

func encodeSUME(v SetUpMenu, size int) ([]byte, error) {
	title, err := alphaBytes(v.Title)
	if err != nil {
		return nil, err
	}
	out := tlv.Append(nil, 0x85, title)
	if v.Icon != nil {
		out = tlv.Append(out, 0x9E, []byte{oneIf(v.Icon.WithText), v.Icon.Record})
	}
	if out, err = appendObjects(out, v.Other); err != nil {
		return nil, err
	}
	return padded(out, size)
}
