package ef

import (
	"encoding/binary"
	"fmt"
	"strings"

	"simscope/fs/plmn"
	"simscope/texts"
)

// MLPL is the content of EF.MLPL (3GPP2 C.S0016-D, MMSS Location Associated
// Priority List): which list of systems counts where.
type MLPL struct {
	Size     int          `json:"mlpl_size"` // in bytes, of the list with its CRC
	Revision byte         `json:"cur_mmss_p_rev"`
	Version  uint16       `json:"mlpl_ver_id"`
	ID       byte         `json:"mlpl_id"`
	Records  []MLPLRecord `json:"records"`
	CRC      uint16       `json:"mlpl_crc"`
	Carry
}

// MLPLRecord says which list of EF.MSPL counts at a location. Without country,
// network and location tags it is the default.
type MLPLRecord struct {
	LocParamType byte             `json:"loc_param_type"`
	MCC          string           `json:"mcc,omitempty"`
	MNC          string           `json:"mnc,omitempty"`
	Tags         []SystemLocation `json:"sys_loc_tags,omitempty"`
	MSPLIndex    byte             `json:"mspl_index"`
}

// SystemLocation is a location in the terms of one radio system.
type SystemLocation struct {
	SysType   byte      `json:"sys_type"`
	System    string    `json:"system"` // what SysType says; SysType decides when it is written
	Bits      int       `json:"sys_loc_tag_size"`
	PLMNStart plmn.PLMN `json:"plmn_start,omitzero"`
	PLMNRange *byte     `json:"plmn_range,omitempty"`
	SID       *uint16   `json:"sid,omitempty"`
	NIDStart  uint16    `json:"nid_start,omitempty"`
	NIDRange  byte      `json:"nid_range,omitempty"`
	Value     Hex       `json:"value,omitempty"` // of other systems, filled with zero bits
}

// Bits of LocParamType: what a record has.
const (
	locMCC  = 1
	locMNC  = 2
	locTags = 4
)

// mmssSystems names the radio systems by their code.
var mmssSystems = []string{
	"cdma2000_ai", "3gpp_ai", "wimax", "cdma2000_1x", "cdma2000_hrpd", "geran", "utran", "e_utran",
}

func mmssSystem(c byte) string {
	if int(c) < len(mmssSystems) {
		return mmssSystems[c]
	}
	return reservedValue
}

const (
	sysCDMA2000AI = 0
	sys3GPPAI     = 1
	sysCDMA20001X = 3
	sysGERAN      = 5
	sysEUTRAN     = 7

	plmnTagBits = 32 // PLMN_START, PLMN_RANGE
	sidTagBits  = 40 // reserved bit, SID, NID_START, NID_RANGE
)

// bitReader reads fields that do not end where bytes do.
type bitReader struct {
	b     []byte
	at    int
	short bool
}

// take reads n bits, at most 32.
func (r *bitReader) take(n int) uint32 {
	if r.at+n > len(r.b)*8 {
		r.short, r.at = true, len(r.b)*8
		return 0
	}
	var v uint32
	for range n {
		v = v<<1 | uint32(r.b[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

// bits reads n bits into bytes, filled with zeros at the end.
func (r *bitReader) bits(n int) []byte {
	if r.at+n > len(r.b)*8 {
		r.take(n)
		return nil
	}
	out := make([]byte, 0, (n+7)/8)
	for ; n > 0; n -= 8 {
		k := min(n, 8)
		out = append(out, byte(r.take(k)<<(8-k)))
	}
	return out
}

// byteSpan is which bytes hold the bits from one position to here.
func (r *bitReader) byteSpan(from int) (off, n int) {
	return from / 8, min((r.at+7)/8, len(r.b)) - from/8
}

type bitWriter struct {
	b  []byte
	at int
}

func (w *bitWriter) put(v uint32, n int) {
	for i := n - 1; i >= 0; i-- {
		if w.at%8 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[w.at/8] |= byte(v>>i&1) << (7 - w.at%8)
		w.at++
	}
}

// crcXor is what the two customs of this CRC differ in: whether the register
// is inverted at the end. C.S0016-D clause 3.5.5.1 is read both ways.
type crcXor uint16

const (
	crcInverted crcXor = 0xFFFF
	crcPlain    crcXor = 0
)

// mmssCRC is the checksum with the polynomial x16+x12+x5+1, begun with ones.
func mmssCRC(b []byte, x crcXor) uint16 {
	crc := uint16(0xFFFF)
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc ^ uint16(x)
}

// listHead reads the size and checks it and the CRC. The reader sees the list
// without its CRC.
func (b *builder) listHead(data []byte, smallest int) (r *bitReader, size int, crc uint16) {
	if !b.expect(data, smallest) {
		return nil, 0, 0
	}
	size = int(binary.BigEndian.Uint16(data))
	if size < smallest || size > len(data) {
		b.flag("mmss.size", 0, 2, "size", size, "have", len(data))
		return nil, size, 0
	}
	body := data[:size-2]
	crc = binary.BigEndian.Uint16(data[size-2:])
	if crc != mmssCRC(body, crcInverted) && crc != mmssCRC(body, crcPlain) {
		b.flag("mmss.crc", size-2, 2)
	}
	b.add("mmss_size", texts.Say("ef.configuration.bytes", "n", size), 0, 2)
	return &bitReader{b: body, at: 16}, size, crc
}

// listEnd flags whole bytes between the last entry and the CRC.
func (b *builder) listEnd(r *bitReader) {
	if from := (r.at + 7) / 8; from < len(r.b) {
		b.flag("mmss.rest", from, len(r.b)-from)
	}
}

const (
	mlplSmallest = 9
	msplSmallest = 8
)

func decodeMLPL(data []byte, _ Context, b *builder) MLPL {
	v := MLPL{Records: []MLPLRecord{}, Carry: Carry{data}}
	if len(data) > 0 && (allFF(data) || allZero(data)) {
		b.erase()
		return v
	}
	r, size, crc := b.listHead(data, mlplSmallest)
	if v.Size, v.CRC = size, crc; r == nil {
		return v
	}
	v.Revision, v.Version, v.ID = byte(r.take(8)), uint16(r.take(16)), byte(r.take(8))
	b.add("mmss_revision", fmt.Sprint(v.Revision), 2, 1)
	b.add("mmss_version", fmt.Sprint(v.Version), 3, 2)
	b.add("mlpl_id", fmt.Sprint(v.ID), 5, 1)
	n := int(r.take(8))
	for range n {
		from := r.at
		rec := r.mlplRecord()
		if r.short {
			b.flag("mmss.short", from/8, len(r.b)-from/8, "n", n)
			break
		}
		v.Records = append(v.Records, rec)
		off, length := r.byteSpan(from)
		f := b.add("mlpl_record", rec.where(), off, length)
		f.Note = texts.Say("ef.mmss.list", "n", rec.MSPLIndex)
		if rec.MCC != "" {
			f.Note = strings.TrimSpace(plmn.PLMN{MCC: rec.MCC, MNC: rec.MNC}.Describe() + "  " + f.Note)
		}
	}
	b.listEnd(r)
	b.Summary = texts.Say("ef.mmss.records", "n", len(v.Records), "id", v.ID)
	return v
}

func (r *bitReader) mlplRecord() MLPLRecord {
	rec := MLPLRecord{LocParamType: byte(r.take(8))}
	if rec.LocParamType&locMCC != 0 {
		rec.MCC = nibbleDigits(r.take(12))
	}
	if rec.LocParamType&locMNC != 0 {
		rec.MNC = nibbleDigits(r.take(12))
	}
	if rec.LocParamType&locTags != 0 {
		for range r.take(8) {
			if r.short {
				break
			}
			rec.Tags = append(rec.Tags, r.systemLocation())
		}
	}
	rec.MSPLIndex = byte(r.take(8))
	return rec
}

// nibbleDigits reads three digits; F at the end is none.
func nibbleDigits(v uint32) string { return strings.TrimRight(fmt.Sprintf("%03X", v), "F") }

func (r *bitReader) systemLocation() SystemLocation {
	s := SystemLocation{SysType: byte(r.take(8)), Bits: int(r.take(8))}
	s.System = mmssSystem(s.SysType)
	start := r.at
	switch {
	case s.Bits == plmnTagBits && s.of3GPP():
		p := r.bits(24)
		if p == nil {
			return s
		}
		network, ok := plmn.ParsePLMN([3]byte(p))
		if ok && !network.Empty() {
			c := byte(r.take(8))
			s.PLMNStart, s.PLMNRange = network, &c
			return s
		}
	case s.Bits == sidTagBits && (s.SysType == sysCDMA2000AI || s.SysType == sysCDMA20001X):
		if sid := uint16(r.take(16)); sid&0x8000 == 0 {
			s.SID = &sid
			s.NIDStart, s.NIDRange = uint16(r.take(16)), byte(r.take(8))
			return s
		}
	}
	r.at = start
	s.Value = r.bits(s.Bits)
	return s
}

func (s SystemLocation) of3GPP() bool {
	return s.SysType == sys3GPPAI || (s.SysType >= sysGERAN && s.SysType <= sysEUTRAN)
}

// where is a record's location in words.
func (m MLPLRecord) where() string {
	if m.LocParamType&(locMCC|locMNC|locTags) == 0 {
		return word("mmss.default")
	}
	out := []string{strings.TrimSpace(m.MCC + " " + m.MNC)}
	for _, s := range m.Tags {
		switch name := word("mmss." + s.System); {
		case s.PLMNRange != nil:
			out = append(out, fmt.Sprintf("%s %s +%d", name, s.PLMNStart, *s.PLMNRange))
		case s.SID != nil:
			out = append(out, fmt.Sprintf("%s SID %d NID %d +%d", name, *s.SID, s.NIDStart, s.NIDRange))
		default:
			out = append(out, name+" "+s.Value.String())
		}
	}
	return strings.TrimSpace(strings.Join(out, "  "))
}

func encodeMLPL(v MLPL, size int) ([]byte, error) {
	if len(v.Records) == 0 && v.Size == 0 {
		return fill(size), nil
	}
	if len(v.Records) > 0xFF {
		return nil, refuse("entries", "need", len(v.Records), "limit", 0xFF)
	}
	w := &bitWriter{}
	w.put(0, 16)
	w.put(uint32(v.Revision), 8)
	w.put(uint32(v.Version), 16)
	w.put(uint32(v.ID), 8)
	w.put(uint32(len(v.Records)), 8)
	for _, rec := range v.Records {
		if err := w.mlplRecord(rec); err != nil {
			return nil, err
		}
	}
	return w.list(v.Raw, size)
}

// list closes a list: its size in front, its CRC behind, by the custom of the
// list that was there.
func (w *bitWriter) list(had []byte, size int) ([]byte, error) {
	n := len(w.b) + 2
	if n > size || n > 0xFFFF {
		return nil, refuse("size", "need", n, "limit", min(size, 0xFFFF))
	}
	binary.BigEndian.PutUint16(w.b, uint16(n))
	custom := crcInverted
	if len(had) > 2 {
		if k := int(binary.BigEndian.Uint16(had)); k > 2 && k <= len(had) &&
			binary.BigEndian.Uint16(had[k-2:]) == mmssCRC(had[:k-2], crcPlain) {
			custom = crcPlain
		}
	}
	return padded(binary.BigEndian.AppendUint16(w.b, mmssCRC(w.b, custom)), size)
}

func (w *bitWriter) mlplRecord(rec MLPLRecord) error {
	kind := rec.LocParamType &^ (locMCC | locMNC | locTags)
	for _, part := range []struct {
		bit   byte
		there bool
	}{{locMCC, rec.MCC != ""}, {locMNC, rec.MNC != ""}, {locTags, len(rec.Tags) > 0 || rec.LocParamType&locTags != 0}} {
		if part.there {
			kind |= part.bit
		}
	}
	w.put(uint32(kind), 8)
	for _, code := range []string{rec.MCC, rec.MNC} {
		if code == "" {
			continue
		}
		if err := w.digits(code); err != nil {
			return err
		}
	}
	if kind&locTags != 0 {
		if len(rec.Tags) > 0xFF {
			return refuse("entries", "need", len(rec.Tags), "limit", 0xFF)
		}
		w.put(uint32(len(rec.Tags)), 8)
		for _, s := range rec.Tags {
			if err := w.systemLocation(s); err != nil {
				return err
			}
		}
	}
	w.put(uint32(rec.MSPLIndex), 8)
	return nil
}

// digits writes three digits, a missing last one as F.
func (w *bitWriter) digits(code string) error {
	if len(code) < 2 || len(code) > 3 || strings.Trim(code, plainDigits) != "" {
		return refuse("digit", "digit", code, "allowed", plainDigits)
	}
	for i := range 3 {
		d := 0xF
		if i < len(code) {
			d = strings.IndexByte(plainDigits, code[i])
		}
		w.put(uint32(d), 4)
	}
	return nil
}

func (w *bitWriter) systemLocation(s SystemLocation) error {
	w.put(uint32(s.SysType), 8)
	switch {
	case s.PLMNRange != nil:
		p, err := s.PLMNStart.Encode()
		if err != nil {
			return refuse("plmn", "plmn", s.PLMNStart.String())
		}
		w.put(plmnTagBits, 8)
		w.put(uint32(p[0])<<16|uint32(p[1])<<8|uint32(p[2]), 24)
		w.put(uint32(*s.PLMNRange), 8)
	case s.SID != nil:
		w.put(sidTagBits, 8)
		w.put(uint32(*s.SID&0x7FFF), 16)
		w.put(uint32(s.NIDStart), 16)
		w.put(uint32(s.NIDRange), 8)
	default:
		if s.Bits < 0 || s.Bits > 0xFF || len(s.Value) != (s.Bits+7)/8 {
			return refuse("length", "what", "value", "need", (max(s.Bits, 0)+7)/8)
		}
		w.put(uint32(s.Bits), 8)
		for i := range s.Bits {
			w.put(uint32(s.Value[i/8]>>(7-i%8)&1), 1)
		}
	}
	return nil
}
