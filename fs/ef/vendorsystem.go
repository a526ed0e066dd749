package ef

import (
	"bytes"
	"fmt"
	"strings"

	"simscope/card/safe"
	"simscope/texts"
)

// The files of DF.SYSTEM on the test cards of sysmocom, as the programs that
// come with those cards publish them. They hold the card's own secrets: every
// PIN and key is masked.

// PINObject is the content of EF.CHV1, EF.CHV2 and EF.ADM1 to EF.ADM4.
type PINObject struct {
	Valid          bool        `json:"valid"`
	Changeable     bool        `json:"change_able"`
	Unblockable    bool        `json:"unblock_able"`
	Disableable    bool        `json:"disable_able"`
	Reserved       byte        `json:"rfu"` // bits 3 and 4 of the state
	NotInitialised bool        `json:"not_initialized"`
	Disabled       bool        `json:"disabled"`
	Left           byte        `json:"attempts_remaining"`
	Maximum        byte        `json:"maximum_attempts"`
	PIN            safe.Secret `json:"pin"`
	PUK            *PUKObject  `json:"puk,omitempty"`
	Sealed
}

// PUKObject is the part of a PINObject that unblocks it.
type PUKObject struct {
	Left    byte        `json:"attempts_remaining"`
	Maximum byte        `json:"maximum_attempts"`
	PUK     safe.Secret `json:"puk"`
}

// Lengths of a PIN object without and with its PUK.
const (
	pinObject = 11
	pukObject = 21
)

func decodePINObject(data []byte, _ Context, b *builder) PINObject {
	v := PINObject{Sealed: seal(data)}
	if !b.expect(data, pinObject) {
		return v
	}
	s := data[0]
	v.Valid, v.Changeable, v.Unblockable, v.Disableable = s&0x80 != 0, s&0x40 != 0, s&0x20 != 0, s&0x10 != 0
	v.Reserved, v.NotInitialised, v.Disabled = s>>2&3, s&2 != 0, s&1 != 0
	v.Left, v.Maximum, v.PIN = data[1], data[2], secretOf(data[3:pinObject])
	state := word("vendor.pin.on")
	switch {
	case !v.Valid:
		state = word("vendor.pin.invalid")
	case v.NotInitialised:
		state = word("vendor.pin.not_initialized")
	case v.Disabled:
		state = word("vendor.pin.off")
	}
	b.add("pin_state", state, 0, 1)
	b.add("pin_may", strings.Join(v.allowed(), ", "), 0, 1)
	tries := texts.Say("ef.vendor.tries", "left", v.Left, "max", v.Maximum)
	b.add("attempts", tries, 1, 2)
	b.secret("pin_value", 3, 8)
	b.Summary = state + "  " + tries
	switch {
	case len(data) >= pukObject:
		v.PUK = &PUKObject{Left: data[11], Maximum: data[12], PUK: secretOf(data[13:pukObject])}
		b.add("puk_attempts", texts.Say("ef.vendor.tries", "left", data[11], "max", data[12]), 11, 2)
		b.secret("puk_value", 13, 8)
		b.behind(data, pukObject)
	default:
		b.behind(data, pinObject)
	}
	return v
}

// behind flags bytes behind what is known.
func (b *builder) behind(data []byte, n int) {
	if len(data) > n {
		b.flag("file.trailing", n, len(data)-n, "n", len(data)-n)
	}
}

func (v PINObject) allowed() []string {
	var out []string
	for _, s := range []struct {
		on   bool
		name string
	}{{v.Changeable, "change"}, {v.Unblockable, "unblock"}, {v.Disableable, "disable"}} {
		if s.on {
			out = append(out, word("vendor.pin."+s.name))
		}
	}
	return out
}

func encodePINObject(v PINObject, size int) ([]byte, error) {
	want := pinObject
	if v.PUK != nil {
		want = pukObject
	}
	if size != want {
		return nil, refuse("size", "need", want, "limit", size)
	}
	if err := needSecret(v.PIN, "pin", 8); err != nil {
		return nil, err
	}
	state := bitIf(v.Valid, 7) | bitIf(v.Changeable, 6) | bitIf(v.Unblockable, 5) | bitIf(v.Disableable, 4)
	state |= v.Reserved&3<<2 | bitIf(v.NotInitialised, 1) | bitIf(v.Disabled, 0)
	out := append([]byte{state, v.Left, v.Maximum}, opened(v.PIN)...)
	if v.PUK == nil {
		return out, nil
	}
	if err := needSecret(v.PUK.PUK, "puk", 8); err != nil {
		return nil, err
	}
	return append(append(out, v.PUK.Left, v.PUK.Maximum), opened(v.PUK.PUK)...), nil
}

// SystemKey is the content of EF.SIM_AUTH_KEY: the algorithm that RUN GSM
// ALGORITHM uses, and its keys.
type SystemKey struct {
	Algorithm     string      `json:"algorithm"` // "milenage", "comp128v1" to "comp128v3", "xor-2g", "unknown"
	AlgorithmCode byte        `json:"algorithm_code"`
	UseOPc        bool        `json:"use_opc_instead_of_op"`
	SRESFunction  byte        `json:"sres_deriv_func"` // 1 or 2, of TS 55.205
	Reserved      byte        `json:"rfu"`             // bits 7 and 8
	Key           safe.Secret `json:"key"`
	OPc           safe.Secret `json:"op_opc"`
	Sealed
}

var authAlgorithms = map[byte]string{1: "comp128v1", 2: "comp128v2", 3: "comp128v3", 4: "milenage", 14: "xor-2g"}

func decodeSystemKey(data []byte, _ Context, b *builder) SystemKey {
	v := SystemKey{Sealed: seal(data)}
	if !b.expect(data, 33) {
		return v
	}
	v.AlgorithmCode, v.UseOPc, v.SRESFunction, v.Reserved = data[0]&0xF, data[0]&0x10 != 0, 1+data[0]>>5&1, data[0]>>6
	name, known := authAlgorithms[v.AlgorithmCode]
	if !known {
		name = "unknown"
		b.flag("vendor.algorithm", 0, 1, "code", hexByte(v.AlgorithmCode)[1:])
	}
	v.Algorithm = name
	v.Key, v.OPc = secretOf(data[1:17]), secretOf(data[17:33])
	b.add("auth_algorithm", word("vendor.algorithm."+name), 0, 1)
	b.add("use_opc_instead_of_op", yesNo(v.UseOPc), 0, 1)
	b.add("sres_deriv_func", fmt.Sprint(v.SRESFunction), 0, 1)
	b.secret("auth_key", 1, 16)
	b.secret("op_opc", 17, 16)
	b.behind(data, 33)
	b.Summary = word("vendor.algorithm." + name)
	return v
}

func encodeSystemKey(v SystemKey, size int) ([]byte, error) {
	if size != 33 {
		return nil, refuse("size", "need", 33, "limit", size)
	}
	code := v.AlgorithmCode & 0xF
	if authAlgorithms[code] != v.Algorithm && v.Algorithm != "unknown" {
		code = 0
		for c, name := range authAlgorithms {
			if name == v.Algorithm {
				code = c
			}
		}
		if code == 0 {
			return nil, refuse("vendor.algorithm", "algorithm", v.Algorithm)
		}
	}
	if v.SRESFunction != 1 && v.SRESFunction != 2 {
		return nil, refuse("vendor.sres", "n", v.SRESFunction)
	}
	if err := needSecret(v.Key, "key", 16); err != nil {
		return nil, err
	}
	if err := needSecret(v.OPc, "op_opc", 16); err != nil {
		return nil, err
	}
	out := []byte{code | bitIf(v.UseOPc, 4) | (v.SRESFunction-1)<<5 | v.Reserved&3<<6}
	return append(append(out, opened(v.Key)...), opened(v.OPc)...), nil
}

// MilenageConfig is the content of EF.MILENAGE_CFG: the rotations, in bits,
// and the constants of TS 35.206 clause 4.1. An operator may keep its own ones
// secret, so they are masked as keys are.
type MilenageConfig struct {
	Standard  bool        `json:"standard"` // they are those of TS 35.206
	Rotations safe.Secret `json:"r"`        // r1 to r5, a byte each
	Constants safe.Secret `json:"c"`        // c1 to c5, 16 bytes each
	Sealed
}

// Lengths of the two parts of EF.MILENAGE_CFG.
const (
	milenageRotations = 5
	milenageConstants = 5 * 16
)

// milenageStandard is what TS 35.206 sets.
var milenageStandard = func() []byte {
	out := append([]byte{64, 0, 32, 64, 96}, make([]byte, milenageConstants)...)
	for i, c := range []byte{0, 1, 2, 4, 8} {
		out[milenageRotations+i*16+15] = c
	}
	return out
}()

func decodeMilenageConfig(data []byte, _ Context, b *builder) MilenageConfig {
	const size = milenageRotations + milenageConstants
	v := MilenageConfig{Sealed: seal(data)}
	if !b.expect(data, size) {
		return v
	}
	v.Standard = bytes.Equal(data[:size], milenageStandard)
	v.Rotations, v.Constants = secretOf(data[:milenageRotations]), secretOf(data[milenageRotations:size])
	for i, r := range data[:milenageRotations] {
		if r > 127 {
			b.flag("vendor.rotation", i, 1)
		}
	}
	b.secret("milenage_r", 0, milenageRotations)
	b.secret("milenage_c", milenageRotations, milenageConstants)
	b.behind(data, size)
	b.Summary = word("milenage.own")
	if v.Standard {
		b.Summary = word("milenage.standard")
	}
	return v
}

func encodeMilenageConfig(v MilenageConfig, size int) ([]byte, error) {
	if size != milenageRotations+milenageConstants {
		return nil, refuse("size", "need", milenageRotations+milenageConstants, "limit", size)
	}
	if err := needSecret(v.Rotations, "r", milenageRotations); err != nil {
		return nil, err
	}
	if err := needSecret(v.Constants, "c", milenageConstants); err != nil {
		return nil, err
	}
	out := append(opened(v.Rotations), opened(v.Constants)...)
	if v.Standard && !bytes.Equal(out, milenageStandard) {
		return nil, refuse("vendor.standard")
	}
	return out, nil
}

// OTAKey is a record of EF.0348_KEY: a key of secured packets (TS 102 225).
type OTAKey struct {
	Domain    byte        `json:"security_domain"`
	Version   byte        `json:"key_set_version"`
	MACLength int         `json:"mac_length"` // 8 or 4 bytes
	Algorithm string      `json:"algorithm"`  // "des", "aes"
	KeyLength int         `json:"key_length"` // in bytes, a multiple of 8
	Reserved  bool        `json:"rfu"`
	Type      string      `json:"key_type"` // "kic", "kid", "kik", "any"
	Key       safe.Secret `json:"key"`
	Unused    safe.Secret `json:"unused"` // behind the key
	Sealed
}

var (
	otaKeyTypes   = []string{"kic", "kid", "kik", "any"}
	otaAlgorithms = []string{"des", "aes"}
)

func decodeOTAKey(data []byte, _ Context, b *builder) OTAKey {
	v := OTAKey{Sealed: seal(data)}
	b.Columns = []string{"", "", "", ""}
	if len(data) > 0 && allFF(data) {
		b.erase()
		return v
	}
	if !b.expect(data, 3) {
		return v
	}
	kind := data[2]
	v.Domain, v.Version = data[0], data[1]
	v.MACLength, v.Algorithm, v.KeyLength = 8-4*int(kind>>7), otaAlgorithms[kind>>6&1], int(kind>>3&7)*8
	v.Reserved, v.Type = kind&4 != 0, otaKeyTypes[kind&3]
	rest := data[3:]
	n := v.KeyLength
	if n > len(rest) {
		b.flag("vendor.key", 2, 1, "n", n, "limit", len(rest))
		n = len(rest)
	}
	v.Key, v.Unused = secretOf(rest[:n]), secretOf(rest[n:])
	algorithm := strings.ToUpper(v.Algorithm) + fmt.Sprintf("-%d", v.KeyLength*8)
	b.add("key_domain", hexByte(v.Domain), 0, 1)
	b.add("key_version", hexByte(v.Version), 1, 1)
	b.add("ota_key_type", word("ota."+v.Type), 2, 1)
	b.add("ota_algorithm", algorithm, 2, 1)
	b.add("ota_mac", fmt.Sprint(v.MACLength), 2, 1)
	b.secret("ota_key", 3, n)
	b.Columns = []string{hexByte(v.Domain), hexByte(v.Version), word("ota." + v.Type), algorithm}
	b.Summary = strings.Join(b.Columns, "  ")
	return v
}

func encodeOTAKey(v OTAKey, size int) ([]byte, error) {
	if v.KeyLength < 0 || v.KeyLength > 56 || v.KeyLength%8 != 0 {
		return nil, refuse("vendor.key", "n", v.KeyLength)
	}
	if err := needSecret(v.Key, "key", v.KeyLength); err != nil {
		return nil, err
	}
	if v.MACLength != 8 && v.MACLength != 4 {
		return nil, refuse("vendor.mac", "n", v.MACLength)
	}
	kind := bitIf(v.MACLength == 4, 7) | byte(v.KeyLength/8)<<3 | bitIf(v.Reserved, 2)
	if v.Algorithm == "aes" {
		kind |= 0x40
	} else if v.Algorithm != "des" {
		return nil, refuse("vendor.algorithm", "algorithm", v.Algorithm)
	}
	for i, name := range otaKeyTypes {
		if name == v.Type {
			kind |= byte(i)
		}
	}
	if otaKeyTypes[kind&3] != v.Type {
		return nil, refuse("vendor.keytype", "type", v.Type)
	}
	out := append([]byte{v.Domain, v.Version, kind}, opened(v.Key)...)
	return padded(append(out, opened(v.Unused)...), size)
}

func systemFiles() []entry {
	const system, spec = "MF/DF.SYSTEM/", "sysmocom SJA2/SJA5 cards, as published with pySim"
	counter := func(name string, kind, size int, value string) entry {
		d := exact(name, spec, keyCounter(kind, size), encodeKeyCounter(kind, size))
		return at(records(d, "key_domain", "key_version", value), system+name)
	}
	bootstrap := func(name string) Decoder { return exact(name, spec, decodeBootstrapKey, encodeBootstrapKey) }
	out := []entry{
		at(guarded("EF.SIM_AUTH_KEY", spec, decodeSystemKey, encodeSystemKey), system+"EF.SIM_AUTH_KEY"),
		at(guarded("EF.MILENAGE_CFG", spec, decodeMilenageConfig, encodeMilenageConfig), system+"EF.MILENAGE_CFG"),
		at(records(guarded("EF.0348_KEY", spec, decodeOTAKey, encodeOTAKey), "key_domain", "key_version", "kind", "key_algorithm"), system+"EF.0348_KEY"),
		counter("EF.0348_COUNT", otaCounter, 7, "key_counter"),
		counter("EF.GP_COUNT", gpCounter, 5, "key_counter"),
		counter("EF.GP_DIV_DATA", gpDivData, 10, "key_div_data"),
		at(writable("EF.SIM_AUTH_COUNTER", spec, decodeAuthCounter, encodeAuthCounter), system+"EF.SIM_AUTH_COUNTER"),
		at(bootstrap("EF.GBA_SK"), system+"EF.GBA_SK"),
		at(exact("EF.GBA_REC_LIST", spec, decodeBootstrapRecords, encodeBootstrapRecords), system+"EF.GBA_REC_LIST"),
		at(records(bootstrap("EF.GBA_INT_KEY"), "gba_key"), system+"EF.GBA_INT_KEY"),
	}
	for _, name := range []string{"EF.CHV1", "EF.CHV2", "EF.ADM1", "EF.ADM2", "EF.ADM3", "EF.ADM4"} {
		out = append(out, at(guarded(name, spec, decodePINObject, encodePINObject), system+name))
	}
	return out
}
