package ef

import (
	"fmt"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// ICCID is the content of EF.ICCID (TS 102 221 clause 13.2).
type ICCID struct {
	ICCID      string `json:"iccid"`
	CheckDigit string `json:"check_digit"` // "valid", "invalid", or "none" where it holds hex digits
	Carry
}

func decodeICCID(data []byte, _ Context, b *builder) ICCID {
	v := ICCID{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	b.expect(data, 10)
	clean := true
	v.ICCID, clean = bcd(data, plainDigits)
	if !clean {
		b.flag("filler", 0, len(data))
	}
	if n := len(v.ICCID); n < 18 || n > 20 {
		b.flag("iccid.length", 0, len(data), "n", n)
	}
	v.CheckDigit = LuhnState(v.ICCID)
	f := b.add("iccid", group(v.ICCID, 4), 0, len(data))
	f.Note = texts.Say("ef.iccid." + v.CheckDigit)
	b.Summary = v.ICCID
	return v
}

// LuhnState says whether the last digit of s is its check digit (ISO/IEC
// 7812-1): "valid", "invalid", or "none" where s holds something else than
// decimal digits, as some operators' ICCIDs do.
func LuhnState(s string) string {
	sum := 0
	for i := 0; i < len(s); i++ {
		d := int(s[len(s)-1-i]) - '0'
		if d < 0 || d > 9 {
			return "none"
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	switch {
	case len(s) < 2:
		return "none"
	case sum%10 == 0:
		return "valid"
	}
	return "invalid"
}

func encodeICCID(v ICCID, size int) ([]byte, error) {
	s := strings.ReplaceAll(v.ICCID, " ", "")
	if len(s) < 18 || len(s) > 20 {
		return nil, refuse("iccid", "n", len(s))
	}
	b, err := bcdBytes(strings.ToUpper(s), plainDigits)
	if err != nil {
		return nil, err
	}
	return padded(b, size)
}

// group puts a space behind every n characters.
func group(s string, n int) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%n == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Application is a record of EF.DIR (TS 102 221 clause 13.1).
type Application struct {
	AID           Hex    `json:"application_identifier"`
	Label         string `json:"application_label,omitempty"`
	Discretionary Hex    `json:"discretionary_template,omitempty"`
	Path          Hex    `json:"path,omitempty"`
	Other         []TLV  `json:"other,omitempty"`
	Carry
}

// TLV is a data object that has no field of its own.
type TLV struct {
	Tag   string `json:"tag"`
	Value Hex    `json:"value"`
}

func decodeDIR(data []byte, _ Context, b *builder) Application {
	v := Application{AID: Hex{}, Carry: Carry{data}}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes, err := tlv.Parse(data)
	if err != nil {
		b.flag("tlv", 0, len(data), "why", err.Error())
	}
	tpl, ok := tlv.Find(nodes, 0x61)
	if !ok {
		b.flag("dir.template", 0, len(data))
		return v
	}
	for _, n := range tpl.Children {
		b.dirObject(n, &v)
	}
	if len(v.AID) < 5 || len(v.AID) > 16 {
		b.flag("dir.aid", tpl.Offset, 2, "n", len(v.AID))
	}
	b.Summary = strings.TrimSpace(v.Label + "  " + v.AID.String())
	b.Columns = []string{v.Label, v.AID.String()}
	return v
}

func (b *builder) dirObject(n tlv.Node, v *Application) {
	size := 2 + len(n.Value)
	switch n.Tag {
	case 0x4F:
		v.AID = n.Value
		b.add("application_identifier", v.AID.String(), n.Offset, size)
	case 0x50:
		a := DecodeAlpha(n.Value)
		v.Label = a.Text
		b.alphaFlags(a, n.Offset+2)
		b.add("application_label", a.Text, n.Offset, size)
	case 0x73:
		v.Discretionary = n.Value
		b.add("discretionary_template", v.Discretionary.String(), n.Offset, size)
	case 0x51:
		v.Path = n.Value
		b.add("path", v.Path.String(), n.Offset, size)
	default:
		v.Other = append(v.Other, TLV{n.Tag.String(), n.Value})
		b.addAs("tag."+n.Tag.String(), texts.Say("ef.field.tag", "tag", n.Tag.String()), Hex(n.Value).String(), n.Offset, size)
	}
}

func encodeDIR(v Application, size int) ([]byte, error) {
	if len(v.AID) == 0 && v.Label == "" && len(v.Discretionary)+len(v.Path)+len(v.Other) == 0 {
		return fill(size), nil
	}
	if len(v.AID) < 5 || len(v.AID) > 16 {
		return nil, refuse("aid", "n", len(v.AID))
	}
	label, err := alphaBytes(v.Label)
	if err != nil {
		return nil, err
	}
	body := tlv.Append(nil, 0x4F, v.AID)
	for _, o := range []struct {
		tag   tlv.Tag
		value []byte
	}{{0x50, label}, {0x51, v.Path}, {0x73, v.Discretionary}} {
		if len(o.value) > 0 {
			body = tlv.Append(body, o.tag, o.value)
		}
	}
	if body, err = appendObjects(body, v.Other); err != nil {
		return nil, err
	}
	return padded(tlv.Append(nil, 0x61, body), size)
}

func (b *builder) alphaFlags(a Alpha, off int) {
	for _, f := range a.Flags {
		f.Offset += off
		b.Flags = append(b.Flags, f)
	}
}

// AccessRules is a record of EF.ARR (TS 102 221 clause 13.4).
type AccessRules struct {
	Rules []Rule `json:"rules"`
	Carry
}

func decodeARR(data []byte, _ Context, b *builder) AccessRules {
	v := AccessRules{Rules: []Rule{}, Carry: Carry{data}}
	if allFF(data) {
		b.erase()
		return v
	}
	rules, flags := ParseARR(data)
	v.Rules = append(v.Rules, rules...)
	b.Flags = flags
	var parts []string
	for _, r := range rules {
		modes := strings.Join(r.Modes.modeWords(), ", ")
		b.addAs("rule", modes, r.Condition.String(), 0, len(data))
		parts = append(parts, modes+": "+r.Condition.String())
	}
	b.Summary = strings.Join(parts, " · ")
	b.Columns = []string{b.Summary}
	return v
}

// UMPC is the content of EF.UMPC (TS 102 221 clause 13.6).
type UMPC struct {
	MaxCurrent      int  `json:"max_current_mA"` // 255: none given
	OperatingTime   int  `json:"t_op_s"`         // 255: none given
	IncreasedIdle   bool `json:"req_inc_idle_current"`
	SupportsSuspend bool `json:"support_uicc_suspend"`
	AdditionalInfo  byte `json:"additional_info"`
	Carry
}

func decodeUMPC(data []byte, _ Context, b *builder) UMPC {
	v := UMPC{Carry: Carry{data}}
	if !b.expect(data, 3) {
		return v
	}
	v.MaxCurrent, v.OperatingTime, v.AdditionalInfo = int(data[0]), int(data[1]), data[2]
	v.IncreasedIdle, v.SupportsSuspend = data[2]&1 != 0, data[2]&2 != 0
	b.add("max_current", optional(data[0], "%d mA"), 0, 1)
	b.add("t_op", optional(data[1], "%d s"), 1, 1)
	b.add("inc_idle_current", yesNo(v.IncreasedIdle), 2, 1)
	b.add("uicc_suspend", yesNo(v.SupportsSuspend), 2, 1)
	b.Summary = optional(data[0], "%d mA")
	return v
}

func encodeUMPC(v UMPC, size int) ([]byte, error) {
	if size < 3 {
		return nil, refuse("size", "need", 3, "limit", size)
	}
	if err := inRange("max_current_mA", v.MaxCurrent, 255); err != nil {
		return nil, err
	}
	if err := inRange("t_op_s", v.OperatingTime, 255); err != nil {
		return nil, err
	}
	info := v.AdditionalInfo &^ 3
	for i, on := range []bool{v.IncreasedIdle, v.SupportsSuspend} {
		if on {
			info |= 1 << i
		}
	}
	return padded([]byte{byte(v.MaxCurrent), byte(v.OperatingTime), info}, size)
}

func optional(c byte, format string) string {
	if c == 0xFF {
		return word("not_given")
	}
	return fmt.Sprintf(format, c)
}

func yesNo(v bool) string {
	if v {
		return word("yes")
	}
	return word("no")
}

// Languages is the content of EF.PL (TS 102 221 clause 13.3) and EF.LI (TS
// 31.102 clause 4.2.1): two-letter codes of ISO 639, best first. An empty
// string is an unused entry.
type Languages struct {
	Languages []string `json:"languages"`
	Carry
}

func decodeLanguages(data []byte, _ Context, b *builder) Languages {
	v := Languages{Languages: []string{}, Carry: Carry{data}}
	var shown []string
	if len(data)%2 != 0 {
		b.flag("odd", len(data)-1, 1, "entry", 2)
	}
	for i := 0; i+1 < len(data); i += 2 {
		if data[i] == 0xFF && data[i+1] == 0xFF {
			v.Languages = append(v.Languages, "")
			continue
		}
		code, bad := gsmText(data[i : i+2])
		v.Languages = append(v.Languages, code)
		if len(bad) > 0 || !isLetter(data[i]) || !isLetter(data[i+1]) {
			b.flag("language", i, 2)
		}
		name := texts.Maybe("ef.lang." + strings.ToLower(code))
		b.add("language", code, i, 2).Note = name
		if name == "" {
			name = code
		}
		shown = append(shown, name)
	}
	b.Summary = strings.Join(shown, ", ")
	if len(shown) == 0 {
		b.erase()
	}
	return v
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func encodeLanguages(v Languages, size int) ([]byte, error) {
	var out []byte
	for _, code := range v.Languages {
		switch {
		case code == "":
			out = append(out, 0xFF, 0xFF)
		case len(code) == 2 && isLetter(code[0]) && isLetter(code[1]):
			out = append(out, strings.ToLower(code)...)
		default:
			return nil, refuse("language", "code", code)
		}
	}
	if size%2 != 0 && len(out) < size {
		return nil, refuse("multiple", "size", size, "entry", 2)
	}
	return padded(out, size)
}
