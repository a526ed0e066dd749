package ef

import (
	"fmt"
	"slices"

	"simscope/card/safe"
	"simscope/texts"
)

// AuthKey is the content of EF.USIM_AUTH_KEY and EF.USIM_AUTH_KEY_2G of
// sysmoISIM-SJA2 and -SJA5 cards: the secret key and how it is used. There is
// no specification; the layout is what the maker's own tools publish. The keys
// are masked wherever they are printed. Irregular bytes are shown but cannot
// be written again.
type AuthKey struct {
	Config    *AuthConfig `json:"cfg"` // nil: erased
	Tuak      *TuakConfig `json:"tuak_cfg,omitempty"`
	Key       safe.Secret `json:"key"`
	OP        safe.Secret `json:"op_opc"`
	Irregular bool        `json:"irregular,omitempty"`
}

// AuthConfig is the first byte.
type AuthConfig struct {
	Algorithm     string `json:"algorithm"`
	AlgorithmCode byte   `json:"algorithm_code"`
	UseOPc        bool   `json:"use_opc_instead_of_op"`
	SRESFunction  int    `json:"sres_deriv_func_in_2g"` // 1 or 2
	Bit7          bool   `json:"only_4bytes_res_in_3g"` // of Tuak: the key has 256 bits
	Bit8          bool   `json:"rfu"`
}

// TuakConfig is what Tuak has besides; sizes in bits.
type TuakConfig struct {
	Sizes      byte `json:"sizes"` // bit 7 CK and IK, bits 6 to 4 MAC, bits 3 to 1 RES
	Iterations byte `json:"num_of_keccak_iterations"`
}

// Algorithms by their code.
var (
	usimAlgorithms = map[byte]string{4: "milenage", 5: "sha1_aka", 6: "tuak", 15: "xor"}
	gsmAlgorithms  = map[byte]string{1: "comp128v1", 2: "comp128v2", 3: "comp128v3", 4: "milenage", 14: "xor"}
)

func authKey(algorithms map[byte]string) func([]byte, Context, *builder) AuthKey {
	return func(data []byte, _ Context, b *builder) AuthKey {
		var v AuthKey
		if len(data) > 0 && allFF(data) {
			b.erase()
			return v
		}
		if !b.expect(data, 33) {
			v.Irregular = true
			return v
		}
		c := data[0]
		v.Config = &AuthConfig{
			Algorithm: algorithms[c&0xF], AlgorithmCode: c & 0xF, UseOPc: c&0x10 != 0, SRESFunction: 1 + int(c>>5&1),
			Bit7: c&0x40 != 0, Bit8: c&0x80 != 0,
		}
		if v.Config.Algorithm == "" {
			v.Config.Algorithm = "reserved"
			b.flag("auth.algorithm", 0, 1, "code", c&0xF)
		}
		b.Summary = word("auth." + v.Config.Algorithm)
		b.add("auth_algorithm", b.Summary, 0, 1)
		opID := "auth_op"
		if v.Config.UseOPc {
			opID = "auth_opc"
		}
		if v.Config.Algorithm == "tuak" {
			b.tuak(&v, opID, data)
		} else {
			v.Key, v.OP = safe.NewSecret(slices.Clone(data[1:17])), safe.NewSecret(slices.Clone(data[17:33]))
			b.secret("auth_key", 1, 16)
			b.secret(opID, 17, 16)
		}
		v.Irregular = b.irregular(data, func() ([]byte, error) { return encodeAuthKey(v, len(data)) })
		return v
	}
}

// tuak reads what a Tuak key file holds: sizes, iterations, TOP or TOPc, key.
func (b *builder) tuak(v *AuthKey, opID string, data []byte) {
	const need = 67
	if !b.expect(data, need) {
		// The bytes are all secret: where which lies cannot be told.
		v.Key = safe.NewSecret(slices.Clone(data[1:]))
		b.secret("auth_key", 1, len(data)-1)
		return
	}
	v.Tuak = &TuakConfig{data[1], data[2]}
	b.add("tuak_sizes", hexByte(data[1]), 1, 1)
	b.add("tuak_iterations", hexByte(data[2]), 2, 1)
	v.OP, v.Key = safe.NewSecret(slices.Clone(data[3:35])), safe.NewSecret(slices.Clone(data[35:need]))
	b.secret(opID, 3, 32)
	b.secret("auth_key", 35, 32)
}

func encodeAuthKey(v AuthKey, size int) ([]byte, error) {
	switch {
	case v.Irregular:
		return nil, refuse("net.irregular")
	case v.Config == nil:
		return fill(size), nil
	}
	c := *v.Config
	head := c.AlgorithmCode&0xF | bits(false, false, false, false, c.UseOPc, c.SRESFunction == 2, c.Bit7, c.Bit8)
	var key, op []byte
	v.Key.Use(func(b []byte) { key = slices.Clone(b) })
	v.OP.Use(func(b []byte) { op = slices.Clone(b) })
	want := 16
	out := append([]byte{head}, key...)
	out = append(out, op...)
	if v.Tuak != nil {
		want = 32
		out = slices.Concat([]byte{head, v.Tuak.Sizes, v.Tuak.Iterations}, op, key)
	}
	if len(key) != want || len(op) != want {
		return nil, refuse("length", "what", "key, op_opc", "need", want)
	}
	return padded(out, size)
}

// AuthSequence is the content of EF.USIM_SQN of the same cards: how sequence
// numbers are checked, and the highest seen by index.
type AuthSequence struct {
	SkipNext   bool     `json:"skip_next_sqn_check"`
	DeltaCheck bool     `json:"delta_max_check"`
	AgeCheck   bool     `json:"age_limit_check"`
	Check      bool     `json:"sqn_check"`
	INDLength  byte     `json:"ind_len"` // bits
	Reserved   byte     `json:"rfu"`     // bits 8 to 4 of byte 2
	KeepAMF    bool     `json:"dont_clear_amf_for_macs"`
	AUSHidden  bool     `json:"aus_concealed"`
	AUTNHidden bool     `json:"autn_concealed"`
	DeltaMax   uint64   `json:"delta_max"` // 6 bytes
	AgeLimit   uint64   `json:"age_limit"` // 6 bytes
	Freshness  []uint64 `json:"freshness"` // 6 bytes each
	Carry
}

const sequenceBytes = 6

func decodeAuthSequence(data []byte, _ Context, b *builder) AuthSequence {
	v := AuthSequence{Freshness: []uint64{}, Carry: Carry{data}}
	if !b.expect(data, 2+2*sequenceBytes) {
		return v
	}
	c, d := data[0], data[1]
	v.SkipNext, v.DeltaCheck, v.AgeCheck, v.Check, v.INDLength = c&0x80 != 0, c&0x40 != 0, c&0x20 != 0, c&0x10 != 0, c&0xF
	v.Reserved, v.KeepAMF, v.AUSHidden, v.AUTNHidden = d>>3, d&4 != 0, d&2 != 0, d&1 != 0
	v.DeltaMax, v.AgeLimit = number(data[2:8]), number(data[8:14])
	b.add("sqn_check", yesNo(v.Check), 0, 1)
	b.add("skip_next_sqn_check", yesNo(v.SkipNext), 0, 1)
	b.add("delta_max", fmt.Sprint(v.DeltaMax), 2, sequenceBytes).Note = checked(v.DeltaCheck)
	b.add("age_limit", fmt.Sprint(v.AgeLimit), 8, sequenceBytes).Note = checked(v.AgeCheck)
	at := 2 + 2*sequenceBytes
	for ; at+sequenceBytes <= len(data); at += sequenceBytes {
		v.Freshness = append(v.Freshness, number(data[at:at+sequenceBytes]))
	}
	if at < len(data) {
		b.flag("odd", at, len(data)-at, "entry", sequenceBytes)
	}
	highest := uint64(0)
	for i, n := range v.Freshness {
		if highest = max(highest, n); n != 0 {
			b.add("freshness", fmt.Sprint(n), 2+(2+i)*sequenceBytes, sequenceBytes).Note = texts.Say("ef.sqn.index", "n", i)
		}
	}
	b.Summary = texts.Say("ef.sqn.highest", "n", highest)
	return v
}

func checked(on bool) string {
	if on {
		return word("net.checked")
	}
	return word("net.not_checked")
}

func encodeAuthSequence(v AuthSequence, size int) ([]byte, error) {
	if v.INDLength > 0xF || v.Reserved > 0x1F {
		return nil, refuse("net.toobig", "what", "ind_len", "need", 1)
	}
	out := []byte{
		v.INDLength | bits(false, false, false, false, v.Check, v.AgeCheck, v.DeltaCheck, v.SkipNext),
		v.Reserved<<3 | bits(v.AUTNHidden, v.AUSHidden, v.KeepAMF),
	}
	for _, n := range append([]uint64{v.DeltaMax, v.AgeLimit}, v.Freshness...) {
		part, err := numberBytesOf(n, sequenceBytes, "freshness")
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return padded(out, size)
}
