package ef

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/texts"
)

// XCAPConfig is a data object of EF.XCAPConfigData: how a phone reaches the
// server where supplementary services are set (TS 31.103 clause 4.2.19, TS
// 24.424). Passwords are masked wherever they are printed. Irregular bytes are
// shown but cannot be written again.
type XCAPConfig struct {
	Tag       string       `json:"tag"` // of the object in the file
	Policies  []XCAPObject `json:"xcap_conn_params_policy"`
	Irregular bool         `json:"irregular,omitempty"`
}

// XCAPObject is a parameter, or a list of them.
type XCAPObject struct {
	Tag    string       `json:"tag"`
	Name   string       `json:"name,omitempty"`
	Text   string       `json:"text,omitempty"`
	Value  Hex          `json:"value,omitempty"` // where it is no text
	Secret *safe.Secret `json:"secret,omitempty"`
	Of     []XCAPObject `json:"of,omitempty"`
}

// xcapNames names the objects by where they stand: in the policy (tag A0) or in
// one part of it (tag A1).
var xcapNames = map[tlv.Tag]map[tlv.Tag]string{
	0: {0xA0: "xcap_conn_params_policy"},
	0xA0: {
		0x81: "access_for_xcap", 0x82: "number_of_policies", 0xA1: "policy_part",
	},
	0xA1: {
		0x81: "access", 0x82: "application_name", 0x83: "provider_id", 0x84: "uri",
		0x85: "xcap_authentication_user_name", 0x86: "xcap_authentication_password", 0x87: "xcap_authentication_type",
		0x88: "address_type", 0x89: "address", 0x8A: "pdp_authentication_type",
		0x8B: "pdp_authentication_name", 0x8C: "pdp_authentication_secret",
	},
}

// xcapSecrets are the parameters that nobody is shown.
var xcapSecrets = []string{"xcap_authentication_password", "pdp_authentication_secret"}

func decodeXCAPConfig(data []byte, _ Context, b *builder) XCAPConfig {
	v := XCAPConfig{Policies: []XCAPObject{}}
	list := b.fileObjects(data, 0)
	if len(list) == 0 {
		b.erase()
		v.Irregular = len(data) > 0 && b.irregular(data, func() ([]byte, error) { return nil, nil })
		return v
	}
	o := list[0]
	v.Tag = o.Tag.String()
	inner := []fileObject{o}
	if o.Tag == 0x80 { // the policy lies in an object of the file
		inner = b.fileObjects(o.Value, o.at)
	}
	for _, in := range inner {
		v.Policies = append(v.Policies, b.xcapObject(in, 0, 0))
	}
	b.Summary = texts.Say("ef.xcap", "n", xcapParts(v.Policies))
	v.Irregular = b.irregular(data, func() ([]byte, error) { return encodeXCAPConfig(v, len(data)) })
	return v
}

// xcapParts counts the policies in force.
func xcapParts(list []XCAPObject) int {
	n := 0
	for _, o := range list {
		if o.Name == "policy_part" {
			n++
		}
		n += xcapParts(o.Of)
	}
	return n
}

func (b *builder) xcapObject(o fileObject, parent tlv.Tag, depth int) XCAPObject {
	v := XCAPObject{Tag: o.Tag.String(), Name: xcapNames[parent][o.Tag]}
	label := texts.Say("ef.field.tag", "tag", v.Tag)
	if v.Name != "" {
		label = texts.Say("ef.field.xcap." + v.Name)
	} else {
		b.flag("net.object", o.off, o.size(), "tag", v.Tag)
	}
	_, known := xcapNames[o.Tag]
	if known && o.Tag.Constructed() && v.Name != "" && depth < 4 {
		b.addAs("xcap", label, "", o.off, o.size()).Depth = depth
		v.Of = []XCAPObject{}
		for _, in := range b.fileObjects(o.Value, o.at) {
			v.Of = append(v.Of, b.xcapObject(in, o.Tag, depth+1))
		}
		return v
	}
	var f *Field
	switch {
	case slices.Contains(xcapSecrets, v.Name) || v.Name == "":
		// What has no name may be a secret too.
		s := safe.NewSecret(slices.Clone(o.Value))
		v.Secret = &s
		f = b.addAs("xcap", label, s.String(), o.off, o.size())
		f.Secret = true
	case len(o.Value) > 1 && isText(o.Value):
		v.Text = string(o.Value)
		f = b.addAs("xcap", label, v.Text, o.off, o.size())
	default:
		v.Value = o.Value
		shown := v.Value.String()
		if len(o.Value) == 1 {
			shown = fmt.Sprint(o.Value[0])
		}
		f = b.addAs("xcap", label, shown, o.off, o.size())
	}
	f.Depth = depth
	return v
}

// isText reports whether b is UTF-8 without control characters.
func isText(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c == 0x7F {
			return false
		}
	}
	return utf8.Valid(b)
}

func encodeXCAPConfig(v XCAPConfig, size int) ([]byte, error) {
	if v.Irregular {
		return nil, refuse("net.irregular")
	}
	out, err := appendXCAP(nil, v.Policies)
	if err != nil {
		return nil, err
	}
	if v.Tag == "80" {
		out = tlv.Append(nil, 0x80, out)
	}
	if len(out) != size {
		return nil, refuse("net.objectsize", "need", len(out), "limit", size)
	}
	return out, nil
}

func appendXCAP(dst []byte, list []XCAPObject) ([]byte, error) {
	for _, o := range list {
		value := slices.Clone(o.Value)
		switch {
		case o.Of != nil:
			in, err := appendXCAP(nil, o.Of)
			if err != nil {
				return nil, err
			}
			value = in
		case o.Secret != nil:
			o.Secret.Use(func(b []byte) { value = slices.Clone(b) })
		case o.Text != "":
			value = []byte(o.Text)
		}
		var err error
		if dst, err = appendObjects(dst, []TLV{{o.Tag, value}}); err != nil {
			return nil, err
		}
	}
	return dst, nil
}
