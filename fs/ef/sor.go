package ef

import (
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// SORCMCI is the content of EF.SOR-CMCI (TS 31.102 clause 4.4.11.15): how long
// a phone that is told to move to another network may go on with what it does
// (TS 23.122 annex C, rules of TS 24.501 clause 9.11.3.51). Of several rules
// that match the longest time counts.
type SORCMCI struct {
	Rules       []SORRule `json:"sor_cmci_rules"`
	LengthField bool      `json:"length_field,omitempty"` // a length of two bytes stands before the rules, as on the air
	Carry
}

// SORRule is a time and the traffic it holds for.
type SORRule struct {
	Timer     Hex     `json:"tsor_cm_timer_value"` // as coded: bits 8 to 6 the unit, 5 to 1 the number
	Criterion string  `json:"criterion_type"`
	DNN       string  `json:"dnn,omitempty"`
	SNSSAI    *SNSSAI `json:"s_nssai,omitempty"`
	Value     Hex     `json:"criterion_value,omitempty"` // of a type that is not known
}

var sorCriteria = codes{
	0x01: "dnn", 0x02: "s_nssai_sst", 0x03: "s_nssai_sst_and_sd", 0x04: "ims_registration_signalling",
	0x05: "mmtel_voice_call", 0x06: "mmtel_video_call", 0x07: "mo_sms", 0xFF: "match_all",
}

const tagSORCMCI = 0x80

func decodeSORCMCI(data []byte, _ Context, b *builder) SORCMCI {
	v := SORCMCI{Rules: []SORRule{}, Carry: Carry{data}}
	n := b.nested(data)
	some := false
	var shown []string
	for from := n.at; ; from = n.at {
		tag, part, ok := n.object()
		if !ok {
			break
		}
		if tag != tagSORCMCI || some {
			n.strange(tag, part, from)
			continue
		}
		some = true
		part.depth = 0
		if v.LengthField = part.lengthBeforeRules(); v.LengthField {
			_, _ = part.number(2)
		}
		for part.left() > 0 {
			r, words := part.sorRule()
			v.Rules = append(v.Rules, r)
			shown = append(shown, words)
		}
	}
	switch {
	case !some:
		b.erase()
	case len(shown) == 0:
		b.Summary = word("none")
	default:
		b.Summary = sentences(shown, 4)
	}
	return v
}

// lengthBeforeRules tells the two forms that are met apart: rules alone, and
// rules behind the length of all of them.
func (n *nested) lengthBeforeRules() bool {
	probe := func(skip int) bool {
		if n.left() < skip {
			return false
		}
		var quiet builder
		p := &nested{b: &quiet, data: n.data, at: n.at + skip, end: n.end}
		for p.left() > 0 && len(quiet.Flags) == 0 {
			p.sorRule()
		}
		return len(quiet.Flags) == 0
	}
	return n.left() > 2 && int(n.data[n.at])<<8|int(n.data[n.at+1]) == n.left()-2 && !probe(0) && probe(2)
}

func (n *nested) sorRule() (SORRule, string) {
	var v SORRule
	say := n.head("sor_rule", n.at)
	length, _ := n.number(2)
	in := n.roof(int(length))
	v.Timer, _ = in.take(1)
	timer := timerWords(v.Timer)
	in.line("sor_timer", timer, in.at-len(v.Timer))
	from := in.at
	code, _ := in.number(1)
	v.Criterion = sorCriteria.name(byte(code))
	value := in.sorCriterion(&v, from)
	kind := wordOr("sor", v.Criterion)
	in.line("sor_criterion", strings.TrimSpace(kind+" "+value), from)
	words := texts.Say("ef.sor.rule", "what", strings.TrimSpace(kind+" "+value), "time", timer)
	say(words, "")
	return v, words
}

func (n *nested) sorCriterion(v *SORRule, from int) string {
	switch v.Criterion {
	case "dnn":
		length, _ := n.number(1)
		v.DNN = n.dnn(int(length))
		n.noMore()
		return v.DNN
	case "s_nssai_sst", "s_nssai_sst_and_sd":
		length := 1
		if v.Criterion == "s_nssai_sst_and_sd" {
			length = 4
		}
		v.SNSSAI = n.slice(length)
		n.noMore()
		if v.SNSSAI == nil {
			return ""
		}
		return v.SNSSAI.String()
	}
	if n.at > from {
		if _, known := sorCriteria[n.data[from]]; known {
			n.noMore()
			return ""
		}
	}
	n.b.flag("sor.criterion", from, n.at-from, "type", v.Criterion)
	v.Value = n.rest()
	return v.Value.String()
}

// noMore flags what a part holds beyond what it should.
func (n *nested) noMore() {
	if n.left() > 0 {
		n.b.flag("nested.trailing", n.at, n.left())
		n.rest()
	}
}

// timerWords tells the two values that everybody agrees on, and others as they
// are coded.
func timerWords(timer Hex) string {
	switch {
	case len(timer) == 0:
		return word("not_given")
	case timer[0]&0x1F == 0 && timer[0]>>5 != 7:
		return word("sor.now")
	case timer[0]>>5 == 7:
		return word("sor.infinity")
	}
	return texts.Say("ef.sor.timer", "n", timer[0]&0x1F, "unit", timer[0]>>5)
}

func encodeSORCMCI(v SORCMCI, size int) ([]byte, error) {
	var rules []byte
	for _, r := range v.Rules {
		b, err := r.bytes()
		if err != nil {
			return nil, err
		}
		rules = append(rules, b...)
	}
	if v.LengthField {
		var err error
		if rules, err = longLengthAndBytes("sor_cmci_rules", rules); err != nil {
			return nil, err
		}
	}
	return padded(tlv.Append(nil, tagSORCMCI, rules), size)
}

func (r SORRule) bytes() ([]byte, error) {
	timer, err := ofLength("tsor_cm_timer_value", r.Timer, 1)
	if err != nil {
		return nil, err
	}
	criterion, ok := sorCriteria.code(r.Criterion)
	if !ok {
		return nil, badValue("criterion_type", r.Criterion)
	}
	value := []byte(r.Value)
	switch r.Criterion {
	case "dnn":
		value, err = dnnWithLength(r.DNN)
	case "s_nssai_sst", "s_nssai_sst_and_sd":
		value, err = r.slice()
	}
	if err != nil {
		return nil, err
	}
	return longLengthAndBytes("sor_cmci_rules", append([]byte{timer[0], criterion}, value...))
}

func (r SORRule) slice() ([]byte, error) {
	if r.SNSSAI == nil {
		return nil, refuse("nested.missing", "what", "s_nssai")
	}
	need := 1
	if r.Criterion == "s_nssai_sst_and_sd" {
		need = 4
	}
	b, err := r.SNSSAI.bytes()
	if err != nil {
		return nil, err
	}
	return ofLength("s_nssai", b, need)
}
