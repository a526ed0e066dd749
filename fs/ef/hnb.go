package ef

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/fs/plmn"
	"simscope/texts"
)

// CSG is a closed subscriber group: home cells that serve a closed group of
// users.
type CSG struct {
	TypeIndication byte    `json:"csg_type_indication"` // record of EF.CSGT, 0: from elsewhere
	NameIndication byte    `json:"hnb_name_indication"` // record of EF.HNBN, 0: from elsewhere
	ID             *uint32 `json:"csg_id,omitempty"`    // 27 bits (TS 23.003 clause 4.7)
	IDBytes        Hex     `json:"csg_id_bytes,omitempty"`
}

// CSGList is the groups of one network. Display is 0 where all groups are shown
// to the user who chooses one, 1 where only those of the operator's list are.
type CSGList struct {
	PLMN    plmn.PLMN `json:"plmn"`
	CSGs    []CSG     `json:"csg_information"`
	Display *byte     `json:"csg_display_indicator,omitempty"` // of the operator's list
	Other   []TLV     `json:"other,omitempty"`
}

// CSGLists is a record of EF.ACSGL and EF.OCSGL (TS 31.102 clauses 4.4.6.2 and
// 4.4.6.5).
type CSGLists struct {
	Lists []CSGList `json:"csg_lists"`
	Other []TLV     `json:"other,omitempty"`
	Carry
}

const (
	csgBytes   = 4 // of a CSG ID
	csgFiller  = 0x1F
	csgIDShift = 5 // the identity stands left, ones fill the rest
)

func csgLists(operator bool) func([]byte, Context, *builder) CSGLists {
	return func(data []byte, _ Context, b *builder) CSGLists {
		v := CSGLists{Lists: []CSGList{}, Carry: Carry{data}}
		b.Columns = []string{"", ""}
		if allFF(data) {
			b.erase()
			return v
		}
		nodes, err := tlv.Parse(data)
		if err != nil {
			b.flag("tlv", 0, len(data), "why", err.Error())
		}
		var networks, groups []string
		for _, n := range nodes {
			if n.Tag != 0xA0 {
				v.Other = append(v.Other, b.otherObject(n, objectSize(data, n)))
				continue
			}
			l := b.csgList(n, data, operator)
			v.Lists = append(v.Lists, l)
			networks = append(networks, l.PLMN.String())
			for _, g := range l.CSGs {
				groups = append(groups, g.String())
			}
		}
		b.Columns = []string{shorten(networks, 4), shorten(groups, 4)}
		b.Summary = strings.TrimSpace(strings.Join(b.Columns, "  "))
		return v
	}
}

func (b *builder) csgList(list tlv.Node, data []byte, operator bool) CSGList {
	l := CSGList{CSGs: []CSG{}}
	networks := 0
	for _, n := range list.Children {
		size := objectSize(data, n)
		switch {
		case n.Tag == 0x80 && len(n.Value) == 3 && networks == 0:
			networks++
			p, ok := plmn.ParsePLMN([3]byte(n.Value))
			if !ok {
				b.flag("plmn", n.Offset, size)
			}
			l.PLMN = p
			b.add("plmn", p.String(), n.Offset, size).Note = p.Describe()
		case n.Tag == 0x81 && len(n.Value) > 2:
			g := b.csg(n, size)
			l.CSGs = append(l.CSGs, g)
		case n.Tag == 0x82 && operator && len(n.Value) == 1 && l.Display == nil:
			l.Display = &n.Value[0]
			b.add("csg_display", csgDisplay(n.Value[0]), n.Offset, size).Depth = 1
			if n.Value[0] > 1 {
				b.flag("hnb.display", n.Offset, size)
			}
		default:
			l.Other = append(l.Other, b.otherObject(n, size))
		}
	}
	if networks == 0 || len(l.CSGs) == 0 {
		b.flag("hnb.list", list.Offset, objectSize(data, list))
	}
	return l
}

func csgDisplay(c byte) string {
	switch c {
	case 0:
		return word("csg.all")
	case 1:
		return word("csg.operator")
	}
	return hexByte(c)
}

func (b *builder) csg(n tlv.Node, size int) CSG {
	g := CSG{TypeIndication: n.Value[0], NameIndication: n.Value[1]}
	id := n.Value[2:]
	off := n.Offset + size - len(id)
	if len(id) == csgBytes {
		bits := uint32(id[0])<<24 | uint32(id[1])<<16 | uint32(id[2])<<8 | uint32(id[3])
		x := bits >> csgIDShift
		g.ID = &x
		if rest := bits & csgFiller; rest != csgFiller && rest != 0 {
			b.flag("hnb.filler", off+3, 1)
		}
	} else {
		g.IDBytes = id
		b.flag("hnb.id", off, len(id), "n", len(id), "need", csgBytes)
	}
	b.add("csg_id", g.String(), n.Offset, size).Depth = 1
	b.csgLink("csg_type_record", g.TypeIndication, off-2)
	b.csgLink("csg_name_record", g.NameIndication, off-1)
	return g
}

// csgLink shows the record that holds the words for a group.
func (b *builder) csgLink(id string, record byte, off int) {
	if record != 0 {
		b.addAs(id, texts.Say("ef.field."+id), texts.Say("ef.record", "n", record), off, 1).Depth = 2
	}
}

// String is the group's identity, in hex as networks write it.
func (g CSG) String() string {
	if g.ID == nil {
		return g.IDBytes.String()
	}
	return fmt.Sprintf("%07X", *g.ID)
}

func encodeCSGLists(v CSGLists, size int) ([]byte, error) {
	var out []byte
	for _, l := range v.Lists {
		p, err := l.PLMN.Encode()
		if err != nil {
			return nil, refuse("plmn", "plmn", l.PLMN.String())
		}
		body := tlv.Append(nil, 0x80, p[:])
		for _, g := range l.CSGs {
			id, err := g.idBytes()
			if err != nil {
				return nil, err
			}
			body = tlv.Append(body, 0x81, append([]byte{g.TypeIndication, g.NameIndication}, id...))
		}
		if l.Display != nil {
			body = tlv.Append(body, 0x82, []byte{*l.Display})
		}
		if body, err = appendObjects(body, l.Other); err != nil {
			return nil, err
		}
		out = tlv.Append(out, 0xA0, body)
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

func (g CSG) idBytes() ([]byte, error) {
	switch {
	case g.ID == nil && len(g.IDBytes) == 0:
		return nil, refuse("length", "what", "csg_id", "need", csgBytes)
	case g.ID == nil:
		return g.IDBytes, nil
	case *g.ID >= 1<<(8*csgBytes-csgIDShift):
		return nil, refuse("hnb.id", "limit", fmt.Sprintf("%X", 1<<(8*csgBytes-csgIDShift)-1))
	}
	bits := *g.ID<<csgIDShift | csgFiller
	return []byte{byte(bits >> 24), byte(bits >> 16), byte(bits >> 8), byte(bits)}, nil
}

// CSGType is a record of EF.CSGT and EF.OCSGT (TS 31.102 clause 4.4.6.3): the
// words and the picture for a kind of home cell.
type CSGType struct {
	Text      string `json:"text_csg_type"`
	IconURI   string `json:"graphics_csg_type_uri,omitempty"`
	IconImage *byte  `json:"graphics_csg_type_ef_img,omitempty"` // record of EF.IMG
	Other     []TLV  `json:"other,omitempty"`
	Carry
}

func decodeCSGType(data []byte, _ Context, b *builder) CSGType {
	v := CSGType{Carry: Carry{data}}
	b.Columns = []string{""}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes := b.readObjects(data, 0)
	for _, n := range nodes {
		size := objectSize(data, n)
		switch {
		case n.Tag == 0x89 && v.Text == "":
			v.Text = b.ucs2Object("csg_type", n, size)
		case n.Tag == 0x80 && utf8.Valid(n.Value) && v.IconURI == "":
			v.IconURI = string(n.Value)
			b.add("csg_icon_uri", v.IconURI, n.Offset, size)
		case n.Tag == 0x81 && len(n.Value) == 1 && v.IconImage == nil:
			v.IconImage = &n.Value[0]
			b.add("csg_icon_image", texts.Say("ef.record", "n", n.Value[0]), n.Offset, size)
		default:
			v.Other = append(v.Other, b.otherObject(n, size))
		}
	}
	b.Summary, b.Columns = v.Text, []string{v.Text}
	return v
}

// ucs2Object reads the text of an object in one of the UCS2 codings.
func (b *builder) ucs2Object(id string, n tlv.Node, size int) string {
	a := DecodeAlpha(n.Value)
	b.alphaFlags(a, n.Offset+size-len(n.Value))
	b.addAs(id, texts.Say("ef.field."+id), a.Text, n.Offset, size)
	if a.Coding == CodingGSM7 {
		b.flag("hnb.ucs2", n.Offset, size)
	}
	return a.Text
}

// ucs2Alpha writes text in the shortest of the UCS2 codings of TS 102 221
// annex A.
func ucs2Alpha(text string) []byte {
	if text == "" {
		return nil
	}
	if plain, ok := gsmBytes(text, false); ok && len(plain) <= 0xFF {
		return append([]byte{0x81, byte(len(plain)), 0}, plain...)
	}
	long := []byte{0x80}
	for _, u := range utf16.Encode([]rune(text)) {
		long = append(long, byte(u>>8), byte(u))
	}
	if short, ok := compress(text); ok && len(short) < len(long) {
		return short
	}
	return long
}

func encodeCSGType(v CSGType, size int) ([]byte, error) {
	var out []byte
	if v.Text != "" {
		out = tlv.Append(out, 0x89, ucs2Alpha(v.Text))
	}
	if v.IconURI != "" {
		out = tlv.Append(out, 0x80, []byte(v.IconURI))
	}
	if v.IconImage != nil {
		out = tlv.Append(out, 0x81, []byte{*v.IconImage})
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}

// HNBName is a record of EF.HNBN and EF.OHNBN (TS 31.102 clause 4.4.6.4).
type HNBName struct {
	Name  string `json:"hnb_name"`
	Other []TLV  `json:"other,omitempty"`
	Carry
}

func decodeHNBName(data []byte, _ Context, b *builder) HNBName {
	v := HNBName{Carry: Carry{data}}
	b.Columns = []string{""}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes := b.readObjects(data, 0)
	for _, n := range nodes {
		size := objectSize(data, n)
		if n.Tag == 0x80 && v.Name == "" {
			v.Name = b.ucs2Object("hnb_name", n, size)
			continue
		}
		v.Other = append(v.Other, b.otherObject(n, size))
	}
	b.Summary, b.Columns = v.Name, []string{v.Name}
	return v
}

func encodeHNBName(v HNBName, size int) ([]byte, error) {
	var out []byte
	if v.Name != "" {
		out = tlv.Append(out, 0x80, ucs2Alpha(v.Name))
	}
	out, err := appendObjects(out, v.Other)
	if err != nil {
		return nil, err
	}
	return padded(out, size)
}
