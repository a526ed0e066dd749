package ef

import (
	"fmt"
	"strings"

	"simscope/texts"
)

// MSPL is the content of EF.MSPL (3GPP2 C.S0016-D, MMSS System Priority List):
// lists of radio systems, best first, that EF.MLPL points to.
type MSPL struct {
	Size     int          `json:"mspl_size"` // in bytes, of the list with its CRC
	Revision byte         `json:"cur_mmss_p_rev"`
	Version  uint16       `json:"mspl_ver_id"`
	Tables   []SystemList `json:"mspls"`
	CRC      uint16       `json:"mspl_crc"`
	Carry
}

// SystemList is one list of radio systems.
type SystemList struct {
	ID      byte             `json:"mspl_id"`
	Systems []SystemPriority `json:"records"`
}

// SystemPriority is one system of a list.
type SystemPriority struct {
	SysType       byte   `json:"sys_type"`
	System        string `json:"system"`       // what SysType says; SysType decides when it is written
	PriorityClass byte   `json:"pri_class"`    // 0 home, 1 home and preferred, 15 any
	MoreThanNext  bool   `json:"sys_pri_more"` // better than the system behind it; else as good
	SearchTime    byte   `json:"higher_pri_srch_time"`
	SearchMinutes int    `json:"higher_pri_srch_minutes"` // what SearchTime says
	NetworkCap    *byte  `json:"network_cap,omitempty"`   // 0: voice and data
}

// searchMinutes is the time between searches for better systems, by its code.
var searchMinutes = [8]int{1, 2, 4, 8, 16, 24, 32, 64}

func decodeMSPL(data []byte, _ Context, b *builder) MSPL {
	v := MSPL{Tables: []SystemList{}, Carry: Carry{data}}
	if len(data) > 0 && (allFF(data) || allZero(data)) {
		b.erase()
		return v
	}
	r, size, crc := b.listHead(data, msplSmallest)
	if v.Size, v.CRC = size, crc; r == nil {
		return v
	}
	v.Revision, v.Version = byte(r.take(8)), uint16(r.take(16))
	b.add("mmss_revision", fmt.Sprint(v.Revision), 2, 1)
	b.add("mmss_version", fmt.Sprint(v.Version), 3, 2)
	n := int(r.take(8))
	for range n {
		from := r.at
		t := r.systemList(b)
		v.Tables = append(v.Tables, t)
		if r.short {
			b.flag("mmss.short", from/8, len(r.b)-from/8, "n", n)
			break
		}
	}
	b.listEnd(r)
	var words []string
	for _, t := range v.Tables {
		words = append(words, fmt.Sprintf("%d: %s", t.ID, t))
	}
	b.Summary = shorten(words, 3)
	return v
}

func (r *bitReader) systemList(b *builder) SystemList {
	from := r.at
	t := SystemList{ID: byte(r.take(8)), Systems: []SystemPriority{}}
	n := int(r.take(8))
	off, length := r.byteSpan(from)
	b.add("mspl_list", texts.Say("ef.mmss.list", "n", t.ID), off, length)
	for range n {
		from := r.at
		s := r.systemPriority()
		if r.short {
			break
		}
		t.Systems = append(t.Systems, s)
		off, length := r.byteSpan(from)
		f := b.add("mspl_system", word("mmss."+s.System), off, length)
		f.Depth, f.Note = 1, s.note()
		if s.System == reservedValue || (s.PriorityClass > 1 && s.PriorityClass != 15) {
			b.flag("mmss.reserved", off, length)
		}
	}
	return t
}

func (r *bitReader) systemPriority() SystemPriority {
	s := SystemPriority{
		SysType: byte(r.take(8)), PriorityClass: byte(r.take(4)), MoreThanNext: r.take(1) == 1, SearchTime: byte(r.take(3)),
	}
	s.System, s.SearchMinutes = mmssSystem(s.SysType), searchMinutes[s.SearchTime]
	if r.take(1) == 1 {
		c := byte(r.take(6))
		s.NetworkCap = &c
	}
	return s
}

func (s SystemPriority) note() string {
	class := hexByte(s.PriorityClass)
	switch s.PriorityClass {
	case 0:
		class = word("mmss.class_home")
	case 1:
		class = word("mmss.class_preferred")
	case 15:
		class = word("mmss.class_any")
	}
	relation := word("mmss.same")
	if s.MoreThanNext {
		relation = word("mmss.more")
	}
	return class + ", " + relation + ", " + texts.Say("ef.minutes", "n", s.SearchMinutes)
}

// String is the order of the systems: > where one is better than the next, =
// where both are as good.
func (t SystemList) String() string {
	var out strings.Builder
	for i, s := range t.Systems {
		out.WriteString(word("mmss." + s.System))
		if i == len(t.Systems)-1 {
			break
		}
		if s.MoreThanNext {
			out.WriteString(" > ")
		} else {
			out.WriteString(" = ")
		}
	}
	return out.String()
}

func encodeMSPL(v MSPL, size int) ([]byte, error) {
	if len(v.Tables) == 0 && v.Size == 0 {
		return fill(size), nil
	}
	if len(v.Tables) > 0xFF {
		return nil, refuse("entries", "need", len(v.Tables), "limit", 0xFF)
	}
	w := &bitWriter{}
	w.put(0, 16)
	w.put(uint32(v.Revision), 8)
	w.put(uint32(v.Version), 16)
	w.put(uint32(len(v.Tables)), 8)
	for _, t := range v.Tables {
		if len(t.Systems) > 0xFF {
			return nil, refuse("entries", "need", len(t.Systems), "limit", 0xFF)
		}
		w.put(uint32(t.ID), 8)
		w.put(uint32(len(t.Systems)), 8)
		for _, s := range t.Systems {
			if err := w.systemPriority(s); err != nil {
				return nil, err
			}
		}
	}
	return w.list(v.Raw, size)
}

func (w *bitWriter) systemPriority(s SystemPriority) error {
	if s.PriorityClass > 0xF || s.SearchTime > 7 || (s.NetworkCap != nil && *s.NetworkCap > 0x3F) {
		return refuse("mmss.system", "system", s.System)
	}
	w.put(uint32(s.SysType), 8)
	w.put(uint32(s.PriorityClass), 4)
	more := uint32(0)
	if s.MoreThanNext {
		more = 1
	}
	w.put(more, 1)
	w.put(uint32(s.SearchTime), 3)
	if s.NetworkCap == nil {
		w.put(0, 1)
		return nil
	}
	w.put(1, 1)
	w.put(uint32(*s.NetworkCap), 6)
	return nil
}

// MMSSMode is the content of EF.MMSSMODE (3GPP2 C.S0074-A): a byte of settings.
type MMSSMode struct {
	Mode byte `json:"mmss_mode"`
	Rest Hex  `json:"rest,omitempty"`
	Carry
}

func decodeMMSSMode(data []byte, _ Context, b *builder) MMSSMode {
	v := MMSSMode{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	v.Mode, v.Rest = data[0], data[1:]
	b.Summary = hexByte(v.Mode)
	b.add("mmss_mode", hexByte(v.Mode), 0, 1).Note = fmt.Sprintf("%08b", v.Mode)
	if len(v.Rest) > 0 {
		b.add("other_object", v.Rest.String(), 1, len(v.Rest))
	}
	return v
}

func encodeMMSSMode(v MMSSMode, size int) ([]byte, error) {
	return padded(append([]byte{v.Mode}, v.Rest...), size)
}
