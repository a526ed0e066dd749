package ef

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/texts"
)

// Pseudonym is the content of EF.Pseudo (TS 31.102 clause 4.4.5.1): a
// temporary user name, coded as the user part of a NAI.
type Pseudonym struct {
	Pseudonym string `json:"pseudonym"`
	Carry
}

func decodePseudonym(data []byte, _ Context, b *builder) Pseudonym {
	v := Pseudonym{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 2) {
		return v
	}
	n := int(data[0])<<8 | int(data[1])
	if n > len(data)-2 {
		b.flag("wlan.length", 0, 2, "n", n, "limit", len(data)-2)
		n = len(data) - 2
	}
	v.Pseudonym = b.wlanText("wlan_pseudonym", data[2:2+n], 2)
	b.unused(data, 2+n)
	return v
}

// wlanText shows the text of a field that has a length of its own.
func (b *builder) wlanText(id string, value []byte, off int) string {
	if !utf8.Valid(value) {
		b.flag("utf8", off, len(value))
	}
	if len(value) == 0 {
		b.erase()
		return ""
	}
	// What is no UTF-8 would not come back from JSON as it went.
	text := strings.ToValidUTF8(string(value), "\uFFFD")
	b.addAs(id, texts.Say("ef.field."+id), text, off, len(value))
	b.Summary = text
	return text
}

// unused flags bytes behind a value that are not FF.
func (b *builder) unused(data []byte, from int) {
	if !allFF(data[from:]) {
		b.flag("wlan.unused", from, len(data)-from)
	}
}

func encodePseudonym(v Pseudonym, size int) ([]byte, error) {
	n := len(v.Pseudonym)
	switch {
	case !utf8.ValidString(v.Pseudonym):
		return nil, refuse("utf8")
	case n == 0:
		return fill(size), nil
	case n > 0xFFFF || n+2 > size:
		return nil, refuse("size", "need", n+2, "limit", size)
	}
	return padded(append([]byte{byte(n >> 8), byte(n)}, v.Pseudonym...), size)
}

// WSID is a record of EF.UWSIDL, EF.OWSIDL and EF.HWSIDL (TS 31.102 clause
// 4.4.5.4): the name of a Wi-Fi network, best record first.
type WSID struct {
	WSID string `json:"wsid"`
	Carry
}

func decodeWSID(data []byte, _ Context, b *builder) WSID {
	v := WSID{Carry: Carry{data}}
	b.Columns = []string{""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 1) {
		return v
	}
	n := int(data[0])
	if n > len(data)-1 {
		b.flag("wlan.length", 0, 1, "n", n, "limit", len(data)-1)
		n = len(data) - 1
	}
	v.WSID = b.wlanText("wlan_wsid", data[1:1+n], 1)
	b.Columns = []string{v.WSID}
	b.unused(data, 1+n)
	return v
}

func encodeWSID(v WSID, size int) ([]byte, error) {
	n := len(v.WSID)
	switch {
	case !utf8.ValidString(v.WSID):
		return nil, refuse("utf8")
	case n == 0:
		return fill(size), nil
	case n > 0xFF || n+1 > size:
		return nil, refuse("size", "need", n+1, "limit", size)
	}
	return padded(append([]byte{byte(n)}, v.WSID...), size)
}

// WLANIndication is the content of a file of one byte in DF.WLAN: EF.WEHPLMNPI,
// EF.WHPI, EF.HPLMNDAI (TS 31.102 clauses 4.4.5.8, 4.4.5.9 and 4.4.5.11).
type WLANIndication struct {
	Indication string `json:"indication"` // "reserved" where the code has no name
	Byte       byte   `json:"indication_byte"`
	Carry
}

// Values of the indications, by their code.
var (
	wehplmnpiValues = []string{"no_preference", "highest_priority_only", "all"}
	whpiValues      = []string{"last_registered", "home"}
	hplmndaiValues  = []string{"disabled", "enabled"}
)

const reservedValue = "reserved"

func wlanIndication(values []string) func([]byte, Context, *builder) WLANIndication {
	return func(data []byte, _ Context, b *builder) WLANIndication {
		v := WLANIndication{Indication: reservedValue, Carry: Carry{data}}
		if !b.expect(data, 1) {
			return v
		}
		v.Byte = data[0]
		if int(v.Byte) < len(values) {
			v.Indication = values[v.Byte]
		} else {
			b.flag("wlan.indication", 0, 1, "value", hexByte(v.Byte))
		}
		b.Summary = word("wlan." + v.Indication)
		b.add("wlan_indication", b.Summary, 0, 1)
		b.unused(data, 1)
		return v
	}
}

func encodeWLANIndication(values []string) func(WLANIndication, int) ([]byte, error) {
	return func(v WLANIndication, size int) ([]byte, error) {
		code := v.Byte
		if i := slices.Index(values, v.Indication); i >= 0 {
			code = byte(i)
		} else if v.Indication != reservedValue {
			return nil, refuse("wlan.indication", "value", v.Indication)
		}
		return padded([]byte{code}, size)
	}
}

// WRI is the content of EF.WRI (TS 31.102 clause 4.4.5.6): what a device needs
// to authenticate again quickly. Its master key is masked wherever it is
// printed. A file that is coded otherwise than the clause says is kept whole in
// Uncanonical and can only be written back as it is.
type WRI struct {
	Identity    string      `json:"reauthentication_identity"`
	MasterKey   WritableKey `json:"master_key"`
	Counter     Hex         `json:"counter"`
	Uncanonical WritableKey `json:"uncanonical,omitzero"`
}

// WritableKey is a key that can be given as hex in JSON, and never comes out
// of it.
type WritableKey struct{ safe.Secret }

// UnmarshalJSON reads hex; a masked key cannot be read back.
func (k *WritableKey) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return refuse("wri.key")
	}
	raw, err := hex.DecodeString(s)
	if err != nil {
		return refuse("wri.key")
	}
	k.Secret = safe.NewSecret(raw)
	return nil
}

const (
	wriIdentity = 0x80
	wriKey      = 0x81
	wriCounter  = 0x82
)

func decodeWRI(data []byte, _ Context, b *builder) WRI {
	v := WRI{Counter: Hex{}}
	if allFF(data) {
		b.erase()
		return v
	}
	nodes := b.readObjects(data, 0)
	for _, n := range nodes {
		size := objectSize(data, n)
		switch n.Tag {
		case wriIdentity:
			v.Identity = string(n.Value)
			b.add("wri_identity", v.Identity, n.Offset, size)
			b.Summary = v.Identity
		case wriKey:
			v.MasterKey = WritableKey{safe.NewSecret(slices.Clone(n.Value))}
			b.secret("wri_master_key", n.Offset, size)
		case wriCounter:
			v.Counter = slices.Clone(n.Value)
			b.add("wri_counter", v.Counter.String(), n.Offset, size)
		default: // it may be a key
			b.flag("parameter.tag", n.Offset, 1, "tag", n.Tag.String())
			b.secret("wri_other", n.Offset, size)
		}
	}
	if again, err := encodeWRI(v, len(data)); err != nil || !slices.Equal(again, data) {
		b.flag("wri.coding", 0, len(data))
		v = WRI{Counter: Hex{}, Uncanonical: WritableKey{safe.NewSecret(slices.Clone(data))}}
	}
	return v
}

func encodeWRI(v WRI, size int) ([]byte, error) {
	if v.Uncanonical.Len() > 0 {
		if v.Uncanonical.Len() != size || v.Identity != "" || v.MasterKey.Len() > 0 || len(v.Counter) > 0 {
			return nil, refuse("wri.uncanonical")
		}
		var out []byte
		v.Uncanonical.Use(func(b []byte) { out = slices.Clone(b) })
		return out, nil
	}
	if v.Identity == "" && v.MasterKey.Len() == 0 && len(v.Counter) == 0 {
		return fill(size), nil
	}
	if !utf8.ValidString(v.Identity) {
		return nil, refuse("utf8")
	}
	out := tlv.Append(nil, wriIdentity, []byte(v.Identity))
	v.MasterKey.Use(func(b []byte) { out = tlv.Append(out, wriKey, b) })
	return padded(tlv.Append(out, wriCounter, v.Counter), size)
}
