package ef

import (
	"fmt"
	"strings"

	"simscope/fs/plmn"
	"simscope/texts"
)

// IMSI is the content of EF.IMSI (TS 31.102 clause 4.2.2, TS 51.011 clause
// 10.3.2). How it divides into networks and subscriber: plmn.SplitIMSI.
type IMSI struct {
	IMSI string `json:"imsi"`
	Carry
}

func decodeIMSI(data []byte, c Context, b *builder) IMSI {
	v := IMSI{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 2) {
		return v
	}
	n := int(data[0])
	if n < 1 || n > 8 || n > len(data)-1 {
		b.flag("imsi.length", 0, 1, "n", n, "limit", min(8, len(data)-1))
		n = min(8, len(data)-1)
	}
	all, clean := bcd(data[1:1+n], plainDigits)
	if all != "" {
		v.IMSI = all[1:] // the first nibble is parity and type of identity
	}
	if !clean || strings.ContainsAny(v.IMSI, "ABCDE") {
		b.flag("imsi.digit", 1, n)
	}
	if data[1]&7 != 1 {
		b.flag("imsi.type", 1, 1, "type", data[1]&7)
	}
	if odd := data[1]&8 != 0; odd != (len(v.IMSI)%2 == 1) {
		b.flag("imsi.parity", 1, 1)
	}
	if len(v.IMSI) < 6 || len(v.IMSI) > 15 {
		b.flag("imsi.digits", 1, n, "n", len(v.IMSI))
	}
	b.imsiFields(v.IMSI, c, n)
	return v
}

func (b *builder) imsiFields(imsi string, c Context, n int) {
	p, msin, sure := plmn.SplitIMSI(imsi, c.MNCLength)
	shown := imsi
	if !p.Empty() {
		shown = p.String() + " " + msin
	}
	b.add("imsi", shown, 1, n)
	if !p.Empty() {
		f := b.add("network", p.String(), 1, min(n, 4))
		f.Note, f.Depth = p.Describe(), 1
		if !sure {
			f.Note = strings.TrimSpace(f.Note + " (" + word("mnc_length_guessed") + ")")
		}
	}
	b.Summary = shown
}

func encodeIMSI(v IMSI, size int) ([]byte, error) {
	s := strings.ReplaceAll(v.IMSI, " ", "")
	if len(s) < 6 || len(s) > 15 {
		return nil, refuse("imsi", "n", len(s))
	}
	first := "1"
	if len(s)%2 == 1 {
		first = "9"
	}
	b, err := bcdBytes(first+s, plainDigits[:10])
	if err != nil {
		return nil, err
	}
	return padded(append([]byte{byte(len(b))}, b...), size)
}

// AD is the content of EF.AD (TS 31.102 clause 4.2.18, TS 51.011 clause
// 10.3.18, TS 31.103 clause 4.2.5).
type AD struct {
	OperationMode     string `json:"ms_operation_mode"`
	OperationModeByte byte   `json:"ms_operation_mode_byte"`
	AdditionalInfo    Hex    `json:"additional_info"`
	Ciphering         bool   `json:"ciphering_indicator"` // the phone shows whether it encrypts
	CSGDisplay        bool   `json:"csg_display_control"`
	ProSe             bool   `json:"prose_services"`
	ExtendedDRX       bool   `json:"extended_drx"`
	MNCLength         *int   `json:"mnc_length,omitempty"` // absent on old cards
	Reserved          byte   `json:"rfu"`                  // high nibble of byte 4
	Extensions        Hex    `json:"extensions,omitempty"`
	Carry
}

var adModes = map[byte]string{
	0x00: "normal", 0x80: "type_approval", 0x01: "normal_and_specific_facilities",
	0x81: "type_approval_and_specific_facilities", 0x02: "maintenance_off_line", 0x04: "cell_test",
}

func decodeAD(data []byte, _ Context, b *builder) AD {
	v := AD{Carry: Carry{data}, AdditionalInfo: Hex{}}
	if !b.expect(data, 3) {
		return v
	}
	mode, known := adModes[data[0]]
	if !known {
		mode = "unknown"
		b.flag("ad.mode", 0, 1, "mode", hexByte(data[0]))
	}
	v.OperationMode, v.OperationModeByte, v.AdditionalInfo = mode, data[0], data[1:3]
	v.Ciphering, v.CSGDisplay = data[2]&1 != 0, data[2]&2 != 0
	v.ProSe, v.ExtendedDRX = data[2]&4 != 0, data[2]&8 != 0
	b.add("ms_operation_mode", word("ad."+mode), 0, 1)
	b.add("ciphering_indicator", yesNo(v.Ciphering), 2, 1)
	b.Summary = word("ad." + mode)
	if len(data) < 4 {
		return v
	}
	n := int(data[3] & 0xF)
	v.MNCLength, v.Reserved, v.Extensions = &n, data[3]>>4, data[4:]
	f := b.add("mnc_length", fmt.Sprint(n), 3, 1)
	f.Note = texts.Say("ef.ad.mnc")
	if n != 2 && n != 3 {
		b.flag("ad.mnc", 3, 1, "n", n)
	}
	return v
}

func encodeAD(v AD, size int) ([]byte, error) {
	mode := v.OperationModeByte
	if adModes[mode] != v.OperationMode && v.OperationMode != "unknown" {
		found := false
		for c, name := range adModes {
			if name == v.OperationMode {
				mode, found = c, true
			}
		}
		if !found {
			return nil, refuse("ad.mode", "mode", v.OperationMode)
		}
	}
	out := []byte{mode, 0, 0}
	copy(out[1:], v.AdditionalInfo)
	for i, on := range []bool{v.Ciphering, v.CSGDisplay, v.ProSe, v.ExtendedDRX} {
		out[2] &^= 1 << i
		if on {
			out[2] |= 1 << i
		}
	}
	if v.MNCLength != nil {
		if *v.MNCLength != 2 && *v.MNCLength != 3 {
			return nil, refuse("ad.mnc", "n", *v.MNCLength)
		}
		out = append(out, v.Reserved<<4|byte(*v.MNCLength))
		out = append(out, v.Extensions...)
	}
	if len(out) > size {
		return nil, refuse("size", "need", len(out), "limit", size)
	}
	return append(out, make([]byte, size-len(out))...), nil
}

// SPN is the content of EF.SPN (TS 31.102 clause 4.2.12, TS 51.011 clause
// 10.3.11).
type SPN struct {
	ShowInHPLMN bool   `json:"show_in_hplmn"` // the home network's own name is shown too
	HideInOPLMN bool   `json:"hide_in_oplmn"` // not shown while roaming
	Reserved    byte   `json:"rfu"`           // bits 3 to 8 of the display condition
	SPN         string `json:"spn"`
	Coding      string `json:"alpha_coding,omitempty"`
	Carry
}

func decodeSPN(data []byte, _ Context, b *builder) SPN {
	v := SPN{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 2) {
		return v
	}
	b.expect(data, 17)
	v.Reserved = data[0] >> 2
	v.ShowInHPLMN, v.HideInOPLMN = data[0]&1 != 0, data[0]&2 != 0
	a := DecodeAlpha(data[1:])
	v.SPN, v.Coding = a.Text, a.Coding
	b.alphaFlags(a, 1)
	b.add("spn", v.SPN, 1, len(data)-1)
	b.add("show_in_hplmn", yesNo(v.ShowInHPLMN), 0, 1)
	b.add("hide_in_oplmn", yesNo(v.HideInOPLMN), 0, 1)
	b.Summary = v.SPN
	return v
}

func encodeSPN(v SPN, size int) ([]byte, error) {
	if size < 2 {
		return nil, refuse("size", "need", 2, "limit", size)
	}
	c := v.Reserved << 2
	if v.ShowInHPLMN {
		c |= 1
	}
	if v.HideInOPLMN {
		c |= 2
	}
	name, err := EncodeAlpha(v.SPN, size-1)
	return append([]byte{c}, name...), err
}

// ACC is the content of EF.ACC (TS 31.102 clause 4.2.15): access classes 0 to
// 15, of which 10 is not allocated to subscribers.
type ACC struct {
	Classes []int `json:"access_classes"`
	Carry
}

func decodeACC(data []byte, _ Context, b *builder) ACC {
	v := ACC{Classes: []int{}, Carry: Carry{data}}
	if !b.expect(data, 2) {
		return v
	}
	bits := uint16(data[0])<<8 | uint16(data[1])
	var shown []string
	for i := range 16 {
		if bits&(1<<i) != 0 {
			v.Classes = append(v.Classes, i)
			shown = append(shown, fmt.Sprint(i))
		}
	}
	if bits&(1<<10) != 0 {
		b.flag("acc.10", 0, 1)
	}
	b.Summary = strings.Join(shown, ", ")
	if len(shown) == 0 {
		b.Summary = word("none")
	}
	f := b.add("access_class", b.Summary, 0, 2)
	if bits&0xF800 != 0 {
		f.Note = word("acc.special")
	}
	return v
}

func encodeACC(v ACC, size int) ([]byte, error) {
	if size != 2 {
		return nil, refuse("size", "need", 2, "limit", size)
	}
	var bits uint16
	for _, c := range v.Classes {
		if c < 0 || c > 15 || c == 10 {
			return nil, refuse("acc", "n", c)
		}
		bits |= 1 << c
	}
	return []byte{byte(bits >> 8), byte(bits)}, nil
}

// HPPLMN is the content of EF.HPPLMN (TS 31.102 clause 4.2.6).
type HPPLMN struct {
	Period byte `json:"search_period"` // in steps of six minutes; 0: no search
	Carry
}

// maxHPPLMN is the longest search period, eight hours (TS 22.011 clause
// 3.2.2.5), in steps of six minutes.
const maxHPPLMN = 80

// Minutes is the time between two searches.
func (h HPPLMN) Minutes() int { return int(h.Period) * 6 }

func decodeHPPLMN(data []byte, _ Context, b *builder) HPPLMN {
	v := HPPLMN{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	v.Period = data[0]
	b.Summary = minutesText(v.Minutes())
	if v.Period == 0 {
		b.Summary = word("never")
	}
	if v.Period > maxHPPLMN {
		b.flag("hpplmn", 0, 1)
	}
	b.add("search_period", b.Summary, 0, 1)
	return v
}

func encodeHPPLMN(v HPPLMN, size int) ([]byte, error) {
	if v.Period > maxHPPLMN {
		return nil, refuse("hpplmn", "limit", maxHPPLMN*6)
	}
	return padded([]byte{v.Period}, size)
}

// LP is the content of the 2G EF.LP (TS 51.011 clause 10.3.1): language
// numbers of TS 23.038 clause 5, best first; FF is an unused entry.
type LP struct {
	Languages []Hex `json:"languages"`
	Carry
}

func decodeLP(data []byte, _ Context, b *builder) LP {
	v := LP{Languages: []Hex{}, Carry: Carry{data}}
	var shown []string
	for i, c := range data {
		v.Languages = append(v.Languages, Hex{c})
		if c == 0xFF {
			continue
		}
		name := texts.Maybe("ef.lp." + hexByte(c))
		if name == "" {
			name = hexByte(c)
			b.flag("lp", i, 1, "code", name)
		}
		b.add("language", name, i, 1)
		shown = append(shown, name)
	}
	if b.Summary = strings.Join(shown, ", "); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeLP(v LP, size int) ([]byte, error) {
	var out []byte
	for _, code := range v.Languages {
		if len(code) != 1 {
			return nil, refuse("lp", "code", code.String())
		}
		out = append(out, code[0])
	}
	return padded(out, size)
}

// Kc is the content of EF.Kc and EF.KcGPRS (TS 51.011 clauses 10.3.3 and
// 10.3.32). The key is masked wherever it is printed.
type Kc struct {
	Kc       KeyBytes `json:"kc"`
	CKSN     int      `json:"cksn"` // 7: no key is available
	Reserved byte     `json:"rfu"`  // bits 4 to 8 of the last byte
}

func decodeKc(data []byte, _ Context, b *builder) Kc {
	v := Kc{CKSN: 7}
	if !b.exactly(data, 9) {
		return v
	}
	v.Kc, v.CKSN, v.Reserved = newKey(data[:8]), int(data[8]&7), data[8]>>3
	b.secret("kc", 0, 8)
	b.keySet("cksn", data[8], 8)
	return v
}

// keySet shows a key set number, the low three bits of a byte.
func (b *builder) keySet(id string, c byte, off int) {
	n := c & 7
	f := b.add(id, fmt.Sprint(n), off, 1)
	b.Summary = texts.Say("ef.keyset", "n", n)
	if n == 7 {
		f.Note = word("no_key")
		b.Summary = f.Note
	}
}

// Phase is the content of EF.Phase (TS 51.011 clause 10.3.19).
type Phase struct {
	Phase byte `json:"phase"`
	Carry
}

func decodePhase(data []byte, _ Context, b *builder) Phase {
	v := Phase{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	v.Phase = data[0]
	b.Summary = texts.Maybe("ef.phase." + hexByte(data[0]))
	if b.Summary == "" {
		b.Summary = hexByte(data[0])
		if data[0] == 0x01 || data[0] > 0x0F {
			b.flag("phase", 0, 1, "phase", b.Summary)
		}
	}
	b.add("phase", b.Summary, 0, 1)
	return v
}

func encodePhase(v Phase, size int) ([]byte, error) { return padded([]byte{v.Phase}, size) }

// EmergencyCodes is the content of the 2G EF.ECC (TS 51.011 clause 10.3.27).
type EmergencyCodes struct {
	Codes []string `json:"emergency_call_codes"` // an empty string is an unused entry
	Carry
}

func decodeECC2G(data []byte, _ Context, b *builder) EmergencyCodes {
	v := EmergencyCodes{Codes: []string{}, Carry: Carry{data}}
	if len(data)%3 != 0 {
		b.flag("odd", len(data)/3*3, len(data)%3, "entry", 3)
	}
	var shown []string
	for i := 0; i+3 <= len(data); i += 3 {
		s, clean := bcd(data[i:i+3], dialDigits)
		if !clean {
			b.flag("filler", i, 3)
		}
		v.Codes = append(v.Codes, s)
		if s != "" {
			b.add("emergency_call_code", s, i, 3)
			shown = append(shown, s)
		}
	}
	if b.Summary = strings.Join(shown, ", "); len(shown) == 0 {
		b.erase()
	}
	return v
}

func encodeECC2G(v EmergencyCodes, size int) ([]byte, error) {
	if size%3 != 0 {
		return nil, refuse("multiple", "size", size, "entry", 3)
	}
	if len(v.Codes) > size/3 {
		return nil, refuse("entries", "need", len(v.Codes), "limit", size/3)
	}
	var out []byte
	for _, code := range v.Codes {
		digits, err := emergencyDigits(code)
		if err != nil {
			return nil, err
		}
		out = append(out, digits...)
	}
	return padded(out, size)
}
