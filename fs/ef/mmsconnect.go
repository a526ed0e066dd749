package ef

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"simscope/card/safe"
	"simscope/card/tlv"
)

// MMSConnectivity is the content of EF.MMSICP and EF.MMSUCP (TS 31.102 clauses
// 4.2.69 and 4.2.71, TS 51.011 clauses 10.3.53 and 10.3.55): sets of settings
// with which a phone reaches the server of multimedia messages, best first.
// Passwords among them are masked, so the value does not carry its bytes.
type MMSConnectivity struct {
	Sets []MMSConnection `json:"connectivity_parameters"`
	// Irregular says that the bytes are not those that these fields are
	// written as; such a value is not written.
	Irregular bool `json:"irregular,omitempty"`
}

// MMSConnection is one set.
type MMSConnection struct {
	Implementation []string       `json:"mms_implementation"`
	Server         string         `json:"relay_server"`
	Interfaces     [][]WAPSetting `json:"interface_to_core_network"` // best first
	Gateway        []WAPSetting   `json:"gateway"`                   // null: none
}

// WAPSetting is a parameter of WAP-183-PROVCONT: a token that stands for a
// word, or a text. Texts that are not plain ASCII are in the default alphabet.
type WAPSetting struct {
	Name     string    `json:"name"`
	Value    string    `json:"value,omitempty"`
	Alphabet string    `json:"alphabet,omitempty"` // "gsm7" where the text is coded so
	Secret   *KeyBytes `json:"secret,omitempty"`   // of passwords; its characters
}

// wapNames are the parameters, wapWords the words by their assigned numbers.
var wapNames = map[byte]string{
	0x08: "address", 0x09: "type_of_address", 0x0A: "call_type", 0x0C: "authentication_type", 0x0D: "authentication_id",
	0x0E: "authentication_pw", 0x0F: "linger", 0x10: "bearer", 0x19: "gateway_authentication_type",
	0x1A: "gateway_authentication_id", 0x1B: "gateway_authentication_pw", 0x20: "gateway_address",
	0x21: "type_of_gateway_address", 0x23: "port", 0x24: "service", 0x25: "speed",
}

var wapWords = map[byte]string{
	0x85: "IPv4", 0x86: "IPv6", 0x87: "E164", 0x88: "ALPHA", 0x89: "APN", 0x8A: "SCODE",
	0x90: "ANALOG-MODEM", 0x91: "V.120", 0x92: "V.110", 0x93: "X.31", 0x94: "BIT-TRANSPARENT", 0x95: "DIRECT-ASYNCHRONOUS-DATA-SERVICE",
	0x9A: "PAP", 0x9B: "CHAP", 0x9C: "HTTP-BASIC", 0x9D: "HTTP-DIGEST", 0x9E: "WTLS-SS",
	0xA2: "GSM-USSD", 0xA3: "GSM-SMS", 0xAA: "GSM-CSD", 0xAB: "GSM-GPRS",
	0xC5: "AUTOBAUDING", 0xCA: "CL-WSP", 0xCB: "CO-WSP", 0xCC: "CL-SEC-WSP", 0xCD: "CO-SEC-WSP",
}

// wapPasswords are the parameters whose text is not shown.
var wapPasswords = []byte{0x0E, 0x1B}

const (
	tagConnectivity = 0xAB
	tagMMSImpl      = 0x80
	tagMMSServer    = 0x81
	tagMMSInterface = 0x82
	tagMMSGateway   = 0x83
)

func decodeMMSConnectivity(data []byte, _ Context, b *builder) MMSConnectivity {
	v := MMSConnectivity{Sets: []MMSConnection{}}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes := b.readObjects(data, 0)
	var shown []string
	for _, n := range nodes {
		if n.Tag != tagConnectivity {
			b.flag("mms.tag", n.Offset, 1, "tag", n.Tag.String())
			continue
		}
		c := b.mmsConnection(n.Value, valueOffset(data, n))
		v.Sets = append(v.Sets, c)
		if c.Server != "" {
			shown = append(shown, c.Server)
		}
	}
	b.Summary = shorten(shown, 2)
	// The fields have no place for filler between objects and the like.
	if out, err := encodeMMSConnectivity(v, len(data)); err != nil || !bytes.Equal(out, data) {
		v.Irregular = true
		b.flag("mms.form", 0, len(data))
	}
	return v
}

func (b *builder) mmsConnection(body []byte, off int) MMSConnection {
	c := MMSConnection{Implementation: []string{}, Interfaces: [][]WAPSetting{}}
	nodes := b.readObjects(body, off)
	for _, n := range nodes {
		at := off + valueOffset(body, n)
		switch {
		case n.Tag == tagMMSImpl && len(n.Value) == 1:
			c.Implementation = b.mmsImplementation(n.Value[0], at)
		case n.Tag == tagMMSServer:
			c.Server = string(n.Value)
			b.add("mms_server", c.Server, at, len(n.Value))
		case n.Tag == tagMMSInterface:
			c.Interfaces = append(c.Interfaces, b.wapSettings("mms_interface", n.Value, at))
		case n.Tag == tagMMSGateway:
			c.Gateway = b.wapSettings("mms_gateway", n.Value, at)
		default:
			b.flag("mms.tag", off+n.Offset, 1, "tag", n.Tag.String())
		}
	}
	return c
}

// wapSettings reads parameters up to the end or to what is none.
func (b *builder) wapSettings(id string, body []byte, off int) []WAPSetting {
	out := []WAPSetting{}
	var shown []string
	head := len(b.Fields)
	b.addAs(id, fieldLabel(id), "", off, len(body))
	for i := 0; i+1 < len(body); {
		name, known := wapNames[body[i]]
		if !known {
			name = hexByte(body[i])
		}
		s, n := wapSetting(name, body[i:])
		if n == 0 {
			b.flag("mms.setting", off+i, len(body)-i)
			break
		}
		out = append(out, s)
		f := b.addAs(name, wapLabel(name), s.Value, off+i, n)
		f.Depth = 1
		if s.Secret != nil {
			f.Secret, f.Value = true, s.Secret.String()
		} else if name == "bearer" || strings.HasSuffix(name, "address") {
			shown = append(shown, s.Value)
		}
		i += n
	}
	b.Fields[head].Value = safe.Text(strings.Join(shown, " "))
	return out
}

func wapLabel(name string) string {
	if _, ok := wapCode(name); ok {
		return name
	}
	return fieldLabel("wap_" + name)
}

// wapSetting reads one parameter; its length is 0 where it does not end. Texts
// go through the edge like all text of a card.
func wapSetting(name string, b []byte) (WAPSetting, int) {
	secret := slices.Contains(wapPasswords, b[0])
	if b[1] >= 0x80 && !secret {
		value, ok := wapWords[b[1]]
		if !ok {
			value = "0x" + hexByte(b[1])
		}
		return WAPSetting{Name: name, Value: value}, 2
	}
	end := bytes.IndexByte(b[1:], 0)
	if end < 0 {
		return WAPSetting{}, 0
	}
	text, n := b[1:1+end], end+2
	if secret {
		k := newKey(text)
		return WAPSetting{Name: name, Secret: &k}, n
	}
	if asciiText(append([]byte("  "), text...)) == "" { // of any length
		s, _ := gsmText(text)
		return WAPSetting{Name: name, Value: s, Alphabet: CodingGSM7}, n
	}
	return WAPSetting{Name: name, Value: string(text)}, n
}

func (s WAPSetting) encode() ([]byte, error) {
	token, ok := wapToken(s.Name)
	if !ok {
		return nil, refuse("list.name", "name", s.Name, "what", "name")
	}
	out := []byte{token}
	secret := slices.Contains(wapPasswords, token)
	if secret != (s.Secret != nil) {
		return nil, refuse("mms.secret", "name", s.Name)
	}
	if secret {
		nul := false
		s.Secret.Use(func(b []byte) { nul, out = bytes.IndexByte(b, 0) >= 0, append(out, b...) })
		if nul {
			return nil, refuse("mms.secret", "name", s.Name)
		}
		return append(out, 0), nil
	}
	if c, ok := wapWord(s.Value); ok && s.Alphabet == "" {
		return append(out, c), nil
	}
	text := []byte(s.Value)
	if s.Alphabet != "" {
		if text, ok = gsmBytes(s.Value, true); !ok {
			return nil, refuse("mms.text", "text", s.Value)
		}
	} else if asciiText(append([]byte("  "), text...)) == "" {
		return nil, refuse("mms.text", "text", s.Value)
	}
	return append(append(out, text...), 0), nil
}

func wapToken(name string) (byte, bool) {
	for c, s := range wapNames {
		if s == name {
			return c, true
		}
	}
	c, ok := wapCode(name)
	return c, ok && c < 0x80
}

// wapCode is a token without a name, as it is shown: two hex digits.
func wapCode(s string) (byte, bool) {
	n, err := strconv.ParseUint(s, 16, 8)
	return byte(n), err == nil && n > 0 && len(s) == 2
}

// wapWord is the token of a word; one without a word is written "0x9F".
func wapWord(value string) (byte, bool) {
	for c, s := range wapWords {
		if s == value {
			return c, true
		}
	}
	digits, ok := strings.CutPrefix(value, "0x")
	c, hex := wapCode(digits)
	return c, ok && hex && c >= 0x80
}

func wapBytes(list []WAPSetting) ([]byte, error) {
	var out []byte
	for _, s := range list {
		b, err := s.encode()
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}

func encodeMMSConnectivity(v MMSConnectivity, size int) ([]byte, error) {
	if v.Irregular {
		return nil, refuse("mms.irregular")
	}
	var out []byte
	for _, c := range v.Sets {
		b, err := c.encode()
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, tagConnectivity, b)
	}
	return padded(out, size)
}

func (c MMSConnection) encode() ([]byte, error) {
	implementation, err := bitsOf(c.Implementation, mmsImplementations, "mms_implementation")
	if err != nil {
		return nil, err
	}
	out := tlv.Append(nil, tagMMSImpl, []byte{implementation})
	out = tlv.Append(out, tagMMSServer, []byte(c.Server))
	for _, list := range c.Interfaces {
		b, err := wapBytes(list)
		if err != nil {
			return nil, err
		}
		out = tlv.Append(out, tagMMSInterface, b)
	}
	if c.Gateway == nil {
		return out, nil
	}
	b, err := wapBytes(c.Gateway)
	if err != nil {
		return nil, err
	}
	return tlv.Append(out, tagMMSGateway, b), nil
}
