package globalplatform

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Protocol is a secure channel protocol that a security domain offers.
type Protocol struct {
	ID byte `json:"-"`
	// Options are the implementation options "i"; a card may offer several.
	Options []byte `json:"-"`
	OID     string `json:"object_identifier,omitempty"`
	// Keys are the lengths of AES keys that are taken, as bits: 1 of 128,
	// 2 of 192, 4 of 256 bits; 0 where it is not told.
	Keys byte `json:"-"`
}

// Name is the protocol's: SCP02, SCP80.
func (p Protocol) Name() string {
	if p.ID == 0 {
		return ""
	}
	return fmt.Sprintf("SCP%02X", p.ID)
}

// MarshalJSON writes the protocol with its options and what each says.
func (p Protocol) MarshalJSON() ([]byte, error) {
	type optionJSON struct {
		I    Hex      `json:"i"`
		Says []string `json:"says"`
	}
	out := struct {
		Name    string       `json:"name,omitempty"`
		OID     string       `json:"object_identifier,omitempty"`
		Options []optionJSON `json:"options,omitempty"`
		Keys    []string     `json:"keys,omitempty"`
	}{p.Name(), p.OID, nil, p.KeyLengths()}
	for _, i := range p.Options {
		ids, _ := p.Meanings(i)
		out.Options = append(out.Options, optionJSON{Hex{i}, ids})
	}
	return json.Marshal(out)
}

// KeyLengths are the AES keys that are taken, as identifiers.
func (p Protocol) KeyLengths() []string {
	return bitNames([]byte{p.Keys}, []string{"aes128", "aes192", "aes256"})
}

// option is what a bit of "i" says, both ways, by identifiers of sentences. An
// empty one says nothing worth a word.
type option struct {
	mask, value byte
	id          string
}

// scp01Options are also the first of SCP02.
var scp01Options = []option{
	{0x01, 0x01, "three_keys"},
	{0x01, 0x00, "one_key"},
	{0x02, 0x00, "mac_modified"},
	{0x02, 0x02, "mac_unmodified"},
	{0x04, 0x04, "explicit"},
	{0x04, 0x00, "implicit"},
	{0x08, 0x08, "icv_aid"},
	{0x08, 0x00, "icv_zero"},
	{0x10, 0x10, "icv_encrypted"},
	{0x10, 0x00, "icv_plain"},
}

// options by protocol: SCP01 and SCP02 in GlobalPlatform Card Specification
// 2.3.1 annexes D.1.1 and E.1.1, SCP03 in its Amendment D 1.1.2 clause 5.1.
var options = map[byte][]option{
	0x01: scp01Options,
	0x02: append(slices.Clip(scp01Options), []option{
		{0x20, 0x20, "rmac"},
		{0x20, 0x00, "no_rmac"},
		{0x40, 0x40, "known_random"},
		{0x40, 0x00, "unknown_random"},
	}...),
	0x03: {
		{0x01, 0x01, "s16"},
		{0x01, 0x00, "s8"},
		{0x10, 0x10, "pseudo_random"},
		{0x10, 0x00, "random"},
		{0x60, 0x60, "rmac_renc"},
		{0x60, 0x20, "rmac"},
		{0x60, 0x00, "no_rmac"},
	},
}

// protocolNames say what a protocol is, by identifiers of sentences.
var protocolNames = map[byte]string{
	0x01: "scp01", 0x02: "scp02", 0x03: "scp03", 0x10: "scp10", 0x11: "scp11", 0x21: "scp21", 0x22: "scp22", 0x80: "scp80", 0x81: "scp81",
}

// About identifies the sentence that says what the protocol is, empty for one
// that is not known.
func (p Protocol) About() string { return protocolNames[p.ID] }

// Weak reports whether the protocol stands on DES alone.
func (p Protocol) Weak() bool { return p.ID == 0x01 || p.ID == 0x02 }

// Meanings are identifiers of what one value of "i" says. known is false where
// the protocol's options are not known here, or a bit is set that none of them
// explains.
func (p Protocol) Meanings(i byte) (ids []string, known bool) {
	var explained byte
	for _, o := range options[p.ID] {
		explained |= o.mask
		if i&o.mask == o.value {
			ids = append(ids, o.id)
		}
	}
	return ids, len(options[p.ID]) > 0 && i&^explained == 0
}
