package ef

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"simscope/card/safe"
	"simscope/card/tlv"
	"simscope/texts"
)

// Tags of EF.EAPKEYS and EF.ReID (TS 102 310 clauses 7.1 and 7.6).
const (
	tagMSK        tlv.Tag = 0x80
	tagEMSK       tlv.Tag = 0x81
	tagIdentity   tlv.Tag = 0x80
	tagReIDNumber tlv.Tag = 0x81
)

// EAPKeys is the content of EF.EAPKEYS (TS 102 310 clause 7.1): the keys that
// the last authentication left.
type EAPKeys struct {
	MSK  safe.Secret `json:"msk"`
	EMSK safe.Secret `json:"emsk"`
	Sealed
}

func decodeEAPKeys(data []byte, _ Context, b *builder) EAPKeys {
	v := EAPKeys{Sealed: seal(data)}
	if allFF(data) || allZero(data) {
		b.erase()
		return v
	}
	var shown []string
	for _, n := range b.readObjects(data, 0) {
		switch n.Tag {
		case tagMSK:
			v.MSK = secretOf(n.Value)
			b.secret("msk", valueOffset(data, n), len(n.Value))
			shown = append(shown, texts.Say("ef.eap.key", "name", "MSK", "n", len(n.Value)))
		case tagEMSK:
			v.EMSK = secretOf(n.Value)
			b.secret("emsk", valueOffset(data, n), len(n.Value))
			shown = append(shown, texts.Say("ef.eap.key", "name", "EMSK", "n", len(n.Value)))
		default:
			b.flag("object.stranger", n.Offset, 1, "tag", n.Tag)
		}
	}
	if b.Summary = strings.Join(shown, ", "); len(shown) == 0 {
		b.Summary = word("no_key")
	}
	return v
}

func encodeEAPKeys(v EAPKeys, size int) ([]byte, error) {
	var out []byte
	if v.MSK.Len() > 0 {
		out = tlv.Append(out, tagMSK, opened(v.MSK))
	}
	if v.EMSK.Len() > 0 {
		out = tlv.Append(out, tagEMSK, opened(v.EMSK))
	}
	if len(out) == 0 {
		return nil, refuse("key.masked", "what", "msk", "need", 64)
	}
	return padded(out, size)
}

// EAPStatus is the content of EF.EAPSTATUS (TS 102 310 clause 7.2).
type EAPStatus struct {
	Status string `json:"eap_authentication_status"`
	Code   byte   `json:"code"`
	Carry
}

var eapStatus = []string{"no_auth_started", "authenticating", "authenticated", "held_auth_failure"}

func decodeEAPStatus(data []byte, _ Context, b *builder) EAPStatus {
	v := EAPStatus{Status: "reserved", Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	v.Code = data[0]
	if int(v.Code) < len(eapStatus) {
		v.Status = eapStatus[v.Code]
	} else {
		b.flag("eap.status", 0, 1, "code", hexByte(v.Code))
	}
	b.Summary = word("eap." + v.Status)
	b.add("eap_authentication_status", b.Summary, 0, 1)
	b.behind(data, 1)
	return v
}

func encodeEAPStatus(v EAPStatus, size int) ([]byte, error) {
	if size != 1 {
		return nil, refuse("size", "need", 1, "limit", size)
	}
	if v.Status == "reserved" {
		return []byte{v.Code}, nil
	}
	for i, name := range eapStatus {
		if name == v.Status {
			return []byte{byte(i)}, nil
		}
	}
	return nil, refuse("eap.status", "status", v.Status)
}

// EAPName is the content of EF.PUId and EF.Ps (TS 102 310 clauses 7.3 and
// 7.4): a user name in UTF-8, unused bytes FF.
type EAPName struct {
	Name string `json:"identity"`
	Carry
}

func eapName(id string) func([]byte, Context, *builder) EAPName {
	return func(data []byte, _ Context, b *builder) EAPName {
		v := EAPName{Carry: Carry{data}}
		n := len(data)
		for n > 0 && data[n-1] == 0xFF {
			n--
		}
		if n == 0 {
			b.erase()
			return v
		}
		v.Name = b.utf8Field(id, data[:n], 0)
		b.Summary = v.Name
		return v
	}
}

// utf8Field shows text, and flags bytes that are none.
func (b *builder) utf8Field(id string, text []byte, off int) string {
	if !utf8.Valid(text) {
		b.flag("utf8", off, len(text))
	}
	b.addAs(id, texts.Say("ef.field."+id), string(text), off, len(text))
	return string(text)
}

func encodeEAPName(v EAPName, size int) ([]byte, error) {
	if !utf8.ValidString(v.Name) {
		return nil, refuse("utf8")
	}
	return padded([]byte(v.Name), size)
}

// CurrentID is the content of EF.CurID (TS 102 310 clause 7.5): the identity
// that the next authentication uses.
type CurrentID struct {
	Type     string `json:"type"` // "permanent", "pseudonym", "re_authentication", "should_not_be_revealed", "reserved"
	TypeByte byte   `json:"type_byte"`
	Value    string `json:"value"`
	Carry
}

var curIDTypes = map[byte]string{0: "permanent", 1: "pseudonym", 2: "re_authentication", 0xFF: "should_not_be_revealed"}

func decodeCurID(data []byte, _ Context, b *builder) CurrentID {
	v := CurrentID{Carry: Carry{data}}
	if len(data) > 0 && allFF(data) {
		v.TypeByte, v.Type = 0xFF, curIDTypes[0xFF]
		b.erase()
		return v
	}
	if !b.expect(data, 2) {
		return v
	}
	v.TypeByte = data[0]
	name, ok := curIDTypes[data[0]]
	if !ok {
		name = "reserved"
		b.flag("eap.type", 0, 1, "type", hexByte(data[0]))
	}
	v.Type = name
	b.add("eap_identity_type", word("eap."+name), 0, 1)
	if v.Value = b.counted("eap_identity", data, 1); v.Value != "" {
		b.Summary = word("eap."+name) + "  " + v.Value
	} else {
		b.Summary = word("eap." + name)
	}
	return v
}

// counted shows a text that follows its length at off.
func (b *builder) counted(id string, data []byte, off int) string {
	if data[off] == 0xFF && allFF(data[off:]) {
		return ""
	}
	c := cursor{b: data, off: off}
	text := c.take(int(c.byte()))
	if c.short {
		b.flag("eap.length", off, 1, "n", data[off], "limit", len(data)-off-1)
	}
	if rest := data[c.off:]; !allFF(rest) && !allZero(rest) {
		b.behind(data, c.off)
	}
	return b.utf8Field(id, text, off+1)
}

func encodeCurID(v CurrentID, size int) ([]byte, error) {
	kind := v.TypeByte
	if curIDTypes[kind] != v.Type && v.Type != "reserved" {
		found := false
		for c, name := range curIDTypes {
			if name == v.Type {
				kind, found = c, true
			}
		}
		if !found {
			return nil, refuse("eap.type", "type", v.Type)
		}
	}
	text, err := countedBytes(v.Value)
	if err != nil {
		return nil, err
	}
	return padded(append([]byte{kind}, text...), size)
}

func countedBytes(s string) ([]byte, error) {
	switch {
	case !utf8.ValidString(s):
		return nil, refuse("utf8")
	case len(s) > 0xFE:
		return nil, refuse("size", "need", len(s), "limit", 0xFE)
	case s == "":
		return nil, nil
	}
	return append([]byte{byte(len(s))}, s...), nil
}

// Realm is the content of EF.Realm (TS 102 310 clause 7.7): what follows the @
// in the identities.
type Realm struct {
	Realm string `json:"realm"`
	Carry
}

func decodeRealm(data []byte, _ Context, b *builder) Realm {
	v := Realm{Carry: Carry{data}}
	if !b.expect(data, 1) {
		return v
	}
	if v.Realm = b.counted("eap_realm", data, 0); v.Realm == "" {
		b.erase()
		return v
	}
	b.Summary = v.Realm
	return v
}

func encodeRealm(v Realm, size int) ([]byte, error) {
	text, err := countedBytes(v.Realm)
	if err != nil {
		return nil, err
	}
	return padded(text, size)
}

// ReID is the content of EF.ReID (TS 102 310 clause 7.6): the identity for a
// quick authentication, and how often it was used.
type ReID struct {
	Identity string `json:"identity"`
	Counter  *int   `json:"counter,omitempty"`
	Carry
}

func decodeReID(data []byte, _ Context, b *builder) ReID {
	v := ReID{Carry: Carry{data}}
	if allFF(data) || allZero(data) {
		b.erase()
		return v
	}
	for _, n := range b.readObjects(data, 0) {
		off := valueOffset(data, n)
		switch n.Tag {
		case tagIdentity:
			v.Identity = b.utf8Field("eap_identity", n.Value, off)
		case tagReIDNumber:
			if len(n.Value) == 0 || len(n.Value) > 4 {
				b.flag("eap.counter", off, len(n.Value))
				continue
			}
			c := int(binary.BigEndian.Uint32(append(make([]byte, 4-len(n.Value)), n.Value...)))
			v.Counter = &c
			b.add("eap_counter", fmt.Sprint(c), off, len(n.Value))
		default:
			b.flag("object.stranger", n.Offset, 1, "tag", n.Tag)
		}
	}
	b.Summary = v.Identity
	return v
}

func encodeReID(v ReID, size int) ([]byte, error) {
	if !utf8.ValidString(v.Identity) {
		return nil, refuse("utf8")
	}
	var out []byte
	if v.Identity != "" {
		out = tlv.Append(out, tagIdentity, []byte(v.Identity))
	}
	if v.Counter != nil {
		if *v.Counter < 0 || *v.Counter > 0xFFFF {
			return nil, refuse("vendor.counter", "limit", 0xFFFF)
		}
		out = tlv.Append(out, tagReIDNumber, []byte{byte(*v.Counter >> 8), byte(*v.Counter)})
	}
	return padded(out, size)
}

func eapFiles() []entry {
	const eap = "DF.EAP/"
	name := func(name, spec, id string) entry {
		return at(writable(name, spec, eapName(id), encodeEAPName), eap+name)
	}
	return []entry{
		at(guarded("EF.EAPKEYS", "TS 102 310 clause 7.1", decodeEAPKeys, encodeEAPKeys), eap+"EF.EAPKEYS"),
		at(writable("EF.EAPSTATUS", "TS 102 310 clause 7.2", decodeEAPStatus, encodeEAPStatus), eap+"EF.EAPSTATUS"),
		name("EF.PUId", "TS 102 310 clause 7.3", "eap_permanent"),
		name("EF.Ps", "TS 102 310 clause 7.4", "eap_pseudonym"),
		at(writable("EF.CurID", "TS 102 310 clause 7.5", decodeCurID, encodeCurID), eap+"EF.CurID"),
		at(writable("EF.ReID", "TS 102 310 clause 7.6", decodeReID, encodeReID), eap+"EF.ReID"),
		at(writable("EF.Realm", "TS 102 310 clause 7.7", decodeRealm, encodeRealm), eap+"EF.Realm"),
	}
}
