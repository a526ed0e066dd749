package ef

import (
	"fmt"
	"strings"

	"simscope/card/tlv"
	"simscope/texts"
)

// RadioPolicy is the content of EF.V2XP_PC5 and EF.V2XP_Uu (TS 31.102 clause
// 4.6.5) and of the policies of DF.A2X (clause 4.6.6): a template A0 with the
// end of validity, bits that say which optional parameters follow, and
// parameters coded as in TS 24.588 and TS 24.578. Not every file has both of
// the first two. UiccBrowser (V2xEfDecoders, A2xEfDecoders) has the same tags;
// of DF.A2X they rest on it alone.
type RadioPolicy struct {
	ValidityTimer string      `json:"validity_timer,omitempty"` // RFC 3339
	Indicators    *byte       `json:"indicators,omitempty"`
	Prefix        Hex         `json:"prefix,omitempty"` // what stands there instead of them
	Parameters    []Parameter `json:"parameters"`
	Carry
}

// policyFront says what stands in a template before its objects.
type policyFront struct {
	label      string // of the template
	timer      bool   // five bytes, the end of validity
	indicators bool   // one byte
}

var (
	timedPolicy   = policyFront{"v2x_policy", true, true}
	flaggedPolicy = policyFront{"v2x_policy", false, true}
	plainPolicy   = policyFront{"v2x_policy", false, false}
)

func (f policyFront) size() int {
	n := 0
	if f.timer {
		n = validityBytes
	}
	if f.indicators {
		n++
	}
	return n
}

var (
	v2xPC5Tags = parameterTags{
		0x80: {name: "v2x_served"},
		0x81: {name: "v2x_not_served"},
		0x82: {name: "v2x_tx_profiles"},
		0x83: {name: "v2x_privacy_config"},
		0x84: {name: "v2x_eutra_pc5"},
		0x85: {name: "v2x_nr_pc5"},
	}
	v2xUuTags = parameterTags{
		0x80: {name: "v2x_pdu_session_mapping"},
		0x81: {name: "v2x_plmn_infos"},
	}
)

func radioPolicy(front policyFront, tags parameterTags) func([]byte, Context, *builder) RadioPolicy {
	return func(data []byte, _ Context, b *builder) RadioPolicy {
		v := RadioPolicy{Parameters: []Parameter{}, Carry: Carry{data}}
		if allFF(data) {
			b.erase()
			return v
		}
		tpl, ok := soleTemplate(data, b)
		if !ok {
			return v
		}
		v.readTemplate(tpl, data, front, tags, b)
		b.Summary = parameterSummary(v.Parameters)
		if v.ValidityTimer != "" {
			b.Summary = strings.TrimSpace(texts.Say("ef.v2x.until", "time", v.ValidityTimer, "what", b.Summary))
		}
		return v
	}
}

// soleTemplate finds the one template of the file. It is not opened: its
// content does not begin with an object.
func soleTemplate(data []byte, b *builder) (tlv.Node, bool) {
	nodes := b.readObjects(data, 0)
	n, ok := tlv.Find(nodes, 0xA0)
	if !ok || len(nodes) != 1 {
		b.flag("prose.template", 0, len(data))
	}
	return n, ok
}

// readTemplate reads the content of a template of data.
func (v *RadioPolicy) readTemplate(tpl tlv.Node, data []byte, front policyFront, tags parameterTags, b *builder) {
	size := objectSize(data, tpl)
	off := tpl.Offset + size - len(tpl.Value)
	b.add(front.label, "", tpl.Offset, size)
	n := frontSize(tpl.Value, front.size())
	v.readFront(tpl.Value[:n], front, off, b)
	v.Parameters = b.parameters(tpl.Value[n:], off+n, 1, tags)
}

// frontSize is the length of what stands before the objects: as many bytes as
// the clause says, or none where the objects begin at once.
func frontSize(value []byte, front int) int {
	if len(value) >= front {
		if _, err := tlv.ParseFlat(value[front:]); err == nil {
			return front
		}
	}
	if _, err := tlv.ParseFlat(value); err == nil {
		return 0
	}
	return min(front, len(value))
}

func (v *RadioPolicy) readFront(p []byte, front policyFront, off int, b *builder) {
	if len(p) == 0 {
		if front.size() > 0 {
			b.flag("v2x.prefix", off, 0)
		}
		return
	}
	utc, ok := "", len(p) == front.size()
	if ok && front.timer {
		utc, ok = utcSeconds(p[:validityBytes])
	}
	if !ok {
		v.Prefix = p
		b.flag("v2x.prefix", off, len(p))
		b.add("other_object", v.Prefix.String(), off, len(p)).Depth = 1
		return
	}
	if front.timer {
		v.ValidityTimer = utc
		b.add("validity_timer", utc, off, validityBytes).Depth = 1
	}
	if front.indicators {
		last := len(p) - 1
		v.Indicators = &p[last]
		b.add("v2x_indicators", fmt.Sprintf("%08b", *v.Indicators), off+last, 1).Depth = 1
	}
}

func encodeRadioPolicy(front policyFront) func(RadioPolicy, int) ([]byte, error) {
	return func(v RadioPolicy, size int) ([]byte, error) {
		if v.ValidityTimer == "" && v.Indicators == nil && len(v.Prefix) == 0 && len(v.Parameters) == 0 {
			return fill(size), nil
		}
		body, err := v.template(front)
		if err != nil {
			return nil, err
		}
		return padded(body, size)
	}
}

// template writes v as a template.
func (v RadioPolicy) template(front policyFront) ([]byte, error) {
	if v.ValidityTimer != "" && !front.timer {
		return nil, refuse("policy.timer")
	}
	if v.Indicators != nil && !front.indicators {
		return nil, refuse("policy.indicators")
	}
	body := append([]byte{}, v.Prefix...)
	if len(body) == 0 && v.ValidityTimer != "" {
		utc, err := utcBytes(v.ValidityTimer)
		if err != nil {
			return nil, err
		}
		body = utc
	}
	// Where both belong, none stands without the other.
	if len(v.Prefix) == 0 && (v.ValidityTimer != "" || !front.timer) && front.indicators {
		switch {
		case v.Indicators != nil:
			body = append(body, *v.Indicators)
		case front.timer:
			body = append(body, 0)
		}
	}
	parameters, err := encodeParameters(v.Parameters)
	if err != nil {
		return nil, err
	}
	return tlv.Append(nil, 0xA0, append(body, parameters...)), nil
}
