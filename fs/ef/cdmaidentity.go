package ef

import (
	"fmt"
	"slices"
	"strings"

	"simscope/fs/plmn"
)

func ruimIdentityFiles() []entry {
	imsi := func(name string, n int) entry {
		return inCDMA(writable(name, ruimClause(n), decodeCDMAIMSI, encodeCDMAIMSI))
	}
	id := func(name, spec string) entry { return inCDMA(writable(name, spec, decodeDeviceID, encodeDeviceID)) }
	return []entry{
		inCDMA(records(laidOut("EF.COUNT", ruimClause(1), 2, layoutCount, func(v CallCount) string { return fmt.Sprint(v.Count) }), "cdma_count")),
		imsi("EF.IMSI_M", 2),
		imsi("EF.IMSI_T", 3),
		inCDMA(laidOut("EF.TMSI", ruimClause(4), 16, layoutTMSI, CDMATMSI.String)),
		id("EF.RUIMID", ruimClause(17)),
		id("EF.ESN_MEID_ME", ruimSpec),
		inCDMA(writable("EF.SF_EUIMID", ruimSpec, decodeEUIMID, encodeEUIMID)),
		inCDMA(records(writable("EF.MDN", ruimSpec, decodeMDN, encodeMDN), "number")),
	}
}

// CallCount is a record of EF.COUNT (3GPP2 C.S0023 clause 3.4.1): how many
// calls were counted for finding copied cards, modulo 64.
type CallCount struct {
	Count int `json:"count"`
	Carry
}

func layoutCount(v *CallCount) (*Carry, []part) {
	return &v.Carry, []part{{id: "cdma_count", value: &v.Count, n: 2, width: 6}}
}

// CDMAIMSI is the content of EF.IMSI_M and EF.IMSI_T (3GPP2 C.S0023 clauses
// 3.4.2 and 3.4.3): the digits of an IMSI in the groups of C.S0005 clause
// 2.3.1. A group that holds no digits is empty.
type CDMAIMSI struct {
	Class      int    `json:"imsi_class"`    // 0: the IMSI has 15 digits, 1: fewer
	AddrNum    int    `json:"imsi_addr_num"` // of class 1: digits behind the country, less 4
	Programmed bool   `json:"imsi_programmed"`
	MCC        string `json:"mcc"`
	D11D12     string `json:"imsi_11_12"`
	S2         string `json:"imsi_s2"`
	S1         string `json:"imsi_s1"`
	Carry
}

// IMSI is all digits in their order, empty where some are missing.
func (v CDMAIMSI) IMSI() string {
	rest := v.D11D12 + v.S2 + v.S1
	if v.MCC == "" || len(rest) != 12 {
		return ""
	}
	if v.Class == 1 {
		rest = rest[max(0, len(rest)-v.AddrNum-4):]
	}
	return v.MCC + rest
}

// cdmaDigits are n digits of a number: each digit less one, with 0 behind 9
// (C.S0005 clause 2.3.1.1).
func cdmaDigits(v, n int) (string, bool) {
	out := make([]byte, n)
	for i := n - 1; i >= 0; i-- {
		out[i] = byte('0' + (v%10+1)%10)
		v /= 10
	}
	if v != 0 {
		return "", false
	}
	return string(out), true
}

// cdmaNumber is the inverse of cdmaDigits.
func cdmaNumber(digits string, n int, what string) (int, error) {
	if len(digits) != n {
		return 0, refuse("cdma.digits", "what", what, "need", n)
	}
	v := 0
	for i := range n {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, refuse("digit", "digit", digits[i:i+1], "allowed", plainDigits)
		}
		v = v*10 + (int(digits[i]-'0')+9)%10
	}
	return v, nil
}

// The groups of digits: where they lie, lowest byte first. IMSI_S1 has its
// fourth digit in four bits of its own.
const cdmaIMSISize = 10

func (v *CDMAIMSI) groups() []struct {
	id     string
	digits *string
	at, n  int
	count  int
} {
	return []struct {
		id     string
		digits *string
		at, n  int
		count  int
	}{
		{"cdma_mcc", &v.MCC, 8, 2, 3}, {"imsi_11_12", &v.D11D12, 6, 1, 2}, {"imsi_s2", &v.S2, 1, 2, 3}, {"imsi_s1", &v.S1, 3, 3, 7},
	}
}

func decodeCDMAIMSI(data []byte, _ Context, b *builder) CDMAIMSI {
	v := CDMAIMSI{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.exactly(data, cdmaIMSISize) {
		return v
	}
	v.Class, v.AddrNum, v.Programmed = int(data[0]&1), int(data[7]&7), data[7]&0x80 != 0
	for _, g := range v.groups() {
		n := int(part{at: g.at, n: g.n}.number(data))
		var ok bool
		switch {
		case g.count == 7:
			*g.digits, ok = cdmaS1(n)
		case g.count == 2:
			*g.digits, ok = cdmaDigits(n&0x7F, g.count)
		default:
			*g.digits, ok = cdmaDigits(n&0x3FF, g.count)
		}
		if !ok {
			b.flag("cdma.imsi", g.at, g.n)
		}
	}
	b.cdmaReserved(data)
	b.cdmaIMSI(v)
	return v
}

// cdmaS1 reads IMSI_S1: three digits, one, three.
func cdmaS1(n int) (string, bool) {
	front, ok1 := cdmaDigits(n>>14, 3)
	last, ok2 := cdmaDigits(n&0x3FF, 3)
	digit := n >> 10 & 0xF
	if !ok1 || !ok2 || digit < 1 || digit > 10 {
		return "", false
	}
	return front + string(byte('0'+digit%10)) + last, true
}

// cdmaReserved flags bits that none of the fields has.
func (b *builder) cdmaReserved(data []byte) {
	for at, mask := range map[int]byte{0: 0xFE, 2: 0xFC, 6: 0x80, 7: 0x78, 9: 0xFC} {
		if c := data[at] & mask; c != 0 {
			b.flag("cdma.reserved", at, 1, "byte", hexByte(c))
		}
	}
	slices.SortFunc(b.Flags, func(x, y Flag) int { return x.Offset - y.Offset })
}

func (b *builder) cdmaIMSI(v CDMAIMSI) {
	imsi := v.IMSI()
	if imsi != "" {
		b.add("imsi", imsi, 0, cdmaIMSISize)
	}
	for _, g := range v.groups() {
		f := b.addAs(g.id, fieldLabel(g.id), *g.digits, g.at, g.n)
		f.Depth = 1
		if c, ok := plmn.Country(*g.digits); ok && g.id == "cdma_mcc" {
			f.Note = c.Name
		}
	}
	b.add("imsi_class", fmt.Sprint(v.Class), 0, 1)
	b.add("imsi_addr_num", fmt.Sprint(v.AddrNum), 7, 1)
	b.add("imsi_programmed", yesNo(v.Programmed), 7, 1)
	switch {
	case !v.Programmed:
		b.Summary = word("cdma.unprogrammed")
	case imsi != "":
		b.Summary = v.MCC + " " + imsi[3:]
	}
}

func encodeCDMAIMSI(v CDMAIMSI, size int) ([]byte, error) {
	if err := inRange("imsi_class", v.Class, 1); err != nil {
		return nil, err
	}
	if err := inRange("imsi_addr_num", v.AddrNum, 7); err != nil {
		return nil, err
	}
	out := make([]byte, cdmaIMSISize)
	out[0], out[7] = byte(v.Class), byte(v.AddrNum)|bitIf(v.Programmed, 7)
	for _, g := range v.groups() {
		n, err := cdmaNumber(*g.digits, g.count, g.id)
		if err != nil {
			return nil, err
		}
		if g.count == 7 {
			digit := n / 1000 % 10 // less one
			n = n/10000<<14 | (digit+1)<<10 | n%1000
		}
		part{at: g.at, n: g.n}.put(out, uint64(n))
	}
	return padded(out, size)
}

// CDMATMSI is the content of EF.TMSI (3GPP2 C.S0023 clause 3.4.4).
type CDMATMSI struct {
	ZoneLength int `json:"assigning_tmsi_zone_len"` // in bytes
	Zone       Hex `json:"assigning_tmsi_zone"`     // as it stands in the file
	Code       int `json:"tmsi_code"`
	Expiry     int `json:"tmsi_exp_timer"` // in units of 2^12 frames of 80 ms
	Carry
}

const noTMSICode = 0xFFFFFFFF

func layoutTMSI(v *CDMATMSI) (*Carry, []part) {
	return &v.Carry, []part{
		{id: "tmsi_zone_len", value: &v.ZoneLength, n: 1, width: 4},
		{id: "tmsi_zone", bytes: &v.Zone, at: 1, n: 8},
		{id: "tmsi_code", value: &v.Code, at: 9, n: 4, note: func(n int) string { return fmt.Sprintf("%08X", n) }},
		{id: "tmsi_exp_timer", value: &v.Expiry, at: 13, n: 3},
	}
}

func (v CDMATMSI) String() string {
	if v.Code == noTMSICode {
		return word("none")
	}
	return fmt.Sprintf("%08X", v.Code)
}

// DeviceID is the content of EF.RUIMID and EF.ESN_MEID_ME (3GPP2 C.S0023
// clause 3.4.17): an identifier of 4 or 7 bytes, lowest byte first in the file.
type DeviceID struct {
	Length     int `json:"number_of_bytes"`
	Identifier Hex `json:"identifier"` // highest byte first
	Carry
}

func decodeDeviceID(data []byte, _ Context, b *builder) DeviceID {
	v := DeviceID{Identifier: Hex{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	if v.Length = int(data[0] & 0xF); data[0]&0xF0 != 0 {
		b.flag("cdma.reserved", 0, 1, "byte", hexByte(data[0]&0xF0))
	}
	if v.Length > len(data)-1 {
		b.flag("short", 0, len(data), "have", len(data), "need", 1+v.Length)
		return v
	}
	v.Identifier = reversed(data[1 : 1+v.Length])
	switch v.Length {
	case 0:
		b.erase()
	case esnBytes, meidBytes:
		f := b.add("cdma_identifier", v.Identifier.String(), 1, v.Length)
		f.Note = deviceIDKind(v.Identifier)
		b.Summary = joined(v.Identifier.String(), f.Note)
	default:
		b.flag("cdma.id", 0, 1, "n", v.Length)
		b.add("cdma_identifier", v.Identifier.String(), 1, v.Length)
	}
	return v
}

const (
	esnBytes  = 4
	meidBytes = 7
	pseudoESN = 0x80 // the maker code of identifiers that were derived from longer ones
)

func deviceIDKind(id Hex) string {
	switch {
	case len(id) == meidBytes:
		return "MEID"
	case id[0] == pseudoESN:
		return word("cdma.pseudo")
	}
	return "ESN"
}

func reversed(b []byte) Hex {
	out := slices.Clone(b)
	slices.Reverse(out)
	return out
}

func encodeDeviceID(v DeviceID, size int) ([]byte, error) {
	if n := len(v.Identifier); n != 0 && n != esnBytes && n != meidBytes {
		return nil, refuse("length", "what", "identifier", "need", fmt.Sprintf("%d, %d", esnBytes, meidBytes))
	}
	out := append([]byte{byte(len(v.Identifier))}, reversed(v.Identifier)...)
	if len(out) > size {
		return nil, refuse("size", "need", len(out), "limit", size)
	}
	return append(out, make([]byte, size-len(out))...), nil
}

// EUIMID is the content of EF.SF_EUIMID: the card's identifier in the form of
// a MEID, 14 hex digits, lowest byte first in the file.
type EUIMID struct {
	Identifier Hex `json:"sf_euimid"` // highest byte first
	Carry
}

func decodeEUIMID(data []byte, _ Context, b *builder) EUIMID {
	v := EUIMID{Identifier: Hex{}, Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if b.exactly(data, meidBytes) {
		v.Identifier = reversed(data[:meidBytes])
		b.Summary = v.Identifier.String()
		b.add("cdma_identifier", b.Summary, 0, meidBytes)
	}
	return v
}

func encodeEUIMID(v EUIMID, size int) ([]byte, error) {
	if len(v.Identifier) != meidBytes {
		return nil, refuse("length", "what", "sf_euimid", "need", meidBytes)
	}
	return padded(reversed(v.Identifier), size)
}

// MDN is a record of EF.MDN: a number that the card can be called by.
type MDN struct {
	Number       string `json:"mdn"`
	NumberType   int    `json:"number_type"` // C.S0005 table 2.7.1.3.2.4-2
	NumberPlan   int    `json:"number_plan"` // table 2.7.1.3.2.4-3
	Presentation int    `json:"pi"`
	Screening    int    `json:"si"`
	Carry
}

// dtmfDigits are the digits of C.S0005 table 2.7.1.3.2.4-4: 0 is coded 10.
const dtmfDigits = "?1234567890*#???"

const (
	mdnSize   = 11
	mdnDigits = 15
)

func layoutMDN(v *MDN) []part {
	return []part{
		{id: "number_type", value: &v.NumberType, at: 9, n: 1, width: 3, note: codeWord("cdma.ton", "unknown", "international", "national", "network", "subscriber", "", "abbreviated")},
		{id: "number_plan", value: &v.NumberPlan, at: 9, n: 1, shift: 3, width: 4, note: codeWord("cdma.plan", "unknown", "telephony", "", "data", "telex", "", "", "", "", "private")},
		{id: "cdma_pi", value: &v.Presentation, at: 10, n: 1, width: 2, note: codeWord("cdma.pi", "allowed", "restricted", "unavailable")},
		{id: "cdma_si", value: &v.Screening, at: 10, n: 1, shift: 2, width: 2, note: codeWord("cdma.si", "unscreened", "passed", "failed", "network")},
	}
}

func decodeMDN(data []byte, _ Context, b *builder) MDN {
	v := MDN{Carry: Carry{data}}
	b.Columns = []string{""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.exactly(data, mdnSize) {
		return v
	}
	digits, clean := bcd(data[1:9], dtmfDigits)
	n := int(data[0] & 0xF)
	if n != len(digits) || !clean || strings.Contains(digits, "?") {
		b.flag("cdma.mdn", 0, 9, "n", n)
	}
	v.Number = digits
	b.add("mdn", v.Number, 1, 8)
	rest := append([]byte{data[0] & 0xF0}, make([]byte, 8)...)
	b.parts(append(rest, data[9:mdnSize]...), layoutMDN(&v))
	if b.Columns[0], b.Summary = v.Number, v.Number; v.Number == "" {
		b.erase()
	}
	return v
}

func encodeMDN(v MDN, size int) ([]byte, error) {
	if len(v.Number) > mdnDigits {
		return nil, refuse("cdma.long", "n", len(v.Number), "limit", mdnDigits)
	}
	if i := strings.IndexByte(v.Number, '?'); i >= 0 {
		return nil, refuse("digit", "digit", "?", "allowed", strings.Trim(dtmfDigits, "?"))
	}
	digits, err := bcdBytes(v.Number, dtmfDigits)
	if err != nil {
		return nil, err
	}
	out := append([]byte{byte(len(v.Number))}, fill(8)...)
	copy(out[1:], digits)
	out = append(out, 0, 0)
	for _, p := range layoutMDN(&v) {
		if err := p.write(out); err != nil {
			return nil, err
		}
	}
	return padded(out, size)
}
