package ef

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"

	"simscope/card/tlv"
	"simscope/texts"
)

// V2XPolicy is the content of EF.V2XP_PC5 and EF.V2XP_Uu (TS 31.102 clause
// 4.6.5): a template A0 with the end of validity, bits that say which optional
// parameters follow, and parameters coded as in TS 24.588.
type V2XPolicy struct {
	ValidityTimer string      `json:"validity_timer,omitempty"` // RFC 3339
	Indicators    *byte       `json:"indicators,omitempty"`
	Prefix        Hex         `json:"prefix,omitempty"` // what stands there instead of the two
	Parameters    []Parameter `json:"parameters"`
	Carry
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

func v2xPolicy(tags parameterTags) func([]byte, Context, *builder) V2XPolicy {
	return func(data []byte, _ Context, b *builder) V2XPolicy {
		v := V2XPolicy{Parameters: []Parameter{}, Carry: Carry{data}}
		if allFF(data) {
			b.erase()
			return v
		}
		tpl, ok := v2xTemplate(data, b)
		if !ok {
			return v
		}
		size := objectSize(data, tpl)
		off := tpl.Offset + size - len(tpl.Value)
		b.add("v2x_policy", "", tpl.Offset, size)
		n := v2xPrefix(tpl.Value)
		v.readPrefix(tpl.Value[:n], off, b)
		v.Parameters = b.parameters(tpl.Value[n:], off+n, 1, tags)
		b.Summary = parameterSummary(v.Parameters)
		if v.ValidityTimer != "" {
			b.Summary = strings.TrimSpace(texts.Say("ef.v2x.until", "time", v.ValidityTimer, "what", b.Summary))
		}
		return v
	}
}

// v2xTemplate finds the one template of the file. It is not opened: its
// content does not begin with an object.
func v2xTemplate(data []byte, b *builder) (tlv.Node, bool) {
	nodes := b.readObjects(data, 0)
	n, ok := tlv.Find(nodes, 0xA0)
	if !ok || len(nodes) != 1 {
		b.flag("prose.template", 0, len(data))
	}
	return n, ok
}

// v2xPrefix is the length of what stands before the objects: validity timer
// and indicators, or nothing where the objects begin at once.
func v2xPrefix(value []byte) int {
	const prefix = validityBytes + 1
	if len(value) >= prefix {
		if _, err := tlv.ParseFlat(value[prefix:]); err == nil {
			return prefix
		}
	}
	if _, err := tlv.ParseFlat(value); err == nil {
		return 0
	}
	return min(prefix, len(value))
}

func (v *V2XPolicy) readPrefix(p []byte, off int, b *builder) {
	if len(p) == 0 {
		b.flag("v2x.prefix", off, 0)
		return
	}
	utc, ok := "", false
	if len(p) == validityBytes+1 {
		utc, ok = utcSeconds(p[:validityBytes])
	}
	if !ok {
		v.Prefix = p
		b.flag("v2x.prefix", off, len(p))
		b.add("other_object", v.Prefix.String(), off, len(p)).Depth = 1
		return
	}
	v.ValidityTimer, v.Indicators = utc, &p[validityBytes]
	b.add("validity_timer", utc, off, validityBytes).Depth = 1
	b.add("v2x_indicators", fmt.Sprintf("%08b", *v.Indicators), off+validityBytes, 1).Depth = 1
}

func encodeV2XPolicy(v V2XPolicy, size int) ([]byte, error) {
	if v.ValidityTimer == "" && v.Indicators == nil && len(v.Prefix) == 0 && len(v.Parameters) == 0 {
		return fill(size), nil
	}
	body := append([]byte{}, v.Prefix...)
	if len(body) == 0 && v.ValidityTimer != "" {
		utc, err := utcBytes(v.ValidityTimer)
		if err != nil {
			return nil, err
		}
		body = append(utc, 0)
		if v.Indicators != nil {
			body[validityBytes] = *v.Indicators
		}
	}
	parameters, err := encodeParameters(v.Parameters)
	if err != nil {
		return nil, err
	}
	return padded(tlv.Append(nil, 0xA0, append(body, parameters...)), size)
}

// Configuration is a data object of EF.MCS_CONFIG and EF.V2X_CONFIG (TS 31.102
// clauses 4.6.4.2 and 4.6.5.3): one document in XML.
type Configuration struct {
	Tag      string `json:"tag"`
	Name     string `json:"name,omitempty"` // by the tag, which decides when it is written
	Document string `json:"document"`
	Carry
}

// Documents by their tags.
var (
	v2xDocuments = map[tlv.Tag]string{0x80: "v2x_config"}
	mcsDocuments = map[tlv.Tag]string{
		0x80: "mcptt_ue_config",
		0x81: "mcptt_user_profile",
		0x82: "mcs_group_config",
		0x83: "mcptt_service_config",
		0x84: "mcs_ue_initial_config",
		0x85: "mcdata_ue_config",
		0x86: "mcdata_user_profile",
		0x87: "mcdata_service_config",
		0x88: "mcvideo_ue_config",
		0x89: "mcvideo_user_profile",
		0x8A: "mcvideo_service_config",
	}
)

func configurationObject(names map[tlv.Tag]string) func([]byte, Context, *builder) Configuration {
	return func(data []byte, _ Context, b *builder) Configuration {
		v := Configuration{Carry: Carry{data}}
		nodes := b.readObjects(data, 0)
		if len(nodes) == 0 {
			b.erase()
			return v
		}
		n := nodes[0]
		size := objectSize(data, n)
		if len(nodes) > 1 {
			b.flag("configuration.more", n.Offset+size, len(data)-n.Offset-size)
		}
		v.Tag, v.Name = n.Tag.String(), names[n.Tag]
		v.Document = strings.ToValidUTF8(string(n.Value), "\uFFFD") // or it would not come back from JSON
		title := texts.Say("ef.field.tag", "tag", v.Tag)
		if s := texts.Maybe("ef.field." + v.Name); s != "" {
			title = s
		} else {
			b.flag("parameter.tag", n.Offset, 1, "tag", v.Tag)
		}
		b.addAs("configuration", title, texts.Say("ef.configuration.bytes", "n", len(n.Value)), n.Offset, size)
		b.Summary = title
		b.outline(n.Value, n.Offset+size-len(n.Value))
		return v
	}
}

// Limits of the outline of a document: what is beyond them is only text.
const (
	maxOutlineLines = 256
	maxOutlineDepth = 32
	maxOutlineValue = 128 // bytes
)

// outline adds a line for each element of a document that holds text.
func (b *builder) outline(doc []byte, off int) {
	if !utf8.Valid(doc) {
		b.flag("utf8", off, len(doc))
		return
	}
	d := xml.NewDecoder(strings.NewReader(string(doc)))
	var open []string
	lines, elements := 0, 0
	for lines < maxOutlineLines {
		from := int(d.InputOffset())
		token, err := d.Token()
		if err != nil {
			if elements == 0 || len(open) > 0 {
				b.flag("configuration.xml", off, len(doc))
			}
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			elements++
			if open = append(open, t.Name.Local); len(open) > maxOutlineDepth {
				b.flag("configuration.deep", off+from, len(doc)-from, "limit", maxOutlineDepth)
				return
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			text := strings.TrimSpace(string(t))
			if text == "" || len(open) == 0 {
				continue
			}
			if len(text) > maxOutlineValue {
				text = strings.ToValidUTF8(text[:maxOutlineValue], "") + "…"
			}
			lines++
			f := b.addAs("element", strings.ToValidUTF8(open[len(open)-1], ""), text, off+from, int(d.InputOffset())-from)
			f.Depth = len(open)
		}
	}
}

func encodeConfigurationObject(v Configuration, size int) ([]byte, error) {
	tag, err := parseTag(v.Tag)
	if err != nil {
		return nil, err
	}
	out := tlv.Append(nil, tag, []byte(v.Document))
	if len(out) > size {
		return nil, refuse("size", "need", len(out), "limit", size)
	}
	return out, nil // an object of a BER-TLV file has no padding
}
