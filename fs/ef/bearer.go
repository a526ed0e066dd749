package ef

import (
	"slices"
	"strings"

	"simscope/texts"
)

// BearerCapability is a record of EF.CCP, EF.ECCP, EF.CCP1 and EF.CCP2 (TS
// 51.011 clauses 10.5.4 and 10.5.14, TS 31.102 clauses 4.2.38 and 4.4.2.11):
// the bearer capability of TS 24.008 clause 10.5.4.5 without its identifier.
type BearerCapability struct {
	Octets []BearerOctet `json:"octets"`
	Carry
}

// BearerOctet is one octet of the element, under the number it has in TS
// 24.008, with its parameters by their names there. A value that has no name
// is "value_n".
type BearerOctet struct {
	Octet      string            `json:"octet"`
	Parameters []BearerParameter `json:"parameters"`
}

// BearerParameter is some bits of an octet.
type BearerParameter struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// bearerGroups are the octets of the element in their order (TS 24.008 figure
// 10.5.88): a group starts with one of them and goes on while the highest bit
// is 0. For speech there is the group of octet 3 alone.
func bearerGroups(speech bool) [][]string {
	if speech {
		return [][]string{{"3", "3a_speech", "3b", "3b", "3b", "3b", "3b"}}
	}
	return [][]string{{"3", "3a", "3b"}, {"4"}, {"5", "5a", "5b"}, {"6", "6a", "6b", "6c", "6d", "6e", "6f", "6g"}, {"7"}}
}

// isSpeech tells from octet 3 what the bits mean that follow.
func isSpeech(octet3 byte) bool { return octet3&7 == 0 }

func octetName(o string) string { name, _, _ := strings.Cut(o, "_"); return name }

// capability is the decoder of a file of bearer capabilities.
func capability(name, spec string) Decoder {
	return records(writable(name, spec, decodeBearer, encodeBearer), "bearer")
}

func decodeBearer(data []byte, _ Context, b *builder) BearerCapability {
	v := BearerCapability{Octets: []BearerOctet{}, Carry: Carry{data}}
	b.Columns = []string{""}
	if allFF(data) {
		b.erase()
		return v
	}
	n := int(data[0])
	if n > len(data)-1 {
		b.flag("bearer.length", 0, 1, "n", n, "limit", len(data)-1)
		n = len(data) - 1
	}
	body := data[1 : 1+n]
	if !allFF(data[1+n:]) {
		b.flag("bearer.trailing", 1+n, len(data)-1-n)
	}
	v.Octets = b.bearerOctets(body)
	b.Summary = v.summary()
	b.Columns = []string{b.Summary}
	return v
}

// bearerOctets reads the octets of the element's body, which starts at byte 1.
func (b *builder) bearerOctets(body []byte) []BearerOctet {
	out := []BearerOctet{}
	if len(body) == 0 {
		b.flag("bearer.short", 0, 1)
		return out
	}
	i := 0
	for _, group := range bearerGroups(isSpeech(body[0])) {
		ended := false
		for _, o := range group {
			if i >= len(body) {
				if !ended && o != group[0] {
					b.flag("bearer.short", i, 1)
				}
				return out
			}
			if ended = body[i]&0x80 != 0; !b.bearerOctet(o, body[i], 1+i, &out) {
				return out
			}
			i++
			if ended {
				break
			}
		}
		if !ended {
			b.flag("bearer.octet", i, 1)
			return out
		}
	}
	if i < len(body) {
		b.flag("bearer.octet", 1+i, len(body)-i)
	}
	return out
}

// bearerOctet reads one octet; it is false where the fixed bits of the octet
// say that it is another one.
func (b *builder) bearerOctet(o string, c byte, off int, out *[]BearerOctet) bool {
	oct := BearerOctet{Octet: octetName(o), Parameters: []BearerParameter{}}
	for _, f := range bearerFields[o] {
		bits := c >> f.shift & (1<<f.width - 1)
		if f.fixed != nil {
			if bits != *f.fixed {
				b.flag("bearer.octet", off, 1)
				return false
			}
			continue
		}
		value := f.name(bits)
		oct.Parameters = append(oct.Parameters, BearerParameter{f.id, value})
		b.addAs(f.id, bearerLabel(f.id), bearerWord(value), off, 1)
		if strings.HasPrefix(value, "value_") {
			b.flag("bearer.value", off, 1, "parameter", bearerLabel(f.id), "value", value[len("value_"):])
		}
	}
	*out = append(*out, oct)
	return true
}

// bearerWord is a value for people. Names of codecs, modems and speeds are the
// same in every language.
func bearerWord(value string) string {
	if s := texts.Maybe("ef.bearer." + value); s != "" {
		return s
	}
	return strings.ReplaceAll(value, "_", " ")
}

// summary is what a person asks first: the service and its speed.
func (v BearerCapability) summary() string {
	var out []string
	for _, id := range []string{"information_transfer_capability", "user_rate", "fixed_network_user_rate", "modem_type"} {
		if value := v.parameter(id); value != "" && value != "none" && value != "not_applicable" {
			out = append(out, bearerWord(value))
		}
	}
	return strings.Join(out, ", ")
}

func (v BearerCapability) parameter(id string) string {
	for _, o := range v.Octets {
		for _, p := range o.Parameters {
			if p.Name == id {
				return p.Value
			}
		}
	}
	return ""
}

func encodeBearer(v BearerCapability, size int) ([]byte, error) {
	if len(v.Octets) == 0 {
		return fill(size), nil
	}
	speech := slices.ContainsFunc(v.Octets[0].Parameters, func(p BearerParameter) bool {
		return p.Name == "information_transfer_capability" && p.Value == "speech"
	})
	var body []byte
	rest := v.Octets
	for _, group := range bearerGroups(speech) {
		start := len(body)
		for _, o := range group {
			if len(rest) == 0 || rest[0].Octet != octetName(o) {
				break
			}
			c, err := rest[0].encode(o)
			if err != nil {
				return nil, err
			}
			body, rest = append(body, c), rest[1:]
		}
		if len(body) > start {
			body[len(body)-1] |= 0x80 // the last of its group
		}
	}
	if len(rest) > 0 {
		return nil, refuse("bearer.octet", "octet", rest[0].Octet)
	}
	out, err := padded(append([]byte{byte(len(body))}, body...), size)
	if err != nil {
		return nil, err
	}
	if back := decodeBearer(out, Context{}, &builder{}); !sameJSON(back.Octets, v.Octets) {
		return nil, refuse("bearer.order")
	}
	return out, nil
}

func (o BearerOctet) encode(key string) (byte, error) {
	var c byte
	seen := 0
	for _, f := range bearerFields[key] {
		if f.fixed != nil {
			c |= *f.fixed << f.shift
			continue
		}
		for _, p := range o.Parameters {
			if p.Name != f.id {
				continue
			}
			bits, ok := f.bits(p.Value)
			if !ok {
				return 0, refuse("list.name", "name", p.Value, "what", p.Name)
			}
			c |= bits << f.shift
			seen++
		}
	}
	if seen != len(o.Parameters) {
		return 0, refuse("bearer.parameter", "octet", o.Octet)
	}
	return c, nil
}
