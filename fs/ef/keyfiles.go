package ef

import (
	"slices"
	"strings"
)

// encodeKeys writes EF.Keys and EF.KeysPS.
func encodeKeys(v SecurityKeys, size int) ([]byte, error) {
	if err := sized(size, 33); err != nil {
		return nil, err
	}
	first, err := keySetByte("ksi", v.KSI, v.Reserved)
	if err != nil {
		return nil, err
	}
	out, err := appendKey([]byte{first}, v.CK, 16, "ck")
	if err != nil {
		return nil, err
	}
	return appendKey(out, v.IK, 16, "ik")
}

// encodeKc writes EF.Kc and EF.KcGPRS.
func encodeKc(v Kc, size int) ([]byte, error) {
	if err := sized(size, 9); err != nil {
		return nil, err
	}
	last, err := keySetByte("cksn", v.CKSN, v.Reserved)
	if err != nil {
		return nil, err
	}
	out, err := appendKey(nil, v.Kc, 8, "kc")
	return append(out, last), err
}

// keySetByte joins a key set number and the five bits above it.
func keySetByte(what string, n int, reserved byte) (byte, error) {
	if err := inRange(what, n, 7); err != nil {
		return 0, err
	}
	if err := inRange("rfu", int(reserved), 0x1F); err != nil {
		return 0, err
	}
	return reserved<<3 | byte(n), nil
}

// DCK is the content of EF.DCK (TS 31.102 clause 4.2.49, TS 51.011 clause
// 10.3.29): the keys that take the locks of TS 22.022 off a phone, four bytes
// each; an empty one is not stored. Digits stand in the order of telephone
// numbers, the first in the low half (pySim, EF_DCK); UiccBrowser has the keys in
// the same order.
type DCK struct {
	Network         KeyBytes `json:"network,omitzero"`
	NetworkSubset   KeyBytes `json:"network_subset,omitzero"`
	ServiceProvider KeyBytes `json:"service_provider,omitzero"`
	Corporate       KeyBytes `json:"corporate,omitzero"`
}

const dckKey = 4

var dckNames = []string{"dck_network", "dck_network_subset", "dck_service_provider", "dck_corporate"}

func (v *DCK) keys() []*KeyBytes {
	return []*KeyBytes{&v.Network, &v.NetworkSubset, &v.ServiceProvider, &v.Corporate}
}

func decodeDCK(data []byte, _ Context, b *builder) DCK {
	var v DCK
	if !b.exactly(data, 4*dckKey) {
		return v
	}
	var stored []string
	for i, k := range v.keys() {
		raw := data[i*dckKey : (i+1)*dckKey]
		if allFF(raw) {
			b.add(dckNames[i], word("none"), i*dckKey, dckKey)
			continue
		}
		*k = newKey(raw)
		b.secret(dckNames[i], i*dckKey, dckKey)
		stored = append(stored, word(dckNames[i]))
		if slices.ContainsFunc(raw, func(c byte) bool { return c&0xF > 9 || c>>4 > 9 }) {
			b.flag("dck.digit", i*dckKey, dckKey)
		}
	}
	if b.Summary = strings.Join(stored, ", "); len(stored) == 0 {
		b.erase()
	}
	return v
}

func encodeDCK(v DCK, size int) ([]byte, error) {
	if err := sized(size, 4*dckKey); err != nil {
		return nil, err
	}
	var out []byte
	for i, k := range v.keys() {
		if k.Len() == 0 {
			out = append(out, fill(dckKey)...)
			continue
		}
		var err error
		if out, err = appendKey(out, *k, dckKey, dckNames[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// HiddenKey is the content of EF.Hiddenkey (TS 31.102 clause 4.2.42): 4 to 8
// digits as they are written, two a byte, the rest F; empty where there is no
// key. In JSON it is read as those digits or as all four bytes.
type HiddenKey struct {
	Key KeyBytes `json:"hidden_key,omitzero"`
}

func decodeHiddenKey(data []byte, _ Context, b *builder) HiddenKey {
	var v HiddenKey
	if !b.exactly(data, 4) {
		return v
	}
	if allFF(data) {
		b.erase()
		return v
	}
	v.Key = newKey(data[:4])
	b.secret("hidden_key", 0, 4)
	if !hiddenDigits(data[:4]) {
		b.flag("hiddenkey", 0, 4)
	}
	b.Summary = word("key_stored")
	return v
}

// hiddenDigits reports whether b is 4 to 8 decimal digits followed by F.
func hiddenDigits(b []byte) bool {
	n, ended := 0, false
	for _, c := range b {
		for _, d := range [2]byte{c >> 4, c & 0xF} {
			switch {
			case d == 0xF:
				ended = true
			case d > 9 || ended:
				return false
			default:
				n++
			}
		}
	}
	return n >= 4
}

func encodeHiddenKey(v HiddenKey, size int) ([]byte, error) {
	if err := sized(size, 4); err != nil {
		return nil, err
	}
	var out []byte
	v.Key.Use(func(b []byte) { out = slices.Clone(b) })
	if len(out) > 4 || len(out) > 0 && !hiddenDigits(append(slices.Clone(out), fill(4-len(out))...)) {
		return nil, refuse("hiddenkey")
	}
	return padded(out, 4)
}
