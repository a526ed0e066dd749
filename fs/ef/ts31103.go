package ef

import (
	"unicode/utf8"

	"simscope/card/tlv"
)

// URI is the content of EF.IMPI, EF.DOMAIN and a record of EF.IMPU (TS 31.103
// clauses 4.2.2, 4.2.3 and 4.2.4): one text object with tag 80, UTF-8.
type URI struct {
	Text string `json:"text"`
	Carry
}

func textObject(id string) func([]byte, Context, *builder) URI {
	return func(data []byte, _ Context, b *builder) URI {
		v := URI{Carry: Carry{data}}
		b.Columns = []string{""}
		if allFF(data) {
			b.erase()
			return v
		}
		nodes := b.readObjects(data, 0)
		n, ok := tlv.Find(nodes, 0x80)
		if !ok {
			b.flag("uri.tag", 0, len(data))
			return v
		}
		v.Text = string(n.Value)
		if !utf8.Valid(n.Value) {
			b.flag("utf8", n.Offset, len(n.Value))
		}
		if v.Text == "" {
			b.erase()
			return v
		}
		b.add(id, v.Text, n.Offset, len(data)-n.Offset)
		b.Summary, b.Columns = v.Text, []string{v.Text}
		return v
	}
}

func encodeTextObject(v URI, size int) ([]byte, error) {
	if !utf8.ValidString(v.Text) {
		return nil, refuse("utf8")
	}
	if v.Text == "" {
		return fill(size), nil
	}
	return padded(tlv.Append(nil, 0x80, []byte(v.Text)), size)
}
